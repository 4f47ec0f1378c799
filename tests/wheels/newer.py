"""A version of the app that is newer than this checkout: a key has another name, an address moves, a template is another."""

import shutil
from pathlib import Path

from tests.deployment import run
from tests.packages import CHECKOUT

VERSION = "99.0.0"
_SOURCES = (
    "config/*.py",
    "config/schema",
    "constructs_lib",
    "estate",
    "organization_tests",
    "stacks",
    "tests/sample",
    "wheels",
    "main.py",
)
_SOURCES += ("pyproject.toml", "Pipfile", "README.md", "CHANGELOG.md", "LICENSE", ".npmrc", ".terraform.lock.hcl")
_SOURCES += ("package.json", "package-lock.json")

_EMAIL = 'Migration("99.0.0", "organization", {"email": "email_pattern"}, "It is a pattern."),'
_MOVE = """
        from cdktf import TerraformStack
        old = TerraformStack.of(self).get_logical_id(self._budget)
        self._budget.override_logical_id(f"{old}_moved")
        self._budget.move_from_id(f"aws_budgets_budget.{old}")

    @property
    def name(self)"""
_CHANGELOG = f"""\
## [{VERSION}]

### Added

- Not shown to whoever upgrades.

### Addresses

- Budgets end in `_moved`.

"""
_EDITS = (
    ("pyproject.toml", '\nversion = "', f'\nversion = "{VERSION}"  # was "'),
    (
        "config/model/organization.py",
        "    email: EmailPattern = Field(",
        '    email: EmailPattern = Field(alias="email_pattern", ',
    ),
    (
        "estate/repository/migrations.py",
        "MIGRATIONS: Final[tuple[Migration, ...]] = (",
        f"MIGRATIONS: Final[tuple[Migration, ...]] = ({_EMAIL}",
    ),
    ("constructs_lib/cost/budget.py", "\n    @property\n    def name(self)", _MOVE),
    ("estate/repository/template/Makefile", "help: ## Show this list", "help: ## Show what there is"),
    ("estate/repository/template/README.md", "# Our AWS organization", "# The AWS organization"),
    ("CHANGELOG.md", "## [Unreleased]", f"{_CHANGELOG}## [Unreleased]"),
)


def newer_checkout(directory):
    """Copy this checkout's tracked sources and make them a newer version."""
    for name in run("git", "ls-files", "--cached", "--others", "--exclude-standard", *_SOURCES, cwd=CHECKOUT).split(
        "\n"
    ):
        if name and (CHECKOUT / name).is_file():
            target = Path(directory, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHECKOUT / name, target)
    sample = Path(directory, "tests/sample/organization.yaml")
    sample.write_text(sample.read_text().replace("\nemail: ", "\nemail_pattern: "))
    for name, old, new in _EDITS:
        path = Path(directory, name)
        text = path.read_text()
        assert text.count(old) == 1, f"{name} has {old!r} {text.count(old)} times: say here how a newer version differs"
        path.write_text(text.replace(old, new))
    return Path(directory)

"""`estate upgrade`: from the version of this checkout to a newer one, with packages from a directory in an index's place."""

import re
import site
from pathlib import Path

import pytest

from tests.packages import Repository, build_wheels, install
from tests.wheels.newer import VERSION, newer_checkout


@pytest.fixture(scope="module")
def newer(tmp_path_factory):
    return build_wheels(tmp_path_factory.mktemp("newer"), newer_checkout(tmp_path_factory.mktemp("checkout")))


@pytest.fixture(scope="module")
def environments(wheels, newer, tmp_path_factory):
    """An environment for each version: before and after."""
    directory = tmp_path_factory.mktemp("environments")
    return [install(directory / name, found).parents[1] for name, found in (("before", wheels), ("after", newer))]


@pytest.fixture(scope="module")
def versions(environments, wheels, tmp_path_factory):
    """The environments that the command makes: the newer version's once for all tests; the one before is there already."""
    found = tmp_path_factory.mktemp("versions")
    (found / version_of(wheels)).symlink_to(environments[0])
    (environments[0] / "done").touch()
    return found


@pytest.fixture
def repository(environments, versions, wheels, newer, tmp_path):
    made = Repository(tmp_path / "our organization", environments[0])
    # pip finds the two versions there, and everything else among what the tests run with.
    made.variables |= {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": " ".join(str(found[0].parent) for found in (wheels, newer)),
        "PYTHONPATH": site.getsitepackages()[0],
    }
    (made.directory / ".estate").mkdir(exist_ok=True)
    (made.directory / ".estate" / "versions").symlink_to(versions)
    readme = made.directory / "README.md"
    readme.write_text(readme.read_text() + "\nOurs.\n")
    return made


def contents(repository):
    """Every file but what the commands keep in `.estate/`, and what was installed."""
    return {
        path.relative_to(repository.directory).as_posix(): path.read_bytes()
        for path in repository.directory.rglob("*")
        if path.is_file()
        and path.parent.name != "__pycache__"
        and path.relative_to(repository.directory).parts[0] not in {".estate", ".venv", "node_modules"}
    }


def version_of(wheels):
    return wheels[0].name.split("-")[1]


def of_stacks(shown):
    return shown[shown.index("Configuration:") : shown.index("Files:")]


@pytest.mark.row("E6")
def test_before_and_after_the_version_is_raised_it_tells_what_changes(repository, environments, wheels):
    before = contents(repository)
    told = repository.estate("upgrade", "--to", VERSION)
    assert told.returncode == 0, told.stderr
    assert contents(repository) == before
    shown = told.stdout
    assert f"Version {version_of(wheels)} → {VERSION}\n{VERSION}, addresses:\n- Budgets end in `_moved`.\n\n" in shown
    assert "Configuration: 1 key to migrate\n" in shown
    assert re.search(r"^  organization\.yaml:\d+ email → email_pattern: It is a pattern\.$", shown, re.MULTILINE)
    moved = re.findall(r"^  (\S+): (aws_budgets_budget\.\S+) → (\S+)$", shown, re.MULTILINE)
    assert {stack for stack, _, _ in moved} >= {"management", "production"}
    assert all(new == f"{old}_moved" for _, old, new in moved)
    assert "Destroyed" not in shown
    assert re.search(r"^  production: 0 to add, 0 to change, 0 to destroy, 1 moved$", shown, re.MULTILINE)
    files = re.findall(r"^  (\S+) \((.*)\)$", shown, re.MULTILINE)
    assert dict(files) == {
        "Makefile": "changed",
        "Pipfile": "changed",
        "README.md": "edited by you; changed",
        "config/schema/organization.schema.json": "changed",
    }
    assert "    -help: ## Show this list\n    +help: ## Show what there is\n" in shown
    assert shown.endswith(f"Nothing was written. `estate upgrade --to {VERSION} --write` writes it.\n")

    pipfile = repository.directory / "Pipfile"
    pipfile.write_text(re.sub('version = "==[^"]*"', f'version = "=={VERSION}"', pipfile.read_text()) + "\n# ours\n")
    repository.use(environments[1])
    told = repository.estate("upgrade", "--write")
    assert told.returncode == 0, told.stderr
    assert of_stacks(told.stdout) == of_stacks(shown)
    assert "  Pipfile (" not in told.stdout
    assert pipfile.read_text().endswith("# ours\n")
    assert repository.estate("upgrade").stdout == f"Version {VERSION}: nothing changes.\n"
    assert repository.estate("check").returncode == 0


@pytest.mark.row("E6")
def test_it_writes_what_nobody_has_edited_and_raises_the_version(repository):
    before = contents(repository)
    wrote = repository.estate("upgrade", "--to", VERSION, "--write")
    assert wrote.returncode == 0, wrote.stderr
    after = contents(repository)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert changed == {
        ".estate-init.json",
        "Makefile",
        "Pipfile",
        "config/organization.yaml",
        "config/schema/organization.schema.json",
    }
    assert f'{{version = "=={VERSION}"' in after["Pipfile"].decode()
    sample = before["config/organization.yaml"].decode()
    assert after["config/organization.yaml"].decode() == sample.replace("\nemail: ", "\nemail_pattern: ")


def test_what_the_newer_version_refuses_is_told_and_nothing_is_written(repository, environments):
    path = repository.directory / "config" / "organization.yaml"
    path.write_text(path.read_text() + "another_key: 1\n")
    before = contents(repository)
    repository.use(environments[1])
    told = repository.estate("upgrade", "--write")
    assert told.returncode == 1
    assert "does not accept the configuration. Nothing was written." in told.stdout
    assert "another_key" in told.stderr
    assert ".estate/upgrade" not in told.stderr
    assert contents(repository) == before


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("0.0.1", "Version 0.0.1 is older than"),
        ("next", "'next' is no version. Give one as 1.2.0."),
        ("98.7.6", "Version 98.7.6 of aws-organization-cdktf cannot be installed:"),
    ],
)
def test_a_version_that_cannot_be_reached_is_refused(repository, wanted, message):
    before = contents(repository)
    told = repository.estate("upgrade", "--to", wanted, "--write")
    assert told.returncode == 1
    assert message in told.stderr
    assert told.stderr.endswith("Nothing was written.\n")
    assert contents(repository) == before


def test_elsewhere_it_says_where_it_belongs(repository):
    Path(repository.directory / ".estate-init.json").unlink()
    told = repository.estate("upgrade")
    assert told.returncode == 1
    assert "was not written by `estate init`" in told.stderr

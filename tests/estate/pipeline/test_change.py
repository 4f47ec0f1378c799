"""A change that is data: what is taken of it, and what it says first."""

import shutil

import pytest
from typer.testing import CliRunner

from estate.cli import app
from estate.guard.proposed import PLACE
from estate.guard.rule import RULES
from estate.pipeline.change import NotDataError, take_configuration, touched

FILES = {
    "main.py": "run()",
    "config/loading/loader.py": "load()",
    "config/schema/organization.schema.json": "{}",
    "config/organization.yaml": "name: Acme",
    "config/accounts/shop.yaml": "name: Shop",
    "config/policies/documents/a.json": "{}",
    "config/approvals.yaml": "approvals: []",
    "estate/guard/rules.py": "RULES = [1]",
    "estate/pipeline/github/workflow.py": "x",
    ".github/workflows/estate.yml": "on: push",
    "docs/a.md": "text",
    "tests/test_a.py": "x",
}


@pytest.fixture
def both(tmp_path):
    for name in ("program", "change"):
        for path, text in FILES.items():
            file = tmp_path / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
    return tmp_path / "program", tmp_path / "change"


@pytest.mark.row("E2")
def test_the_configuration_is_taken_and_no_code(both):
    program, change = both
    (change / "config/accounts/shop.yaml").unlink()
    (change / "config/accounts/new.yaml").write_text("name: New")
    (change / "config/loading/loader.py").write_text("import os; os.system('steal')")
    (change / "config/schema/organization.schema.json").write_text('{"loose": 1}')
    (change / "config/extra.py").write_text("steal()")
    take_configuration(program, change)
    assert not (program / "config/accounts/shop.yaml").exists()
    assert (program / "config/accounts/new.yaml").read_text() == "name: New"
    assert (program / "config/loading/loader.py").read_text() == "load()"
    assert (program / "config/schema/organization.schema.json").read_text() == "{}"
    assert not (program / "config/extra.py").exists()


@pytest.mark.row("E2")
@pytest.mark.parametrize("name", ["config/accounts/shop.yaml", "config/accounts"])
def test_links_are_refused(both, tmp_path, name):
    """A link could show whatever the job can read: its token for AWS."""
    program, change = both
    path = change / name
    if path.is_dir():
        path.rename(tmp_path / "elsewhere")
    else:
        path.unlink()
    path.symlink_to(tmp_path)
    with pytest.raises(NotDataError, match=f"has links, which are not followed: {name}"):
        take_configuration(program, change)
    assert (program / "config/accounts/shop.yaml").read_text() == "name: Shop"


@pytest.mark.row("E2")
def test_a_change_that_empties_the_guards_rules_says_so_first(both):
    program, change = both
    (change / "estate/guard/rules.py").write_text("RULES = []")
    (change / ".github/workflows/estate.yml").write_text("on: pull_request")
    text = touched(program, change)
    assert text.startswith("### This change touches the guard, the pipeline\n")
    assert "- the guard: `estate/guard/rules.py`" in text
    assert "- the pipeline: `.github/workflows/estate.yml`" in text


@pytest.mark.parametrize("name", ["main.py", "config/loading/loader.py", "config/schema/organization.schema.json"])
def test_the_program_is_named(both, name):
    program, change = both
    (change / name).write_text("other")
    assert f"- the program: `{name}`" in touched(program, change)


def test_approvals_are_named(both):
    program, change = both
    (change / "config/approvals.yaml").unlink()
    assert "- the guard's approvals: `config/approvals.yaml`" in touched(program, change)


def test_added_code_is_named_and_so_is_a_link(both):
    program, change = both
    (change / "stacks").mkdir()
    (change / "stacks/new.py").write_text("x")
    (change / "estate/pipeline/github/workflow.py").unlink()
    (change / "estate/pipeline/github/workflow.py").symlink_to("../guard/rules.py")
    text = touched(program, change)
    assert "`stacks/new.py`" in text
    assert "`estate/pipeline/github/workflow.py`" in text


@pytest.mark.row("E2")
@pytest.mark.parametrize("name", ["yaml.py", "sitecustomize.py", "typer/__init__.py", ".pth"])
def test_a_module_in_the_way_of_an_installed_one_is_named(both, name):
    program, change = both
    (change / name).parent.mkdir(exist_ok=True)
    (change / name).write_text("steal()")
    (program / "plans").mkdir()
    (program / "plans/a.md").write_text("made by a job")
    assert touched(program, change).startswith(f"### This change touches other files\n\n- other files: `{name}`\n\n")


def test_configuration_documentation_and_tests_alone_say_nothing(both):
    program, change = both
    for name in ("config/organization.yaml", "docs/a.md", "tests/test_a.py"):
        (change / name).write_text("other")
    assert touched(program, change) == ""


def test_the_command_prints_and_takes(both, monkeypatch):
    program, change = both
    (change / "estate/guard/rules.py").write_text("RULES = []")
    (change / "config/organization.yaml").write_text("name: New")
    monkeypatch.setattr("estate.paths.CHECKOUT", program)
    done = CliRunner().invoke(app, ["pipeline", "take", str(change)])
    assert done.exit_code == 0
    assert "touches the guard" in done.output
    assert (program / "config/organization.yaml").read_text() == "name: New"
    (change / "config/organization.yaml").unlink()
    (change / "config/organization.yaml").symlink_to("/etc/passwd")
    assert CliRunner().invoke(app, ["pipeline", "take", str(change)]).exit_code == 1


@pytest.mark.row("E2")
def test_a_change_that_empties_the_guards_rules_is_told_first(both, monkeypatch):
    program, change = both
    monkeypatch.setattr("estate.paths.CHECKOUT", program)
    for directory in (program, change):
        shutil.copytree(RULES, directory / PLACE)
    assert "weakens the guard" not in CliRunner().invoke(app, ["pipeline", "take", str(change)]).output
    (change / PLACE / "audit.toml").write_text("")
    printed = CliRunner().invoke(app, ["pipeline", "take", str(change)]).output
    assert printed.startswith(
        "### This change weakens the guard\n\n- With this change the guard can judge no plan at all"
    )
    assert "### This change touches" in printed

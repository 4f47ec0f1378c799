"""`estate apply`, as far as it goes without Terraform."""

import pytest
from typer.testing import CliRunner

from estate.cli import app


@pytest.fixture(scope="module")
def config(write_organization, tmp_path_factory):
    return write_organization(tmp_path_factory.mktemp("apply") / "config")


@pytest.fixture
def run(config, monkeypatch):
    monkeypatch.setenv("ESTATE_CONFIG", str(config))
    return lambda *arguments: CliRunner().invoke(app, [*arguments])


def test_no_plan_is_nothing_to_do(run, tmp_path):
    done = run("apply", str(tmp_path))
    assert (done.exit_code, done.output) == (0, "No plan is kept: nothing to apply.\n")


def test_a_stack_that_there_is_not_is_named(run, tmp_path):
    done = run("apply", str(tmp_path), "netwrk")
    assert done.exit_code == 1
    assert "There is no stack 'netwrk'. Did you mean 'network'?" in done.output


@pytest.mark.row("E2")
def test_what_is_no_record_is_not_applied(run, tmp_path):
    (tmp_path / "network.record.json").write_text('{"plan": "mine"}')
    done = run("apply", str(tmp_path))
    assert done.exit_code == 1
    assert "this record has form None" in done.output

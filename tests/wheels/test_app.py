"""The app's wheel: the rooms under a name of their own, in an environment without this checkout."""

import json
import os
import zipfile

import pytest

from estate.cli import COMMANDS
from tests.deployment import run
from tests.packages import CHECKOUT, install

ROOMS = ("config", "stacks", "estate")


@pytest.fixture(scope="module")
def python(wheels, tmp_path_factory):
    return install(tmp_path_factory.mktemp("environment"), wheels)


@pytest.fixture
def run_in(python, tmp_path):
    """Run Python where nothing of this checkout is in reach."""
    clean = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "ESTATE_CONFIG"}}

    def run_in(*arguments, **variables):
        return run(python, *arguments, cwd=tmp_path, env={**clean, **variables})

    return run_in


def test_both_wheels_have_one_version(wheels):
    versions = {path.name.split("-")[0]: path.name.split("-")[1] for path in wheels}
    assert set(versions) == {"aws_organization_cdktf", "constructs_lib"}
    assert len(set(versions.values())) == 1


def test_the_wheel_holds_every_module_of_the_rooms_and_has_one_name_in_site_packages(wheels):
    with zipfile.ZipFile(wheels[0]) as wheel:
        held = set(wheel.namelist())
        metadata = wheel.read(next(name for name in held if name.endswith("METADATA"))).decode()
    assert {name.split("/")[0] for name in held if ".dist-info/" not in name} == {"aws_organization"}
    tracked = run("git", "ls-files", *ROOMS, cwd=CHECKOUT).split()
    modules = {name for name in tracked if name.endswith(".py") and (CHECKOUT / name).exists()}
    assert {f"aws_organization/{name}" for name in modules} - held == {"aws_organization/estate/setup.py"}
    assert not [name for name in held if name.endswith((".pyc", "organization.lock.yaml"))]
    # Of the page of `estate report` it holds what was built, and not what that is built from.
    page = {name for name in held if name.endswith((".js", ".mjs", ".ts", ".tsx", ".css")) or "node_modules" in name}
    assert page == {"aws_organization/estate/report/built/page.css", "aws_organization/estate/report/built/page.js"}
    # The library says which bindings it takes; a repository's Pipfile says which it has.
    assert "provider-aws" not in metadata


def test_the_local_aws_is_an_extra_of_the_library(wheels):
    with zipfile.ZipFile(wheels[1]) as wheel:
        metadata = wheel.read(next(name for name in wheel.namelist() if name.endswith("METADATA"))).decode()
    assert "Provides-Extra: local" in metadata
    assert "Requires-Dist: aws-organization-cdktf[local]; extra == 'local'" in metadata


def test_every_module_imports_and_none_has_its_name_in_this_repository(run_in):
    script = """if True:
        import importlib, json, pkgutil, sys
        import aws_organization
        for module in pkgutil.walk_packages(aws_organization.__path__, "aws_organization."):
            if not module.name.endswith("__main__") and ".template" not in module.name:
                importlib.import_module(module.name)
        print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
    """
    loaded = set(json.loads(run_in("-c", script)))
    assert "aws_organization" in loaded
    assert loaded.isdisjoint({*ROOMS, "main"})


def test_commands_answer(run_in):
    script = """if True:
        from typer.testing import CliRunner
        from aws_organization.estate.cli import COMMANDS, app
        for command in COMMANDS:
            answer = CliRunner().invoke(app, [command, "--help"])
            assert answer.exit_code == 0, (command, answer.output, answer.exception)
        print(len(COMMANDS))
    """
    assert int(run_in("-c", script)) == len(COMMANDS)


def test_the_configuration_is_that_of_the_repository_around_the_working_directory(run_in, tmp_path):
    (tmp_path / "cdktf.json").write_text("{}")
    (tmp_path / "below" / "it").mkdir(parents=True)
    script = """if True:
        import os
        os.chdir("below/it")
        from aws_organization.estate import paths
        print(paths.config_directory())
    """
    assert run_in("-c", script).strip() == str(tmp_path / "config")

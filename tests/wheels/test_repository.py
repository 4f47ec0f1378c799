"""`estate init` from the wheels: a repository of one's own, where `make test` is green and `cdktf synth` works."""

import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.deployment import run
from tests.organizations import SAMPLE
from tests.packages import CHECKOUT, Repository, install

STACKS = {path.stem for path in (SAMPLE / "accounts").glob("*.yaml")}


@pytest.fixture(scope="module")
def repository(wheels, tmp_path_factory):
    python = install(tmp_path_factory.mktemp("environment") / "venv", wheels)
    return Repository(tmp_path_factory.mktemp("team") / "our organization", python.parents[1])


def counted(printed):
    """How many tests passed, failed and so on."""
    said = [line for line in printed.splitlines() if re.search(r"\d+ (passed|failed|error)", line)]
    return {outcome: int(number) for number, outcome in re.findall(r"(\d+) (passed|failed|errors?|skipped)", said[-1])}


@pytest.mark.row("E6")
def test_its_own_tests_are_green_before_and_after_recording(repository):
    before = counted(repository.make("test"))
    assert before["passed"] > len(STACKS)
    assert before.keys() <= {"passed", "skipped"}
    repository.make("record")
    recorded = repository.directory / "tests" / "recorded" / "example"
    assert {found[1] for path in recorded.rglob("*.json") if (found := re.search(r"\[(.*)\]", path.name))} >= STACKS
    after = counted(repository.make("test"))
    assert after == {"passed": sum(before.values())}


@pytest.mark.row("E6")
def test_its_own_tests_show_an_address_that_goes(repository):
    if not list(repository.directory.glob("tests/recorded")):
        repository.make("record")
    (path,) = repository.directory.glob("tests/recorded/example/test_stacks/test_addresses?development?.json")
    recorded = path.read_text()
    path.write_text(recorded.replace("[", '[\n  "aws_s3_bucket.gone",', 1))
    try:
        with pytest.raises(AssertionError, match=r"make record(.|\n)*1 failed"):
            repository.make("test")
    finally:
        path.write_text(recorded)


@pytest.mark.row("E6")
def test_cdktf_synthesizes_it(repository):
    repository.make("synth")
    assert {path.parent.name for path in repository.directory.glob("cdktf.out/stacks/*/cdk.tf.json")} == STACKS


def test_its_stacks_are_those_of_this_repository(repository, tmp_path):
    if not (repository.directory / "cdktf.out").exists():
        repository.make("synth")
    here = {**os.environ, "ESTATE_CONFIG": str(SAMPLE), "CDKTF_OUTDIR": str(tmp_path)}
    run(sys.executable, CHECKOUT / "main.py", cwd=tmp_path, env=here)
    for stack in STACKS:
        file = Path("stacks", stack, "cdk.tf.json")
        assert (repository.directory / "cdktf.out" / file).read_bytes() == (tmp_path / file).read_bytes()


def test_the_local_aws_runs_from_the_wheel(repository):
    try:
        up = repository.estate("local", "up")
        assert up.returncode == 0, up.stderr
        assert (repository.directory / ".estate" / "local" / "state.json").is_file()
    finally:
        repository.estate("local", "down")


def test_it_says_which_version_it_depends_on(repository, wheels):
    version = wheels[0].name.split("-")[1]
    assert f'aws-organization-cdktf = {{version = "=={version}"' in (repository.directory / "Pipfile").read_text()
    # What plans depend on has the version that is tested here.
    assert '\ncdktf-cdktf-provider-aws = "==20.1.0"\n' in (repository.directory / "Pipfile").read_text()
    record = json.loads((repository.directory / ".estate-init.json").read_text())
    assert record["version"] == version
    assert repository.estate("--version").stdout == f"{version}\n"


@pytest.mark.parametrize("system", ["github", "gitlab"])
def test_pipelines_run_what_there_is(repository, system, tmp_path):
    config = Path(shutil.copytree(repository.directory / "config", tmp_path / "config"))
    with (config / "accounts" / "terraform.yaml").open("a") as file:
        file.write('\nid: "222222222222"\n')
    wrote = repository.estate("pipeline", system, ESTATE_CONFIG=str(config))
    assert wrote.returncode == 0, wrote.stderr
    path = repository.directory / wrote.stdout.split()[0]
    text = path.read_text()
    path.unlink()
    targets = set(re.findall(r"\bmake (\w+)$", text, re.MULTILINE))
    assert "packages" in targets
    makefile = (repository.directory / "Makefile").read_text()
    assert targets <= set(re.findall(r"^(\w+):", makefile, re.MULTILINE))
    run("make", "--dry-run", *targets, cwd=repository.directory, env=repository.variables)
    modules = set(re.findall(r"-m ([\w.]+)", text))
    assert modules == {"aws_organization.estate"}


def test_nothing_is_to_be_upgraded_right_after_it_was_written(repository):
    found = repository.estate("upgrade")
    assert re.fullmatch(r"Version \S+: nothing changes\.\n", found.stdout), found.stdout + found.stderr


def test_each_repository_is_a_project_of_its_own(repository):
    found = json.loads((repository.directory / "cdktf.json").read_text())
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", found["projectId"])
    assert found["projectId"] != json.loads((CHECKOUT / "cdktf.json").read_text())["projectId"]

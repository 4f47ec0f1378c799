"""`estate plan`, with a program that stands in for Terraform: how many at once, when to initialize, what is said."""

import json
import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from estate.cli import app
from estate.terraform import changed, planning, providers, synth
from estate.terraform.stack import Changes, Stack
from estate.version import VersionError
from stacks.asked import Asked
from stacks.kept import texts
from stacks.kept.run import Run
from tests.estate.guard.plans import change, plan

# Writes what it is called with, behaves as the stack's directory says, and takes as long as it is told to.
TERRAFORM = """#!/bin/sh
stack=$(basename "$PWD")
echo "start $1 $stack" >> "$CALLS"
sleep ${TAKES:-0}
echo "end $1 $stack" >> "$CALLS"
if [ "$1" = init ]; then mkdir -p .terraform; rm -f stale; exit 0; fi
if [ -e stale ]; then echo 'Error: Backend changed; run "terraform init".' >&2; exit 1; fi
case $stack in
  broken*) echo "Error: no credentials" >&2; exit 1;;
  role) [ "$TF_VAR_deploy_role" = Administrator ] && exit 0; exit 1;;
  production)
    if [ "$1" = state ]; then echo "No state file was found!" >&2; exit 1; fi
    if [ "$TF_VAR_deploy_role" = OrganizationAccountAccessRole ]; then echo "Plan: 4 to add, 0 to change, 0 to destroy."; exit 2; fi
    echo 'with provider["aws"], IAM Role (arn:aws:iam::1:role/x) cannot be assumed.' >&2; exit 1;;
  locked) echo "Error: Error acquiring the state lock" >&2; exit 1;;
  idle*) echo "No changes."; exit 0;;
  outputs*) echo "Changes to Outputs:"; exit 2;;
  moved*) [ "$1" = show ] && cat "$SHOWN" && exit 0; echo "Plan: 4 to import, 0 to add, 2 to change, 0 to destroy."; exit 2;;
  *) echo "Plan: 3 to add, 0 to change, 1 to destroy."; exit 2;;
esac
"""


@pytest.fixture
def stacks(tmp_path, monkeypatch):
    """Make synthesized stacks, and `terraform` the program above."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "terraform"
    program.write_text(TERRAFORM)
    program.chmod(0o755)
    out = tmp_path / "cdktf.out"
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    monkeypatch.setattr(synth, "OUT", out)

    def make(*names, content="{}"):
        for name in names:
            (out / "stacks" / name).mkdir(parents=True)
            (out / "stacks" / name / "cdk.tf.json").write_text(content)
        (out / "manifest.json").write_text(json.dumps({"stacks": {name: {} for name in names}}))
        return [Stack(name, out, dict(os.environ)) for name in names]

    return make


@pytest.fixture
def overlapping(monkeypatch):
    monkeypatch.setenv("TAKES", "0.3")


@pytest.fixture
def calls(tmp_path):
    return lambda: [line.split() for line in (tmp_path / "calls").read_text().splitlines()]


@pytest.fixture
def run(monkeypatch):
    """Run the command on what is synthesized already."""
    asked = []
    monkeypatch.setattr(synth, "synthesize", asked.append)
    monkeypatch.setattr(providers, "environment", lambda: dict(os.environ))

    def invoke(*arguments):
        result = CliRunner().invoke(app, ["plan", *arguments])
        return result.exit_code, result.stdout, result.stderr, asked

    return invoke


def test_counts(stacks):
    found = {done.stack.name: done.changes for done in planning.plan_all(stacks("idle", "outputs", "moved", "new"), 4)}
    assert found == {
        "idle": Changes(pending=False),
        "outputs": Changes(pending=True),
        "moved": Changes(pending=True, imports=4, change=2),
        "new": Changes(pending=True, add=3, destroy=1),
    }


def at_once(calls, wanted):
    """How many calls of a command overlap at most."""
    running, most = 0, 0
    for event, command, _ in calls:
        running += (command == wanted) * (1 if event == "start" else -1)
        most = max(most, running)
    return most


@pytest.mark.usefixtures("overlapping")
@pytest.mark.parametrize("jobs", [1, 3])
def test_no_more_at_once_than_there_is_room_for(stacks, calls, jobs):
    made = stacks(*"abcdef")
    for stack in made:
        (stack.directory / ".terraform").mkdir()
    list(planning.plan_all(made, jobs))
    assert at_once(calls(), "plan") == jobs


@pytest.mark.usefixtures("overlapping")
def test_one_fills_the_plugin_cache_at_a_time(stacks, calls):
    list(planning.plan_all(stacks(*"abcd"), 4))
    assert at_once(calls(), "init") == 1


def test_initialized_once(stacks, calls):
    made = stacks("network")
    for _ in range(2):
        list(planning.plan_all(made, 1))
    assert [command for event, command, _ in calls() if event == "start"] == ["init", "plan", "plan"]


def test_initialized_again_when_terraform_says_so(stacks, calls):
    (made,) = stacks("network")
    made.init()
    (made.directory / "stale").touch()
    (done,) = planning.plan_all([made], 1)
    assert done.changes == Changes(pending=True, add=3, destroy=1)
    assert [command for event, command, _ in calls() if event == "start"] == ["init", "plan", "init", "plan"]


def test_room_for_at_least_one(monkeypatch, tmp_path):
    (tmp_path / "meminfo").write_text("MemTotal: 1 kB\nMemAvailable:    1000 kB\n")
    monkeypatch.setattr(planning, "_MEMINFO", tmp_path / "meminfo")
    assert planning.room() == 1
    assert planning.room(applying=True) == 1


def test_several_applies_a_processor_as_far_as_memory_is_free(monkeypatch, tmp_path):
    monkeypatch.setattr(planning, "_MEMINFO", tmp_path / "meminfo")
    (tmp_path / "meminfo").write_text(f"MemAvailable: {1 << 40} kB\n")
    assert planning.room(applying=True) == 4 * planning.room()
    (tmp_path / "meminfo").write_text(f"MemAvailable: {3 * 600 * 1024} kB\n")
    assert planning.room(applying=True) == 3


def test_one_line_a_stack(stacks, run, tmp_path, monkeypatch):
    """Of a stack that takes over, what it does beside that, too."""
    changed = change("aws_organizations_account.account-production", ("update",), {"tags": {"a": "b"}}, {"tags": {}})
    (tmp_path / "shown").write_text(json.dumps(plan(changed)))
    monkeypatch.setenv("SHOWN", str(tmp_path / "shown"))
    stacks("idle", "moved", "new")
    code, output, errors, asked = run("new", "idle", "moved")
    assert (code, errors, asked) == (0, "", [["new", "idle", "moved"]])
    beside = "  ~ aws_organizations_account.account-production: tags \n(accounts/production.yaml: tags)\n"
    assert beside in output
    lines = {
        line.split()[0]: " ".join(line.split()[1:-2])
        for line in output.replace(beside, "").splitlines()
        if line.strip()
    }
    assert lines == {"idle": "no changes", "moved": "4 to import, 0 to add, 2 to change, 0 to destroy", "new": "+3 -1"}


def test_with_another_role(stacks, run):
    stacks("role")
    assert run("role")[0] == 1
    assert run("role", "--role", "Administrator")[0] == 0


def test_an_account_without_an_execution_role_is_entered_as_its_first_deploy_enters_it(stacks, run):
    stacks("production")
    code, output, errors, _ = run("production")
    assert (code, errors) == (0, "")
    assert "+4" in output
    assert "(new: entered by its `entry_role`)" in output
    assert run("production", "--role", "Administrator")[0] == 1


def test_what_helps_is_said(stacks, run):
    stacks("locked")
    code, _, errors, _ = run("locked")
    assert code == 1
    assert "What helps: Another run works on this stack" in errors


def test_one_failure_does_not_stop_the_others(stacks, run):
    stacks("broken", "new")
    code, output, errors, _ = run("--jobs", "1")
    assert code == 1
    assert "+3 -1" in output
    assert "Error: no credentials" in errors
    assert "Traceback" not in errors


def test_an_old_plan_does_not_outlive_a_failure(stacks):
    (made,) = stacks("broken")
    made.plan_file.parent.mkdir(parents=True)
    made.plan_file.touch()
    list(planning.plan_all([made], 1))
    assert not made.plan_file.exists()


@pytest.fixture
def history(tmp_path, monkeypatch):
    """A repository whose app writes the files in `stacks/`, with one commit, called base."""
    checkout = tmp_path / "checkout"
    (checkout / "content").mkdir(parents=True)
    (checkout / "main.py").write_text(
        "import os, pathlib, shutil\nout = pathlib.Path(os.environ['CDKTF_OUTDIR'])\n"
        "shutil.copytree('content', out / 'stacks')\n(out / 'manifest.json').write_text('{}')\n"
    )
    for name in ("same", "other"):
        (checkout / "content" / name).mkdir()
        (checkout / "content" / name / "cdk.tf.json").write_text('{"//": {"version": 1}, "a": [{"//": 1, "b": 2}]}')
    git = ["git", "-c", "user.name=T", "-c", "user.email=t@example.com", "-C", str(checkout)]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"], ["tag", "base"]):
        subprocess.run([*git, *command], check=True)
    monkeypatch.setattr(changed, "CHECKOUT", checkout)
    monkeypatch.setattr(changed, "_BASES", tmp_path / "bases")
    return checkout


@pytest.mark.usefixtures("history")
def test_changed_against_a_revision(stacks, run, tmp_path):
    stacks("same", "other", "new", content='{"//": {"version": 2}, "a": [{"b": 2}]}')
    (tmp_path / "cdktf.out" / "stacks" / "other" / "cdk.tf.json").write_text('{"a": [{"b": 3}]}')
    code, output, errors, _ = run("--changed", "base")
    assert (code, errors) == (0, "")
    assert output.splitlines()[0] == "2 of 3 stacks differ from base."
    assert {line.split()[0] for line in output.splitlines()[1:]} == {"new", "other"}


def test_a_revision_is_synthesized_once(stacks, history):
    stacks("same")
    assert changed.Base("base").changed(["same"], synth.OUT) == ["same"]
    (history / "main.py").unlink()
    assert changed.Base("base").changed(["same"], synth.OUT) == ["same"]


@pytest.mark.row("E11")
@pytest.mark.usefixtures("history")
def test_a_revision_shares_the_cache(monkeypatch):
    given = []
    monkeypatch.delenv("ESTATE_CACHE", raising=False)
    monkeypatch.setattr(changed, "synthesize", lambda **arguments: given.append(arguments["variables"]["ESTATE_CACHE"]))
    changed.Base("base").changed(["same"], synth.OUT)
    assert given == [str(changed.WORK / "cache")]


@pytest.mark.row("E11")
def test_a_revision_is_known_by_the_digests_of_what_is_kept(stacks, history, tmp_path, monkeypatch):
    kept = {name: f'{{"//": 1, "a": "{name}"}}'.encode() for name in ("same", "metadata", "other", "gone")}
    digests = {name: texts.digest_of(content) for name, content in kept.items()}
    program = f"import os, pathlib\npathlib.Path(os.environ['ESTATE_DIGESTS']).write_text({json.dumps(digests)!r})\n"
    (history / "main.py").write_text(program)
    git = ["git", "-c", "user.name=T", "-c", "user.email=t@example.com", "-C", str(history)]
    for command in (["add", "."], ["commit", "-qm", "x"], ["tag", "-f", "base"]):
        subprocess.run([*git, *command], check=True, capture_output=True)
    monkeypatch.setenv("ESTATE_CACHE", str(tmp_path / "cache"))
    store = Run(Asked.by_environment(history)).store
    store.put("text", {digests[name]: content for name, content in kept.items() if name != "gone"})
    stacks("same", content=kept["same"].decode())
    stacks("metadata", content='{"a": "metadata"}')
    stacks("other", content='{"a": "another"}')
    stacks("gone", content='{"a": "gone"}')  # what it said is not kept any more: it may differ
    stacks("new")
    base = changed.Base("base")
    assert base.changed(["same", "metadata", "other", "gone", "new", "nowhere"], synth.OUT) == ["other", "gone", "new"]


@pytest.fixture
def raised(history, monkeypatch):
    """The version of the app is another one than the revision has; gives the versions that were asked for."""
    lock = '{"default": {"aws-organization-cdktf": {"version": "==%s"}}}'
    git = ["git", "-c", "user.name=T", "-c", "user.email=t@example.com", "-C", str(history)]
    (history / "Pipfile.lock").write_text(lock % "1.0.0")
    for command in (["add", "."], ["commit", "-qm", "x"], ["tag", "-f", "base"]):
        subprocess.run([*git, *command], check=True, capture_output=True)
    (history / "Pipfile.lock").write_text(lock % "2.0.0")
    asked = []
    monkeypatch.setattr(changed, "python_with", lambda version: asked.append(version) or sys.executable)
    return asked


@pytest.mark.row("E6")
def test_a_revision_is_synthesized_with_its_version_of_the_app(stacks, raised):
    stacks("same", content='{"a": [{"b": 2}]}')
    assert changed.Base("base").changed(["same"], synth.OUT) == []
    assert raised == ["1.0.0"]


@pytest.mark.usefixtures("raised")
def test_without_the_revisions_version_every_stack_is_looked_at(stacks, monkeypatch):
    def gone(version):
        raise VersionError(version)

    monkeypatch.setattr(changed, "python_with", gone)
    stacks("same", content='{"a": [{"b": 2}]}')
    assert changed.Base("base").changed(["same"], synth.OUT) == ["same"]


@pytest.mark.usefixtures("history")
def test_a_revision_that_there_is_not(stacks, run):
    stacks("same")
    code, _, errors, _ = run("--changed", "nowhere")
    assert code == 1
    assert "Git knows no revision 'nowhere'" in errors

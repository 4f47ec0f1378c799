"""The jobs of the generated workflow, run as GitHub runs them: with nothing but a token, on a deployed organization."""

import base64
import json
import re
import subprocess
import time

import pytest
import yaml

from config import load
from estate.local import running_local_aws
from estate.paths import CHECKOUT
from estate.pipeline import github
from estate.pipeline.setting import Setting
from tests.small import Small

pytestmark = pytest.mark.e2e

CI = {"github": {"owner": "acme", "repository": "zone", "owner_id": "100", "repository_id": "200"}}
SUBJECTS = {
    "push": "repo:acme@100/zone@200:environment:production",
    "pull_request": "repo:acme@100/zone@200:pull_request",
    "schedule": "repo:acme@100/zone@200:ref:refs/heads/main",
}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    with running_local_aws() as local:
        found = Small.write(tmp_path_factory.mktemp("pipeline") / "small", local, ci=CI)
        found.estate("bootstrap", "--yes")
        yield found


class Runner:
    """Runs a job's own scripts, as GitHub's runners do; the actions before them are there already."""

    def __init__(self, small, directory):
        self.small, self.directory = small, directory
        self.workflow = yaml.safe_load(github.workflow(Setting.of(load(small.config))))
        (directory / ".venv").symlink_to(CHECKOUT / ".venv")
        self._program("curl", "cat $TOKEN_FILE")
        self._program("jq", "cat")
        self._jobs = 0

    def _program(self, name, does):
        (self.directory / name).write_text(f"#!/bin/sh\n{does}\n")
        (self.directory / name).chmod(0o755)

    def run(self, job, stack, event, *, subject=None, code=0):
        """Run a job for a stack, in a workspace of its own; what its steps printed."""
        self._jobs += 1
        token = self.directory / "token"
        token.write_text(_token(subject or SUBJECTS[event]))
        github_env = self.directory / "github-env"
        github_env.write_text("")
        variables = {
            **{name: value for name, value in self.small.variables.items() if not _is_credential(name)},
            **self._filled(self.workflow["env"], stack, event),
            **self._filled(self.workflow["jobs"][job]["env"], stack, event),
            "PATH": f"{self.directory}:{self.small.variables['PATH']}",
            "PYTHONPATH": str(CHECKOUT),
            "CDKTF_OUTDIR": str(self.directory / f"job-{self._jobs}" / "cdktf.out"),
            # A profile's credentials are fetched before the SDK looks at the general endpoint.
            "AWS_ENDPOINT_URL_STS": self.small.local.endpoint,
            "TOKEN_FILE": str(token),
            "RUNNER_TEMP": str(self.directory),
            "GITHUB_ENV": str(github_env),
            "GITHUB_STEP_SUMMARY": str(self.directory / "summary.md"),
            "GITHUB_RUN_ID": "12345678901",
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_SHA": "0123456789abcdef0123456789abcdef01234567",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "x",
            "ACTIONS_ID_TOKEN_REQUEST_URL": "https://example.com/?x",
        }
        printed = ""
        for step in self.workflow["jobs"][job]["steps"]:
            if "run" not in step or step["run"] == "make setup":
                continue
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
                cwd=self.directory,
                env={**variables, **self._filled(step.get("env", {}), stack, event)},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            printed += done.stdout
            if done.returncode:
                assert done.returncode == code, printed
                return printed
            variables |= dict(line.split("=", 1) for line in github_env.read_text().splitlines())
        assert code == 0, printed
        return printed

    def section(self, stack):
        return (self.directory / "plans" / f"{stack}.md").read_text()

    @staticmethod
    def _filled(variables, stack, event):
        known = {"matrix.stack": stack, "github.event_name": event}
        return {
            name: re.sub(r"\$\{\{ ([\w.]+) \}\}", lambda found: known.get(found[1], "x"), str(value))
            for name, value in variables.items()
        }


def _is_credential(name):
    return name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE")


def _token(subject):
    claims = {
        "iss": "https://token.actions.githubusercontent.com",
        "aud": "sts.amazonaws.com",
        "sub": subject,
        "repository_id": "200",
        "repository_owner_id": "100",
        "ref": "refs/heads/main",
        "exp": time.time() + 300,
    }
    parts = ({"alg": "RS256"}, claims, {})
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)


@pytest.fixture
def runner(small, tmp_path):
    return Runner(small, tmp_path)


def tagged(small, value):
    path = small.config / "accounts/shop.yaml"
    account = yaml.safe_load(path.read_text())
    path.write_text(yaml.safe_dump({**account, "tags": {"tier": value}}))


@pytest.mark.row("C4", "B7", "C12")
@pytest.mark.parametrize("stack", ["shop", "terraform", "management"])
def test_the_daily_plan_finds_nothing(runner, stack):
    """Through the planning roles, with policies decided on every call: CI role, account's role, state's role."""
    runner.run("plan_0", stack, "schedule")
    assert runner.section(stack) == f"### Plans\n\nNo changes: {stack}.\n"


@pytest.mark.row("C4", "B4", "B7", "C12")
def test_a_change_is_planned_deployed_and_no_longer_found(small, runner):
    tagged(small, "gold")
    runner.run("plan_0", "shop", "pull_request")
    text = runner.section("shop")
    assert "| shop | 0 |" in text
    assert '"tier"' in text
    printed = runner.run("plan_0", "shop", "schedule", code=2)
    assert "gold" in printed or runner.section("shop")
    last = next(name for name in reversed(runner.workflow["jobs"]) if name.startswith("deploy_"))
    printed = runner.run(last, "shop", "push")
    assert "deployed" in printed
    runner.run("plan_0", "shop", "schedule")
    assert runner.section("shop") == "### Plans\n\nNo changes: shop.\n"


@pytest.mark.row("C4")
def test_a_pull_request_cannot_deploy(small, runner):
    tagged(small, "silver")
    last = next(name for name in reversed(runner.workflow["jobs"]) if name.startswith("deploy_"))
    printed = runner.run(last, "shop", "push", subject=SUBJECTS["pull_request"], code=1)
    assert "sts:AssumeRoleWithWebIdentity" in printed


@pytest.mark.row("B5")
def test_a_stack_cannot_be_deployed_into_another_account(small):
    """Whoever's credentials are at hand: the provider refuses every account but the stack's own."""
    organization = small.organization
    terraform = organization.accounts["terraform"].id
    shop = small.local.session(organization.accounts["shop"].id)
    keys = shop.get_credentials()
    stolen = {
        "AWS_ACCESS_KEY_ID": keys.access_key,
        "AWS_SECRET_ACCESS_KEY": keys.secret_key,
        "AWS_SESSION_TOKEN": keys.token,
    }
    assert terraform != organization.accounts["shop"].id
    refused = small.estate("plan", "management", code=1, **stolen)
    assert re.search(r"AccessDenied|not allowed|Forbidden", refused)

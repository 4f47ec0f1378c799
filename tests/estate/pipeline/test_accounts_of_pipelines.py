"""Accounts asked for by a form, and leases looked after: the workflow and jobs for both, and answers that are only text."""

import json
import os
import subprocess

import pytest
import yaml

from config import load
from estate.paths import CHECKOUT
from estate.pipeline.github.accounts import FORM, PATH, account_files
from estate.pipeline.gitlab import pipeline as gitlab
from estate.pipeline.requests import FIELDS, RequestError, answers_of, requested
from estate.pipeline.setting import Setting
from tests.estate.pipeline.test_pipelines import idents, steps, valid

pytestmark = pytest.mark.row("E5")

GOOD = {"slug": "web-shop", "ou": "workloads/production", "owner": "web", "budget": "500", "reason": "A shop."}


@pytest.fixture
def config(write_organization, tmp_path, monkeypatch):
    directory = write_organization(tmp_path / "checkout/config")
    organization = yaml.safe_load((directory / "organization.yaml").read_text())
    organization["ci"]["account_requests"] = True
    waves = ["ou:workloads/development", "ou:workloads/production"]
    organization["rollouts"] = {"dear": {"waves": waves, "settings": {"budget": {"limit": 7}}}}
    (directory / "organization.yaml").write_text(yaml.safe_dump(organization))
    with (directory / "accounts/development.yaml").open("a") as file:
        file.write('lease: {until: "2030-01-01", emails: [ada@example.com]}\n')
    monkeypatch.setenv("ESTATE_CONFIG", str(directory))
    return directory


@pytest.fixture
def setting(config):
    return Setting.of(load(config))


def body(**answers):
    """An issue as GitHub makes it from the form."""
    found = {**GOOD, **answers}
    return "\n\n".join(f"### {field.label}\n\n{found.get(field.key) or '_No response_'}" for field in FIELDS)


def test_nothing_is_written_that_nobody_has_a_use_for(setting_of):
    setting = setting_of()
    assert account_files(setting) == {}
    assert {"request", "leases", "waves", "variables"}.isdisjoint(yaml.safe_load(gitlab.pipeline(setting)))


def test_the_form_asks_for_what_is_read(setting):
    form = yaml.safe_load(account_files(setting)[FORM])
    assert [(each["id"], each["attributes"]["label"]) for each in form["body"]] == [
        (field.key, field.label) for field in FIELDS
    ]
    assert "workloads/production" in form["body"][2]["attributes"]["options"]


def test_github_takes_the_workflow(setting, tmp_path):
    text = account_files(setting)[PATH]
    workflow = valid(text, "github-workflows")
    assert workflow["permissions"] == {}
    for _, step in steps(workflow):
        assert "${{" not in step.get("run", "")  # answers reach scripts as variables only
    (tmp_path / PATH).parent.mkdir(parents=True)
    (tmp_path / PATH).write_text(text)
    assert idents(tmp_path) == set()


def test_gitlab_takes_the_jobs(setting):
    pipeline = valid(gitlab.pipeline(setting), "gitlab-ci")
    assert list(pipeline["variables"]) == [field.variable for field in FIELDS]
    assert pipeline["request"]["rules"] == [{"if": '$CI_PIPELINE_SOURCE == "web"'}]
    assert "id_tokens" not in pipeline["request"]
    assert not any("REQUEST_" in line for line in pipeline["request"]["script"])
    # A pipeline that somebody starts by the form runs nothing else.
    others = [name for name, job in pipeline.items() if isinstance(job, dict) and "script" in job and name != "request"]
    assert all("web" not in json.dumps(pipeline[name]["rules"]) for name in others)


def test_answers_become_a_file(config):
    assert requested(answers_of({"REQUEST": body()})) == "web-shop"
    assert yaml.safe_load((config / "accounts/web-shop.yaml").read_text()) == {
        "name": "Web shop",
        "ou": "workloads/production",
        "tags": {"owner": "web"},
        "settings": {"budget": {"limit": 500}},
    }
    of_gitlab = {field.variable: GOOD.get(field.key, "") for field in FIELDS} | {"REQUEST_SLUG": "lab"}
    assert requested(answers_of(of_gitlab)) == "lab"


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"slug": "../../main"}, "SLUG"),
        ({"slug": "production"}, "there already"),
        ({"slug": "a\nb"}, "one line"),
        ({"slug": ""}, "Slug is not answered"),
        ({"ou": "root"}, "There is no OU"),
        ({"name": "x\nid: '1'"}, "one line"),
        ({"owner": "web$(id)"}, "expected a variable"),
        ({"owner": "x" * 300}, "one line"),
        ({"budget": "1; rm -rf /"}, "Budget"),
        ({"budget": "nan"}, "Budget"),
        ({"reason": "x\n\n### Slug\n\nmanagement"}, "two answers"),
        ({"reason": "x" * 30_000}, "at most"),
    ],
)
def test_answers_that_make_no_account_write_nothing(config, answers, why):
    before = {path: path.read_bytes() for path in config.rglob("*.yaml")}
    with pytest.raises(RequestError, match=why):
        requested(answers_of({"REQUEST": body(**answers)}))
    assert {path: path.read_bytes() for path in config.rglob("*.yaml")} == before


def test_each_job_has_what_it_needs_and_no_more(setting):
    jobs = yaml.safe_load(account_files(setting)[PATH])["jobs"]
    writes = {"contents": "write", "pull-requests": "write"}
    assert {name: job["permissions"] for name, job in jobs.items()} == {
        "request": {**writes, "issues": "write"},
        "leases": {**writes, "issues": "write", "id-token": "write"},
        "waves": {**writes, "actions": "read"},
    }


class TestJob:
    """GitHub's own job, its script run as GitHub runs it, with a `gh` that writes down what it is asked."""

    @pytest.fixture
    def run(self, config, setting, tmp_path):
        checkout, remote, tools = config.parent, tmp_path / "remote.git", tmp_path / "bin"
        tools.mkdir()
        (tools / "gh").write_text(
            "#!/bin/bash\n"
            f'printf "%s\\n" "$*" >> {tmp_path}/asked\n'
            'case "$*" in *permission*) echo "$PERMISSION" ;; *length*) echo 0 ;; esac\n'
        )
        (tools / "gh").chmod(0o755)
        (checkout / ".venv").symlink_to(CHECKOUT / ".venv")
        (checkout / ".gitignore").write_text(".venv\nwhy.txt\n")
        for command in (
            f"git init -q --bare {remote}",
            "git init -q -b main",
            "git add .",
            "git -c user.name=t -c user.email=t@localhost commit -qm x",
            f"git remote add origin {remote}",
        ):
            subprocess.run(command.split(), cwd=checkout, check=True)
        step = yaml.safe_load(account_files(setting)[PATH])["jobs"]["request"]["steps"][-1]

        def run(permission="write", **answers):
            variables = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "PYTHONPATH": str(CHECKOUT)}
            variables |= {"REQUEST": body(**answers), "AUTHOR": "ada", "NUMBER": "7", "BRANCH": "main"}
            variables |= {"GITHUB_REPOSITORY": "acme/zone", "PERMISSION": permission}
            done = subprocess.run(
                ["bash", "-eo", "pipefail", "-c", step["run"]],
                cwd=checkout,
                env=variables,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            branches = subprocess.run(
                ["git", "-C", remote, "branch", "--format", "%(refname:short)"],
                capture_output=True,
                text=True,
                check=True,
            ).stdout.split()
            return branches, (tmp_path / "asked").read_text()

        return run

    def test_the_answers_become_a_request(self, run):
        branches, asked = run()
        assert branches == ["estate-account-7"]
        assert "pr create --base main --head estate-account-7 --title New account web-shop --body Closes #7." in asked

    def test_whoever_may_not_write_gets_no_request(self, run):
        branches, asked = run(permission="read")
        assert branches == []
        assert "issue comment 7 --body Accounts are asked for by those who may write" in asked

    def test_what_is_wrong_is_told(self, run, config):
        branches, asked = run(owner="$(touch pwned)`touch pwned`")
        assert branches == []
        assert "issue comment 7 --body-file why.txt" in asked
        assert not (config.parent / "pwned").exists()
        assert "expected a variable" in (config.parent / "why.txt").read_text()

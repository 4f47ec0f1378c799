"""What recorded calls say of a request: jobs that ask, and the comment that shows it."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest
import yaml

from estate.pipeline.github import review as github_review
from estate.pipeline.gitlab import pipeline as gitlab
from estate.rehearsal.markdown import UNREAD, as_markdown
from tests.estate.pipeline.test_pipelines import EXCUSED, idents, valid

pytestmark = pytest.mark.row("E8", "B7")


@pytest.fixture(scope="module")
def asked(setting):
    return replace(setting, rehearsal_days=30)


def test_without_it_no_job_asks(setting):
    assert "rehears" not in github_review.review(setting)
    assert "rehears" not in gitlab.pipeline(setting)


def test_githubs_review_asks_by_a_job_of_its_own(asked, tmp_path):
    text = github_review.review(asked)
    jobs = valid(text, "github-workflows")["jobs"]
    assert jobs["rehearse"]["permissions"] == {"contents": "read", "id-token": "write"}
    assert "id-token" not in jobs["report"]["permissions"]
    assert "rehearse" in jobs["report"]["needs"]
    comments = [step["run"] for step in jobs["report"]["steps"] if step.get("name") == "Comment"]
    assert "--rehearsal rehearsal.json" in comments[0]
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / ".github/workflows/estate-review.yml").write_text(text)
    assert idents(tmp_path, "--config", EXCUSED) == set()


def test_gitlabs_does(asked):
    jobs = valid(gitlab.pipeline(asked), "gitlab-ci")
    assert "id_tokens" in jobs["rehearse"]
    assert "id_tokens" not in jobs["impact"]
    assert jobs["impact"]["needs"] == [{"job": "rehearse", "artifacts": True}]
    assert jobs["impact"]["rules"][0]["when"] == "always"


@pytest.mark.parametrize(("code", "kept"), [(0, True), (3, True), (1, False)])
def test_calls_that_would_be_denied_fail_no_review_nor_does_a_trail_that_is_not_read(asked, tmp_path, code, kept):
    jobs = yaml.safe_load(github_review.review(asked))["jobs"]
    (run,) = (step["run"] for step in jobs["rehearse"]["steps"] if step.get("name") == "Rehearse")
    program = tmp_path / "estate"
    program.write_text(f'#!/bin/sh\ncase "$1" in rehearse) echo "$@"; exit {code};; esac\n')
    program.chmod(0o755)
    script = run.replace(".venv/bin/python -m estate", str(program))
    environment = {"PATH": os.environ["PATH"]}
    done = subprocess.run(["bash", "-e", "-c", script], cwd=tmp_path, env=environment, check=False, capture_output=True)
    assert done.returncode == 0
    found = tmp_path / "rehearsal.json"
    assert found.exists() is kept
    if kept:
        assert found.read_text().startswith(
            "rehearse HEAD --trail athena:trail-queries/trail.events --role TrailReader"
        )


CHANGE = {
    "account": "production",
    "principal": "arn:aws:iam::222222222222:role/app",
    "action": "ec2:RunInstances",
    "policy": "regions",
    "node": "ou:workloads",
    "statement": "Deny|Regions",
    "calls": 1200,
    "first": "2026-11-01T00:00:00Z",
    "last": "2026-11-03T00:00:00Z",
    "events": ["1"],
    "exemption": "arn:aws:iam::222222222222:role/app",
}
FOUND = {
    "guardrails_differ": True,
    "newly_denied": [CHANGE],
    "newly_allowed": [],
    "undecided": {"aws:PrincipalTag/team": 3},
    "unmapped": {"example.com Do": 4},
    "counts": {"recorded": 10_000, "decided": 9_996},
}


def test_the_comment():
    text = as_markdown(FOUND)
    assert "1,200 of 10,000 recorded calls would be newly denied." in text
    assert (
        "| 1,200 | ec2:RunInstances | role/app of production | regions at ou:workloads, Deny\\|Regions | 2026-11-01 | 2026-11-03 |"
        in text
    )
    assert "Of 7 it cannot be told." in text
    many = as_markdown({**FOUND, "newly_denied": [CHANGE] * 21, "newly_allowed": [CHANGE]})
    assert "… and 1,200 more" in many
    assert many.count("| 1,200 |") == 20
    assert "1,200 that were refused would be allowed." in many
    assert as_markdown({**FOUND, "guardrails_differ": False}) == ""


@pytest.mark.parametrize("there", [True, False])
def test_the_command_shows_it(tmp_path, there):
    file = tmp_path / "rehearsal.json"
    if there:
        file.write_text(json.dumps(FOUND))
    command = [sys.executable, "-m", "estate", "pipeline", "comment", str(tmp_path), "--rehearsal", str(file)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert (as_markdown(FOUND) if there else UNREAD) in printed

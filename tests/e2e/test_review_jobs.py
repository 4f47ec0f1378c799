"""The jobs that show what a request does, run as GitHub and GitLab run them, in a repository that has the request."""

import json
import re
import shutil

import pytest
import yaml

from estate.pipeline.github import review as github_review
from estate.pipeline.gitlab import pipeline as gitlab
from tests.pipelines import SUBJECTS, GitlabRunner, Repository, Runner

pytestmark = pytest.mark.e2e

WEAKER = "### This change weakens the guard\n\n- With this change the guard can judge no plan at all"
TOUCHED = "### This change touches extensions, other files, the guard, the pipeline, the program"
# Code of the request, at all places where a program could come from: whoever runs it, leaves a trace.
TRACE = "import pathlib\npathlib.Path({trace!r}).touch()\n"


@pytest.fixture(scope="module")
def repository(small, tmp_path_factory):
    return Repository(tmp_path_factory.mktemp("repository"), small)


@pytest.fixture(scope="module")
def trace(tmp_path_factory):
    """What code of the request would make."""
    return tmp_path_factory.mktemp("trace") / "ran"


@pytest.fixture(scope="module")
def request_of_change(repository, trace):
    """A request that changes a role, empties the guard's rules, and brings code and a pipeline of its own; its commit."""
    code = TRACE.format(trace=str(trace))
    rules = [path.relative_to(repository.directory) for path in repository.directory.glob("estate/guard/rules/*.toml")]
    changes = {
        "config/organization.yaml": lambda text: re.sub(r"Looks [\w ]+\.", "Looks at everything.", text),
        **{str(path): lambda _: "" for path in rules},
        **{name: lambda text: code + text for name in ("main.py", "sitecustomize.py", "estate/__main__.py")},
        "config/__init__.py": lambda text: text + code,
        "extensions/inbox/__init__.py": lambda text: text + code,
        ".github/workflows/estate-review.yml": lambda _: "on: pull_request\n",
    }
    assert rules
    before = (repository.directory / "config/organization.yaml").read_text()
    commit = repository.request(changes)
    assert (repository.directory / "config/organization.yaml").read_text() != before
    return commit


def data_of(page):
    """What a report shows."""
    text = page.read_text().partition('<script type="application/json" id="report">')[2]
    return json.loads(text.partition("</script>")[0])


@pytest.mark.row("B7", "C4", "E2")
@pytest.mark.usefixtures("request_of_change")
def test_githubs_review_shows_the_change_by_the_branchs_own_code(small, repository, trace, tmp_path_factory):
    """Three jobs, each in a workspace of its own: the branch's program, and beside it what the request makes of it."""
    before = len(small.local.log.read_text().splitlines())
    outputs, sections, comment = {}, {}, ""
    for job, stack in (("stacks", ""), ("plan_0", "shop"), ("report", "")):
        directory = repository.checkout(tmp_path_factory.mktemp(job) / "zone")
        repository.checkout(directory / "change", "request")
        runner = Runner(small, directory, github_review.review)
        runner.program("gh", f'printf "%s\\n" "$@" > {runner.tools}/asked; cp comment.md {runner.tools}/posted')
        (directory / "plans").mkdir()
        for name, text in sections.items():
            (directory / "plans" / name).write_text(text)
        runner.run(job, stack, "pull_request_target", subject=SUBJECTS["branch"])
        if job == "stacks":
            outputs = runner.outputs[job]
            assert json.loads(outputs["plan_0"]) == ["shop"]
        if job == "plan_0":
            judged = (directory / "plans" / "shop.judged.json").read_text()
            sections = {"shop.md": runner.section("shop"), "shop.judged.json": judged}
            assert list((directory / "plans").glob("*.record.json")) == []
        if job == "report":
            comment = (runner.tools / "posted").read_text()
            assert (runner.tools / "asked").read_text().split()[:2] == ["pr", "comment"]
            plans = data_of(directory / "report.html")["plans"]
            assert [(each["stack"], each["updated"]) for each in plans["stacks"]] == [("shop", 1)]
            assert plans["passes"] is True
    assert "[The organization with this change, on one page](https://example.com/report)" in comment
    assert comment.startswith(WEAKER)
    assert TOUCHED in comment
    assert "- the guard: `estate/guard/rules/" in comment
    assert "`.github/workflows/estate-review.yml`" in comment
    assert "- extensions: `extensions/inbox/__init__.py`" in comment
    assert "- other files: `sitecustomize.py`" in comment
    assert re.search(r'description\s+= ".*" -> "Looks at everything\."', comment)
    assert "### Stacks that may change" in comment
    assert not trace.exists()
    calls = small.local.log.read_text().splitlines()[before:]
    assert not any("PutObject" in line or "UpdateRole" in line for line in calls)


@pytest.mark.row("B7", "C4", "E2")
def test_gitlabs_review_shows_the_change_by_the_branchs_own_code(
    small, repository, request_of_change, trace, tmp_path_factory
):
    shown, directory = {}, None
    for name in ("impact", "review", "report"):
        plans = directory / "plans" if directory else None
        directory = repository.checkout(tmp_path_factory.mktemp(name) / "zone", "request")
        runner = GitlabRunner(small, directory)
        job = yaml.safe_load(gitlab.pipeline(runner.setting))[name]
        if name == "report":
            shutil.copytree(plans, directory / "plans")
        shown[name] = runner.run(job, ref="request", CI_COMMIT_SHA=request_of_change)
    assert (tmp_path_factory.getbasetemp() / "impact0/zone/impact.md").read_text().startswith(WEAKER)
    assert TOUCHED in shown["impact"]
    assert [path.name for path in (directory / "plans").glob("*.md")] == ["shop.md"]
    assert json.loads((directory / "plans/shop.counts.json").read_text()) == {"create": 0, "update": 1, "delete": 0}
    assert re.search(r'description\s+= ".*" -> "Looks at everything\."', shown["review"])
    assert not trace.exists()
    assert [each["stack"] for each in data_of(directory / "report.html")["plans"]["stacks"]] == ["shop"]

"""A merge that adds an account, through the generated workflow's jobs: two approvals, and nobody at a keyboard."""

import json
import shutil

import pytest
import yaml

from tests.pipelines import Repository, Runner, git

pytestmark = pytest.mark.e2e

# What jobs ask GitHub: the last run that went through, where the branch is, requests.
GH = """case "$1 $2" in
  "run list") cat {tools}/base ;;
  "api repos/"*/pulls) ;;
  "api repos/"*/environments/*) echo true ;;
  "api repos/"*) cat {tools}/head ;;
  "pr list") echo 0 ;;
  *) echo "$*" >> {tools}/asked ;;
esac"""


@pytest.mark.row("A2", "B7", "C4", "C12", "E2")
def test_a_merge_that_adds_an_account_deploys_it(small, tmp_path):
    """Planned and approved: the organization's change; then, in the same run, the account's first plan, which needs its id."""
    repository = Repository(tmp_path / "origin", small)
    deployed = git(repository.directory, "rev-parse", "HEAD").strip()
    (repository.directory / "config/accounts/news.yaml").write_text(
        yaml.safe_dump({"name": "News", "ou": "infrastructure"})
    )
    commit = repository.commit()
    runner = Runner(small, repository.checkout(tmp_path / "zone"))
    runner.program("gh", GH.format(tools=runner.tools))
    runner.head(commit)
    (runner.tools / "base").write_text(deployed)

    printed = runner.whole()

    assert set(json.loads(runner.outputs["stacks"]["plan_0"])) >= {"management", "terraform", "news"}
    first, second = (
        {key: json.loads(value) for key, value in runner.outputs[job].items()} for job in ("plans", "rest_plans")
    )
    assert first["deploy_0_organization_0"] == ["management"]
    assert [name for key, names in first.items() if "foundation" in key for name in names] == []
    assert {"terraform", "news"} <= set(first["rest_0"])
    assert {name for key, names in second.items() if "foundation" in key for name in names} == {"terraform", "news"}
    assert "news: applied" in "".join(printed.values())

    record = json.loads((runner.tools / "artifacts/rest-news/news.record.json").read_text())
    assert (record["route"], record["first"], record["passes"]) == ("foundation", True, True)
    shown = (runner.tools / "artifacts/rest-news/news.md").read_text()
    assert "It takes the foundation route, whose approvers are others" in shown
    assert "The account has nothing of it yet." in shown

    # The lock comes back as a request; what is there then is what is configured, for this test and all others.
    assert "pr create --base main --head estate-lock" in (runner.tools / "asked").read_text()
    locked = git(repository.directory, "show", "estate-lock:config/organization.lock.yaml")
    (small.config / "organization.lock.yaml").write_text(locked)
    shutil.copyfile(repository.directory / "config/accounts/news.yaml", small.config / "accounts/news.yaml")
    assert small.organization.accounts["news"].id
    runner.run("plan_0", "news", "schedule")
    assert runner.section("news") == "### Plans\n\nNo changes: news.\n"

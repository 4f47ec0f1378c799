"""The daily job keeps one issue about what differs in AWS: it is opened, brought up to date and closed, and the run is not red."""

import json
import os
import subprocess

import pytest
import yaml
from typer.testing import CliRunner

from estate.commands.pipeline import app
from estate.pipeline.drift import TITLE, issue
from estate.pipeline.github.workflow import workflow
from estate.pipeline.gitlab.pipeline import pipeline

pytestmark = pytest.mark.row("E4")
DRIFT = {"kind": "account", "id": "123456789012", "message": "Account 'x' is not known.", "cure": "Take it over."}


def test_the_issue_names_stacks_and_what_is_beside_the_configuration(tmp_path):
    (tmp_path / "shop.counts.json").write_text('{"create": 0, "update": 2, "delete": 1}')
    (tmp_path / "quiet.counts.json").write_text('{"create": 0, "update": 0, "delete": 0}')
    (tmp_path / "drift.json").write_text(json.dumps([DRIFT]))
    said = CliRunner().invoke(app, ["drift", str(tmp_path), str(tmp_path / "drift.json")]).stdout
    assert "- `shop`: 0 to add, 2 to change, 1 to destroy" in said
    assert "quiet" not in said
    assert "- account `123456789012`: Account 'x' is not known. Take it over." in said


def test_where_nothing_differs_there_is_no_text_and_of_very_much_a_part():
    assert issue({"shop": {"create": 0}}, []) == ""
    assert "- … 20 more" in issue({}, [DRIFT] * 120)


TOOLS = {
    # What the job calls, as far as it is not this program's: `gh` has an issue or none, and notes what it is told.
    "gh": """
        echo "$*" >> calls
        if [ "$1 $2" = "issue list" ]; then cat open; fi
    """,
    "curl": """
        echo "$*" >> calls
        case "$*" in *--get*) cat open ;; esac
    """,
}


def run(tmp_path, script, *, differs, opened, status=2, **env):
    """Run a job's script with what it calls beside it, and tell what it called."""
    tools = tmp_path / "tools"
    for path in (tools, tmp_path / ".venv/bin", tmp_path / ".estate"):
        path.mkdir(parents=True, exist_ok=True)
    body = "### Beside" if differs else ""
    estate = f"""#!/bin/bash
case "$*" in
  "-m estate drift --json") echo '[]'; exit {status if differs else 0} ;;
  "-m estate pipeline drift plans drift.json") printf '%s' '{body}' ;;
  "-c "*) exec python3 "$@" ;;
esac
"""
    for name, text in {**{f"tools/{name}": f"#!/bin/bash\n{text}" for name, text in TOOLS.items()}}.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o700)
    (tmp_path / ".venv/bin/python").write_text(estate)
    (tmp_path / ".venv/bin/python").chmod(0o700)
    (tmp_path / "open").write_text(opened)
    (tmp_path / "calls").write_text("")
    env = {
        "PATH": f"{tools}:{os.environ['PATH']}",
        "TITLE": TITLE,
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "GITHUB_RUN_ID": "7",
        "CI_API_V4_URL": "https://gitlab",
        "CI_PROJECT_ID": "3",
        **env,
    }
    finished = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    calls = [
        call for call in (tmp_path / "calls").read_text().splitlines() if "list" not in call and "--get" not in call
    ]
    return finished.returncode, calls


def github_script(setting):
    job = yaml.safe_load(workflow(setting))["jobs"]["drift"]
    assert job["permissions"] == {"contents": "read", "id-token": "write", "issues": "write"}
    return job["steps"][-1]["run"]


def test_github_opens_updates_and_closes_one_issue(setting, tmp_path):
    script = github_script(setting)
    opened = run(tmp_path, script, differs=True, opened="")
    assert opened == (0, [f"issue create --title {TITLE} --body-file issue.md"])
    assert run(tmp_path, script, differs=True, opened="12\n") == (0, ["issue edit 12 --body-file issue.md"])
    code, (closed,) = run(tmp_path, script, differs=False, opened="12\n")
    assert (code, closed.startswith("issue close 12")) == (0, True)
    assert run(tmp_path, script, differs=False, opened="") == (0, [])


def test_what_cannot_be_read_stays_red(setting, tmp_path):
    assert run(tmp_path, github_script(setting), differs=True, opened="", status=1) == (1, [])


def test_gitlab_opens_updates_and_closes_one_issue_and_warns_where_it_may_not(setting, tmp_path):
    job = yaml.safe_load(pipeline(setting))["tell drift"]
    assert job["allow_failure"] == {"exit_codes": [2]}
    script = job["script"][-1]
    ours = json.dumps([{"iid": 4, "title": "other"}, {"iid": 5, "title": TITLE}])
    url = "https://gitlab/projects/3/issues"
    for differs, opened, expected in (
        (True, "[]", f"title={TITLE}"),
        (True, ours, f"--request PUT --data-urlencode description@issue.md --output /dev/null {url}/5"),
        (False, ours, f"--data state_event=close --output /dev/null {url}/5"),
    ):
        code, (call,) = run(tmp_path, script, differs=differs, opened=opened, DRIFT_TOKEN="t0ken")
        assert code == 0
        assert expected in call
        assert "t0ken" not in call  # a process's arguments are everybody's on a runner
    assert run(tmp_path, script, differs=False, opened="[]", DRIFT_TOKEN="t0ken") == (0, [])
    assert run(tmp_path, script, differs=True, opened="[]") == (2, [])
    assert run(tmp_path, script, differs=False, opened="[]") == (0, [])

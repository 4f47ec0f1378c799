"""`estate report`: what it writes, and what it says of what it cannot use."""

import datetime as dt
import json

import pytest
from typer.testing import CliRunner

from config.model.approvals import ApprovalsFile
from estate.cli import app
from estate.guard.plan import Plan
from estate.guard.summary import summarize
from estate.guard.verdict import judge
from estate.report import model
from estate.report.change import judged
from tests.organizations import SAMPLE

pytestmark = pytest.mark.row("E10")


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setenv("ESTATE_CONFIG", str(SAMPLE))
    return lambda *arguments: CliRunner().invoke(app, ["report", *map(str, arguments)])


def test_the_page_is_written_and_says_where(run, tmp_path):
    plan = {"format_version": "1.2", "resource_changes": [], "configuration": {}}
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "production.json").write_text(json.dumps(plan))
    (tmp_path / "drift.json").write_text("[]")
    page = tmp_path / "new" / "page.html"
    done = run(SAMPLE, "--output", page, "--plans", tmp_path / "plans", "--drift", tmp_path / "drift.json")
    assert (done.exit_code, done.stdout) == (0, f"{page}: open it in a browser.\n")
    text = page.read_text()
    assert text.startswith("<!doctype html>")
    held = text.partition('<script type="application/json" id="report">')[2].partition("</script>")[0]
    found = model.Report.model_validate_json(held)
    assert found.change.stacks == []
    assert [each.stack for each in found.plans.stacks] == ["production"]
    assert (found.plans.passes, found.drift) == (True, [])


def test_the_guards_verdict_is_shown_as_it_was_when_stacks_were_planned(run, tmp_path):
    """Each stack's plan is judged by itself, where it is planned; the page is written elsewhere."""
    for stack, action in (("production", "delete"), ("staging", "no-op")):
        plan = Plan.from_json(stack, _plan_of_a_trail(action))
        verdict = judge([plan], ApprovalsFile(), dt.date(2026, 11, 29))
        (tmp_path / f"{stack}.judged.json").write_text(
            judged([summarize(plan, verdict.dangers)], verdict).model_dump_json()
        )
    done = run("--planned", tmp_path, "--json")
    found = model.Report.model_validate_json(done.stdout).plans
    assert (found.passes, [(each.stack, each.destroyed) for each in found.stacks]) == (
        False,
        [("production", 1), ("staging", 0)],
    )
    assert {(each.stack, each.state) for each in found.dangers} == {("production", "stopped")}


def _plan_of_a_trail(action):
    block = {"name": "trail", "is_organization_trail": True}
    change = {"actions": [action], "before": block, "after": None if action == "delete" else block, "after_unknown": {}}
    trail = {"address": "aws_cloudtrail.trail", "type": "aws_cloudtrail", "name": "trail", "mode": "managed"}
    return {"format_version": "1.2", "resource_changes": [{**trail, "change": change}], "configuration": {}}


def test_where_nothing_was_planned_nothing_is_judged(run, tmp_path):
    found = model.Report.model_validate_json(run("--planned", tmp_path, "--json").stdout)
    assert (found.plans.passes, found.plans.stacks) == (True, [])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("no-such-revision",), "'no-such-revision' is neither a directory nor a revision that git knows here."),
        (("--plans", "{}"), "There are no plans in {}. Plans are files <stack>.json in {}."),
        (("--planned", "{}/none"), "{}/none is no directory; expected what `estate plan --to` wrote."),
        (
            ("--planned", "{}"),
            "{}/odd.judged.json is no plan that `estate plan --to` judged (3 errors); plan it again.",
        ),
        (("--planned", "{}", "--kept-plans"), "Give one of --plans, --kept-plans and --planned."),
        (("--drift", "{}/none.json"), "{}/none.json: No such file or directory."),
        (("--drift", "{}/text"), "{}/text is not JSON"),
        (("--drift", "{}/map.json"), "{}/map.json holds something else than what `estate drift --json` prints."),
        (
            ("--rehearsal", "{}/list.json"),
            "{}/list.json holds something else than what `estate rehearse --json` prints.",
        ),
    ],
)
def test_what_cannot_be_used_is_named_before_anything_is_synthesized(run, tmp_path, monkeypatch, arguments, said):
    monkeypatch.setattr("estate.terraform.synth.synthesize", lambda **_: pytest.fail("synthesized"))
    for name, text in (("text", "no"), ("map.json", "{}"), ("list.json", "[]"), ("odd.judged.json", "{}")):
        (tmp_path / name).write_text(text)
    if arguments == ("--plans", "{}"):
        for path in tmp_path.iterdir():
            path.unlink()
    done = run(*(each.format(tmp_path) for each in arguments))
    assert done.exit_code == 1
    assert said.format(*[tmp_path] * 2) in done.stderr

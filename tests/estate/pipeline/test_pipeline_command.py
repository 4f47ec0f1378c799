"""`estate pipeline`."""

import datetime as dt
import importlib

import pytest
from typer.testing import CliRunner

from config.model.approvals import ApprovalsFile
from estate.cli import app
from estate.guard.plan import Plan
from estate.guard.summary import summarize
from estate.guard.verdict import judge
from estate.pipeline.sections import comment, section
from tests.estate.guard.plans import change, plan


@pytest.fixture
def run(write_organization, tmp_path, monkeypatch):
    def run(*arguments, **changed):
        if not (tmp_path / "config").exists():
            write_organization(tmp_path / "config", **changed)
        monkeypatch.setenv("ESTATE_CONFIG", str(tmp_path / "config"))
        importlib.import_module("estate.terraform.synth")  # its program is this checkout's, whichever test comes first
        monkeypatch.setattr("estate.paths.CHECKOUT", tmp_path)
        return CliRunner().invoke(app, ["pipeline", *arguments])

    return run


@pytest.mark.row("B7")
@pytest.mark.parametrize(("system", "file"), [("github", ".github/workflows/estate.yml"), ("gitlab", ".gitlab-ci.yml")])
def test_the_file_is_written_once(run, tmp_path, system, file):
    assert run(system, "--check").exit_code == 1
    assert f"{file} written" in run(system).output
    before = (tmp_path / file).read_bytes()
    assert f"{file} is up to date" in run(system).output
    assert (tmp_path / file).read_bytes() == before
    assert run(system, "--check").exit_code == 0
    (tmp_path / file).write_text("name: mine\n")
    assert "not up to date" in run(system, "--check").output


def test_without_pipelines_in_the_configuration_it_says_what_to_add(run):
    result = run("github", ci=None)
    assert result.exit_code == 1
    assert "no `ci`" in result.output


def sections_of(*changes):
    found = Plan.from_json("network", plan(*changes))
    verdict = judge([found], ApprovalsFile(), dt.date(2026, 11, 22))
    return section(summarize(found), verdict, "  # aws_vpc.a will be created\n```\n")


def test_a_section_shows_the_summary_and_terraforms_own_words():
    text = sections_of(change("aws_vpc.a", ("create",), None, {}))
    assert "| network | 1 | 0 | 0 |" in text
    assert "# aws_vpc.a will be created" in text
    assert text.count("```") == 2


def test_a_section_without_changes_is_short():
    assert sections_of() == "### Plans\n\nNo changes: network.\n"


def test_a_comment_keeps_summaries_where_plans_are_too_long():
    small = sections_of(change("aws_vpc.a", ("create",), None, {}))
    long = small.replace("will be created", "will be created\n" * 500)
    text = comment({"network": small, "security": long}, longest=2000)
    assert len(text) < 2000
    assert text.count("<details>") == 1
    assert "Too long to show here, see the job's summary: security." in text
    assert text.count("| stack |") == 2


def test_a_comment_is_never_too_long():
    assert len(comment({str(number): "x" * 500 for number in range(100)}, longest=2000)) <= 2000


def test_no_sections_make_a_comment_too():
    assert "No stack changes" in comment({})


def test_the_impact_comes_before_the_plans():
    text = comment({"network": sections_of()}, "### Who may do what\n\n- shop (by guard)")
    assert text.startswith("### Who may do what\n\n- shop (by guard)\n\n### Plans")


def test_a_long_impact_leaves_room_for_the_plans():
    impact = "### Accounts\n\n" + "\n".join(f"- account-{number} is new" for number in range(500))
    text = comment({"network": sections_of()}, impact, longest=2000)
    assert len(text) <= 2000
    assert "- account-0 is new" in text
    assert "… (cut: see `estate impact`)" in text
    assert text.endswith("No changes: network.\n")


@pytest.mark.row("B7")
def test_a_comment_says_what_the_change_does(run, tmp_path, write_organization):
    (tmp_path / "plans").mkdir()
    write_organization(tmp_path / "before")
    (tmp_path / "plans/network.md").write_text(sections_of())
    guard = "type: service_control_policy\ntargets: [account:staging]\nstatements: [{effect: Deny, actions: 'ecs:*'}]\n"
    run("github")
    (tmp_path / "config/policies/guard.yaml").write_text(guard)
    text = run("comment", str(tmp_path / "plans"), "--base", str(tmp_path / "before")).output
    assert "- staging (by guard)\n  - everybody" in text
    assert "loses ecs:*" in text
    assert text.index("### Who may do what") < text.index("### Plans")
    assert run("impact", str(tmp_path / "before")).output.strip() == text.partition("### Plans")[0].strip()


def test_a_base_without_configuration_keeps_nobody_from_seeing_the_plans(run, tmp_path):
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans/network.md").write_text(sections_of())
    result = run("comment", str(tmp_path / "plans"), "--base", "no-such-revision")
    assert result.exit_code == 0
    assert "### What the change does cannot be told" in result.output
    assert "no-such-revision" in result.output
    assert "No changes: network." in result.output

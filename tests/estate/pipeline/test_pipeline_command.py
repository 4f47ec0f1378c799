"""`estate pipeline`."""

import datetime as dt

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

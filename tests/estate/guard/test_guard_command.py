"""`estate guard` and config/approvals.yaml."""

import json
import textwrap

import pytest
from typer.testing import CliRunner

from estate.cli import app
from tests.estate.guard.plans import change, plan

GONE = change("aws_organizations_account.accounts_sandbox_1", ("delete",), {"email": "e"})
APPROVED = """\
approvals:
  - stack: management
    address: aws_organizations_account.accounts_sandbox_1
    rule: account-gone
    until: 2999-12-31
    reason: The sandbox is empty.
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    plans = tmp_path / "plans"
    plans.mkdir()
    monkeypatch.setenv("ESTATE_CONFIG", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments, approvals=None, **stacks):
        for name, found in stacks.items():
            (plans / f"{name}.json").write_text(json.dumps(found))
        if approvals is not None:
            (tmp_path / "approvals.yaml").write_text(approvals)
        return CliRunner().invoke(app, ["guard", "--plans", str(plans), *arguments])

    return run


def test_a_harmless_plan_passes(run):
    result = run(network=plan(change("aws_vpc.a", ("create",), None, {})), production=plan())
    assert result.exit_code == 0
    assert "no changes" in result.output


@pytest.mark.row("B7", "C3")
def test_a_removed_account_is_stopped_and_the_way_out_is_shown(run):
    result = run(management=plan(GONE))
    assert result.exit_code == 1
    assert "STOP management aws_organizations_account.accounts_sandbox_1: The plan deletes an account." in result.output
    assert "        address: aws_organizations_account.accounts_sandbox_1" in result.output
    assert "        rule: account-gone" in result.output


def test_the_way_out_is_copied_as_it_is_from_a_narrow_terminal(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    gone = change(f"aws_guardduty_organization_admin_account.administrator-{'x' * 80}", ("delete",), {})
    _, shown = run(management=plan(gone)).output.split("config/approvals.yaml:\n\n")
    filled = shown.replace("<the last day, such as 2026-12-31>", "2999-12-31").replace("<why>", "Meant.")
    assert run(management=plan(gone), approvals=textwrap.dedent(filled)).exit_code == 0


def test_an_approval_lets_it_through(run):
    result = run(management=plan(GONE), approvals=APPROVED)
    assert result.exit_code == 0
    assert "approved until 2999-12-31 (The sandbox is empty.)" in result.output


def test_an_expired_approval_says_so(run):
    result = run(management=plan(GONE), approvals=APPROVED.replace("2999", "2020"))
    assert result.exit_code == 1
    assert "expired on 2020-12-31" in result.output


def test_json_is_for_programs(run):
    result = run("--format", "json", management=plan(GONE))
    found = json.loads(result.output)
    assert found["passes"] is False
    assert found["stacks"]["management"]["destroyed"] == 1
    assert found["stopped"][0]["address"] == "aws_organizations_account.accounts_sandbox_1"


def test_markdown_is_for_people(run):
    result = run("--format", "markdown", management=plan(GONE), network=plan())
    assert (
        "| management | 0 | 0 | 1 | `- aws_organizations_account.accounts_sandbox_1: The plan deletes an account.` |"
        in result.output
    )
    assert "No changes: network." in result.output
    assert "- STOP management" in result.output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("approvals: yes", "approvals.yaml:1: approvals: found 'yes'; expected a list"),
        ("approvals:\n  - stack: a\n    adress: b.c", "Did you mean 'address'?"),
        (APPROVED.replace("2999-12-31", "soon"), "approvals.yaml:5: approvals[0].until: found 'soon'; expected a day"),
        (APPROVED.replace("aws_organizations_account.accounts_sandbox_1", "sandbox"), "a Terraform address"),
        (
            APPROVED.replace("account-gone", "acount-gone"),
            "expected the name of a rule of the guard. Did you mean 'account-gone'?",
        ),
        (APPROVED.replace("    rule: account-gone\n", ""), "a value for `rule`"),
        (APPROVED.replace("    reason: The sandbox is empty.\n", ""), "a value for `reason`"),
        ("approvals: [", "valid YAML"),
    ],
)
def test_mistakes_in_the_file_are_located(run, text, said):
    result = run(management=plan(), approvals=text)
    assert result.exit_code == 1
    assert said in " ".join(result.output.split())


def test_missing_plans_are_named(run):
    assert "There are no plans" in run().output
    result = run("production", management=plan())
    assert result.exit_code == 1
    assert "Stack production has no plan" in result.output

"""Guardrails and the role that gives log groups a retention."""

import re
from pathlib import Path

import pytest

from config import load
from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.policies.evaluator import Policies, Policy, PolicySet, Principal, Request, evaluate

pytestmark = pytest.mark.row("B2", "B6")

ON = "name: Shop\nou: workloads/production\nsettings: {log_retention: {}}\n"
KEPT = "type: service_control_policy\ntargets: [root]\nguardrail: protect-monitoring\nparameters: {parts: [logs]}\n"


def warnings(directory, policy, account=ON):
    directory.write("accounts/shop.yaml", account)
    directory.write("policies/monitoring.yaml", policy)
    return [str(each) for each in load(directory.path).warnings if "log-retention" in str(each)]


def test_a_guardrail_that_keeps_the_role_from_setting_retentions_is_named(directory):
    (warning,) = warnings(directory, KEPT)
    assert warning.startswith("policies/monitoring.yaml:1: found a policy that keeps the role 'log-retention' from")
    assert "in the account 'shop'" in warning


def test_the_cure_names_what_keeps_others_from_handing_the_role_over(directory):
    (warning,) = warnings(directory, KEPT)
    assert "deny them iam:PassRole on it" in warning


def test_the_policy_that_the_documentation_shows_is_taken_and_does_that(directory):
    text = (Path(__file__).parents[2] / "docs/archive.md").read_text()
    (block,) = (one for one in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if "NobodyHandsOver" in one)
    directory.write("policies/hands.yaml", block)
    document = load(directory.path).policies["hands"].document
    role, start = "log-retention", "arn:aws:iam::222222222222:role/"
    every = PolicySet((Policy("everything", PolicyDocument.of(allow("*", "*"))),))
    scps = PolicySet((*every.policies, Policy("hands", document)))
    allowed = {
        (who, whom): evaluate(
            Request(Principal.of(start + who), "iam:PassRole", start + whom), Policies(identity=every, scps=(scps,))
        ).allowed
        for who in ("Developer", "TerraformExecutionRole", role)
        for whom in (role, "other")
    }
    assert [one for one, may in allowed.items() if not may] == [("Developer", role)]


def test_one_that_exempts_it_is_not(directory):
    roles = "[OrganizationAccountAccessRole, TerraformExecutionRole, log-retention]"
    assert warnings(directory, KEPT.replace("[logs]", f"[logs], exempted_principal_arns: {roles}")) == []


@pytest.mark.parametrize("account", ["name: Shop\nou: workloads/production\n", ON.replace("{}", "{enabled: false}")])
def test_nor_one_where_log_groups_are_left_alone(directory, account):
    assert warnings(directory, KEPT, account) == []


def test_nor_one_on_other_accounts(directory):
    assert warnings(directory, KEPT.replace("[root]", "[ou:workloads/staging]")) == []

"""Guardrails and the role that gives log groups a retention."""

import pytest

from config import load

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


def test_one_that_exempts_it_is_not(directory):
    roles = "[OrganizationAccountAccessRole, TerraformExecutionRole, log-retention]"
    assert warnings(directory, KEPT.replace("[logs]", f"[logs], exempted_principal_arns: {roles}")) == []


@pytest.mark.parametrize("account", ["name: Shop\nou: workloads/production\n", ON.replace("{}", "{enabled: false}")])
def test_nor_one_where_log_groups_are_left_alone(directory, account):
    assert warnings(directory, KEPT, account) == []


def test_nor_one_on_other_accounts(directory):
    assert warnings(directory, KEPT.replace("[root]", "[ou:workloads/staging]")) == []

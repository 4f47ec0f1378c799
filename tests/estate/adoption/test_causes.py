"""What a plan does beside taking over is named with the key of the configuration that says so."""

import pytest

from config.loading.loader import load_with_levels
from estate.adoption.causes import causes
from estate.guard.plan import Action, Change, Plan
from tests.organizations import SAMPLE

pytestmark = pytest.mark.row("E4")
MANAGED = "aws_organizations_"


def change(address, action=Action.UPDATE, **values):
    before = {name: f"old {name}" for name in values}
    return Change(address, address.partition(".")[0], action, before, dict(values))


@pytest.mark.parametrize(
    ("stack", "changed", "expected"),
    [
        (
            "management",
            change(f"{MANAGED}account.account-production", tags={}, parent_id="x", tags_all={}),
            "~ aws_organizations_account.account-production: parent_id, tags (accounts/production.yaml: ou, tags)",
        ),
        (
            "management",
            change(f"{MANAGED}organizational_unit.unit-production", name="x"),
            "~ aws_organizations_organizational_unit.unit-production: name (organization.yaml: organizational_units.workloads/production: name)",
        ),
        (
            "management",
            change(f"{MANAGED}policy.policy-baseline-data_CF68C2BF", content="x"),
            "~ aws_organizations_policy.policy-baseline-data_CF68C2BF: content (policies/baseline-data.yaml: document)",
        ),
        (
            "management",
            change(f"{MANAGED}policy_attachment.policy-baseline-data_root_E5932DA3", Action.CREATE, target_id="r"),
            "+ aws_organizations_policy_attachment.policy-baseline-data_root_E5932DA3 (policies/baseline-data.yaml: targets)",
        ),
        (
            "management",
            change(f"{MANAGED}organization.organization", enabled_policy_types=[]),
            "~ aws_organizations_organization.organization: enabled_policy_types (organization.yaml: policy_types)",
        ),
        (
            "management",
            change(f"{MANAGED}delegated_administrator.delegate-security-sso", Action.DELETE),
            "- aws_organizations_delegated_administrator.delegate-security-sso (organization.yaml: delegated_administrators)",
        ),
        (
            "management",
            change("aws_ssoadmin_permission_set.identity-center_x", description="x"),
            "~ aws_ssoadmin_permission_set.identity-center_x: description (organization.yaml: identity_center)",
        ),
    ],
)
def test_the_key_is_named(stack, changed, expected):
    assert list(causes(*load_with_levels(SAMPLE), Plan(stack, (changed,)))) == [expected]


def test_where_an_accounts_settings_say_it_file_and_line_are_named():
    (line,) = causes(
        *load_with_levels(SAMPLE), Plan("production", (change("aws_budgets_budget.budget_1", limit_amount="1"),))
    )
    assert line.startswith("~ aws_budgets_budget.budget_1: limit_amount (")
    for place in line.partition("(")[2].rstrip(")").split(" or "):
        file, number, keys = place.split(":", 2)
        text = (SAMPLE / file).read_text().splitlines()[int(number) - 1]
        assert text.strip().startswith(f"{keys.rpartition('.')[2]}:"), place


def test_what_is_imported_as_it_is_is_not_named():
    same = Change("aws_budgets_budget.b", "aws_budgets_budget", Action.NONE, {"x": 1}, {"x": 1}, imported="1")
    assert list(causes(*load_with_levels(SAMPLE), Plan("production", (same,)))) == []

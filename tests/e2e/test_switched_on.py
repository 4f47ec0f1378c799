"""What the sample leaves off, switched on in the deployed organization, as its comments say. It stays on for test_teardown.py.

Rules of AWS Config come with a second deploy, since AWS refuses them as long as an account has no recorder. Inspector, Macie and
Detective cost too much for a sample.
"""

import pytest

from tests.deployed import edit, planned_actions, resynthesize

pytestmark = [pytest.mark.e2e, pytest.mark.row("C6")]

STACKS = ("management", "security")
RULE = "root-has-mfa"
SERVICES = ("detective", "inspector", "macie")
PRINCIPALS = ("detective.amazonaws.com", "inspector2.amazonaws.com", "macie.amazonaws.com")


def switch_on(data):
    data["trusted_services"] = sorted({*data["trusted_services"], *PRINCIPALS})
    data["delegated_administrators"] |= dict.fromkeys(PRINCIPALS, "security")
    data["security"] |= {service: {} for service in SERVICES}
    data["security"]["config"]["rules"] = {RULE: {"identifier": "ROOT_ACCOUNT_MFA_ENABLED"}}


@pytest.fixture(scope="module", autouse=True)
def _deployed(demo):
    """Both stacks, in the order that `estate deploy` takes.

    Through the access role, since the execution role is permitted the new services by the same deploy.
    """
    edit(demo.config / "organization.yaml", switch_on)
    resynthesize(demo)
    for name in STACKS:
        stack = demo.setup_stack(name)
        actions = planned_actions(stack)
        assert all(taken in (["create"], ["update"]) for taken in actions.values())
        stack.apply()


@pytest.mark.parametrize("name", STACKS)
def test_a_second_plan_is_empty(demo, name):
    assert planned_actions(demo.stack(name)) == {}


def test_all_accounts_have_it_in_every_region(demo):
    organization = demo.organization
    security = organization.accounts["security"].id
    others = {account.id for account in organization.accounts.values()} - {security}
    session = demo.local.session(security)
    for region in organization.governed_regions:
        config = session.client("config", region_name=region)
        (rule,) = config.describe_organization_config_rules()["OrganizationConfigRules"]
        assert rule["OrganizationConfigRuleName"] == RULE
        statuses = config.get_organization_config_rule_detailed_status(OrganizationConfigRuleName=RULE)
        found = statuses["OrganizationConfigRuleDetailedStatus"]
        assert {one["AccountId"]: one["MemberAccountRuleStatus"] for one in found} == dict.fromkeys(
            {security, *others}, "CREATE_SUCCESSFUL"
        )
        members = session.client("macie2", region_name=region).list_members()["members"]
        assert {one["accountId"] for one in members} == others
        members = session.client("inspector2", region_name=region).list_members()["members"]
        assert {one["accountId"] for one in members} == others
        detective = session.client("detective", region_name=region)
        (graph,) = detective.list_graphs()["GraphList"]
        members = detective.list_members(GraphArn=graph["Arn"])["MemberDetails"]
        assert {one["AccountId"] for one in members} == others

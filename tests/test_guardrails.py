"""What the sample organization's guardrails promise, as an organization's own tests would say it."""

import pytest

from estate.testing import assert_allowed, assert_denied
from tests.organizations import SAMPLE

pytestmark = pytest.mark.row("A7", "C7")


@pytest.fixture(autouse=True)
def _sample(monkeypatch):
    monkeypatch.setenv("ESTATE_CONFIG", str(SAMPLE))


@pytest.mark.parametrize("account", ["development", "staging", "production", "network", "security", "terraform"])
def test_work_happens_in_governed_regions(account):
    assert_allowed(account=account, action="ec2:RunInstances", region="eu-central-1")
    assert_denied(account=account, action="ec2:RunInstances", region="us-west-2", by="allowed-regions")


@pytest.mark.parametrize("action", ["iam:CreateRole", "route53:ListHostedZones", "organizations:DescribeOrganization"])
def test_global_services_stay_usable(action):
    assert_allowed(account="production", action=action)


@pytest.mark.parametrize("principal", ["any-role", "root", "OrganizationAccountAccessRole"])
def test_accounts_stay_in_the_organization(principal):
    assert_denied(
        account="production", action="organizations:LeaveOrganization", principal=principal, by="deny-leaving"
    )


def test_confidential_accounts_have_no_access_keys():
    assert_denied(account="production", action="iam:CreateAccessKey", by="no-long-lived-keys")
    assert_allowed(account="development", action="iam:CreateAccessKey")

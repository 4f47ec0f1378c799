"""An administrator of production tries what the baseline denies, in the deployed organization."""

import json
import re

import pytest
from botocore.exceptions import ClientError

pytestmark = [pytest.mark.e2e, pytest.mark.row("E3")]


@pytest.fixture
def administrator(demo):
    """A session that IAM permits everything, as a role that nobody exempts."""
    production = demo.organization.accounts["production"]
    iam = demo.local.session(production.id).client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": demo.organization.management.id}, "Action": "sts:AssumeRole"}
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    iam.create_role(
        RoleName="Administrator", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": trust})
    )
    iam.put_role_policy(
        RoleName="Administrator",
        PolicyName="all",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": everything}),
    )
    yield demo.local.session(production.id, role="Administrator", region=production.region)
    iam.delete_role_policy(RoleName="Administrator", PolicyName="all")
    iam.delete_role(RoleName="Administrator")


def test_an_administrator_cannot_weaken_production(administrator):
    administrator.client("ec2").describe_vpcs()
    iam, guardduty = administrator.client("iam"), administrator.client("guardduty")
    attempts = {
        "user": lambda: iam.create_user(UserName="x"),
        "execution role": lambda: iam.delete_role(RoleName="TerraformExecutionRole"),
        "audit role": lambda: iam.delete_role(RoleName="SecurityAudit"),
        "GuardDuty": lambda: guardduty.delete_detector(DetectorId="1234"),
        "encryption": lambda: administrator.client("ec2").disable_ebs_encryption_by_default(),
        "share": lambda: administrator.client("ram").create_resource_share(name="open", allowExternalPrincipals=True),
    }
    assert {what: refusal(attempt) for what, attempt in attempts.items()} == dict.fromkeys(attempts, True)


def refusal(attempt):
    """Whether a service control policy of the baseline refuses it; what AWS says else."""
    try:
        return attempt()
    except ClientError as error:
        return bool(re.search(r"SCP 'Baseline\w+' at Root", str(error))) or str(error)

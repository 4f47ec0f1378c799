"""What the sample organization's guardrails promise, as an organization's own tests would say it."""

import pytest

from estate.testing import assert_allowed, assert_denied
from tests.organizations import SAMPLE

PRODUCTION = "444444444444"
pytestmark = pytest.mark.row("A7", "C7")


@pytest.fixture(autouse=True)
def _sample(monkeypatch):
    monkeypatch.setenv("ESTATE_CONFIG", str(SAMPLE))


@pytest.mark.parametrize("account", ["development", "staging", "production", "network", "security", "terraform"])
def test_work_happens_in_governed_regions(account):
    assert_allowed(account=account, action="ec2:CreateVpc", region="eu-central-1")
    assert_denied(account=account, action="ec2:CreateVpc", region="us-west-2", by="allowed-regions")


@pytest.mark.parametrize("action", ["iam:CreateRole", "route53:ListHostedZones", "organizations:DescribeOrganization"])
def test_global_services_stay_usable(action):
    assert_allowed(account="production", action=action)


@pytest.mark.parametrize("principal", ["any-role", "root", "OrganizationAccountAccessRole"])
def test_accounts_stay_in_the_organization(principal):
    assert_denied(
        account="production", action="organizations:LeaveOrganization", principal=principal, by="baseline-identities"
    )


@pytest.mark.row("E3")
@pytest.mark.parametrize(
    ("action", "more"),
    [
        ("iam:CreateUser", {}),
        ("iam:CreateAccessKey", {}),
        ("iam:CreateOpenIDConnectProvider", {}),
        ("iam:DeleteRole", {"resource": "arn:aws:iam::{account}:role/TerraformExecutionRole"}),
        ("iam:UpdateAssumeRolePolicy", {"resource": "arn:aws:iam::{account}:role/TerraformExecutionRole"}),
        ("iam:AttachRolePolicy", {"resource": "arn:aws:iam::{account}:role/OrganizationAccountAccessRole"}),
        ("iam:CreateRole", {"resource": "arn:aws:iam::{account}:role/stacksets-exec-mine"}),
        ("iam:DeleteRole", {"resource": "arn:aws:iam::{account}:role/SecurityAudit"}),
        ("iam:CreatePolicyVersion", {"resource": "arn:aws:iam::{account}:policy/TerraformExecutionRole-1"}),
        ("ec2:ModifySnapshotAttribute", {"context": {"ec2:Add/group": "all"}}),
        ("rds:ModifyDBSnapshotAttribute", {}),
        ("ec2:ModifyImageAttribute", {}),
        ("ec2:RunInstances", {"context": {"ec2:MetadataHttpTokens": "optional"}}),
        ("lambda:CreateFunctionUrlConfig", {"context": {"lambda:FunctionUrlAuthType": "NONE"}}),
        ("ram:CreateResourceShare", {}),
        ("account:EnableRegion", {}),
        ("cloudtrail:StopLogging", {}),
        ("config:StopConfigurationRecorder", {}),
        ("guardduty:DeleteDetector", {}),
        ("guardduty:UpdateDetector", {}),
        ("securityhub:DisableSecurityHub", {}),
        ("access-analyzer:DeleteAnalyzer", {}),
        ("ec2:DisableEbsEncryptionByDefault", {}),
        ("s3:PutAccountPublicAccessBlock", {}),
        ("kms:ScheduleKeyDeletion", {}),
        ("events:DisableRule", {"resource": "arn:aws:events:eu-central-1:{account}:rule/activity-alerts-root-use"}),
        ("iam:DeleteRolePolicy", {"resource": "arn:aws:iam::{account}:role/activity-alerts"}),
    ],
)
def test_an_administrator_of_production_cannot_weaken_it(action, more):
    if "resource" in more:
        more = {**more, "resource": more["resource"].format(account=PRODUCTION)}
    assert_denied(account="production", action=action, principal="Administrator", **more)


@pytest.mark.row("E3")
@pytest.mark.parametrize("action", ["s3:DeleteObject", "s3:PutBucketPolicy", "s3:PutLifecycleConfiguration"])
def test_an_administrator_of_the_security_account_cannot_touch_the_archive(action):
    arn = (
        "arn:aws:s3:::example-log-archive-333333333333/AWSLogs/log"
        if "Object" in action
        else "arn:aws:s3:::example-log-archive-3"
    )
    assert_denied(account="security", action=action, principal="Administrator", resource=arn, by="baseline-protection")


@pytest.mark.row("B6", "E3")
@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("events:DeleteEventBus", "events:eu-central-1:333333333333:event-bus/activity-alerts"),
        ("events:RemoveTargets", "events:eu-central-1:333333333333:rule/activity-alerts/activity-alerts-root-use"),
        ("sns:Unsubscribe", "sns:eu-central-1:333333333333:activity-alerts"),
    ],
)
def test_an_administrator_of_the_security_account_silences_no_alert(action, resource):
    assert_denied(
        account="security",
        action=action,
        principal="Administrator",
        resource=f"arn:aws:{resource}",
        by="baseline-protection",
    )


@pytest.mark.row("B6", "E5")
def test_accounts_are_entered_where_alerts_listen_and_out_of_use_by_few():
    entry = {"account": "production", "action": "sts:AssumeRole"}
    assert_allowed(**entry, region="eu-central-1")
    assert_allowed(**entry, region="us-east-1")
    assert_denied(**entry, region="us-west-2", by="baseline-resources")


@pytest.mark.row("E3")
def test_nobody_works_as_root_and_strangers_reach_nothing():
    assert_denied(account="production", action="s3:ListBucket", principal="root", by="baseline-identities")
    for account in ("production", "security"):
        stranger = "arn:aws:iam::999988887777:role/x"
        assert_denied(account=account, action="s3:GetObject", principal=stranger, by="baseline-resources")
        assert_denied(account=account, action="sts:AssumeRole", principal=stranger, by="baseline-resources")
    for_stranger = {"aws:SourceAccount": "999988887777"}
    assert_denied(
        account="security",
        action="s3:PutObject",
        principal="cloudtrail.amazonaws.com",
        context=for_stranger,
        by="baseline-resources",
    )
    plain = {"aws:SecureTransport": "false"}
    assert_denied(account="production", action="s3:GetObject", context=plain, by="baseline-resources")


def test_confidential_accounts_have_no_keys_that_live_long():
    assert_denied(account="production", action="ec2:CreateKeyPair", by="no-long-lived-keys")
    assert_allowed(account="development", action="ec2:CreateKeyPair")

"""The fifteen kinds of section 4 of the CIS benchmark, matched against events as CloudTrail writes them."""

import pytest

from constructs_lib.logging.activity_patterns import root_use
from constructs_lib.logging.cis_patterns import cis_patterns
from constructs_lib.policies import names
from tests.constructs_lib.logging.test_activity_patterns import matches

pytestmark = pytest.mark.row("B6", "E3")
PATTERNS = {"root-use": root_use(), **cis_patterns()}


def call(service, action, **detail):
    return {
        "source": "aws.sts",
        "detail-type": "AWS API Call via CloudTrail",
        "detail": {
            "eventSource": f"{service}.amazonaws.com",
            "eventName": action,
            "userIdentity": {"type": "AssumedRole"},
            **detail,
        },
    }


def sign_in(outcome, kind="IAMUser", mfa="No"):
    return {
        "source": "aws.signin",
        "detail-type": "AWS Console Sign In via CloudTrail",
        "detail": {
            "eventName": "ConsoleLogin",
            "eventType": "AwsConsoleSignIn",
            "userIdentity": {"type": kind},
            "responseElements": {"ConsoleLogin": outcome},
            "additionalEventData": {"MFAUsed": mfa},
        },
    }


def reported(event):
    return {name for name, pattern in PATTERNS.items() if matches(pattern, event)}


def test_there_are_fifteen():
    assert len(PATTERNS) == 15


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (call("ec2", "RunInstances", errorCode="Client.UnauthorizedOperation"), {"refused-calls"}),
        (call("s3", "PutObject", errorCode="AccessDenied"), {"refused-calls"}),
        (call("dynamodb", "CreateTable", errorCode="AccessDeniedException"), {"refused-calls"}),
        (call("dynamodb", "CreateTable", errorCode="ValidationException"), set()),
        (sign_in("Success"), {"sign-ins-without-mfa"}),
        (sign_in("Success", mfa="Yes"), set()),
        (sign_in("Success", kind="AssumedRole"), set()),
        (sign_in("Failure"), {"failed-sign-ins"}),
        (sign_in("Success", kind="Root", mfa="Yes"), {"root-use"}),
        (call("iam", "AttachRolePolicy"), {"iam-policy-changes"}),
        (call("organizations", "AttachPolicy"), {"organization-changes"}),
        (call("iam", "CreateRole"), set()),
        (call("cloudtrail", "StopLogging"), {"trail-changes"}),
        (call("kms", "ScheduleKeyDeletion"), {"key-deletion"}),
        (call("kms", "CreateKey"), set()),
        (call("s3", "PutBucketPolicy"), {"bucket-policy-changes"}),
        (call("config", "StopConfigurationRecorder"), {"config-changes"}),
        (call("ec2", "AuthorizeSecurityGroupIngress"), {"security-group-changes"}),
        (call("ec2", "CreateNetworkAclEntry"), {"network-acl-changes"}),
        (call("ec2", "AttachInternetGateway"), {"gateway-changes"}),
        (call("ec2", "ReplaceRoute"), {"route-changes"}),
        (call("ec2", "CreateVpc"), {"vpc-changes"}),
        (call("organizations", "LeaveOrganization"), {"organization-changes"}),
        (call("ec2", "RunInstances"), set()),
    ],
)
def test_each_kind_is_reported_and_nothing_else(event, expected):
    assert reported(event) == expected


# CloudTrail writes some calls by names that are no actions of IAM.
OTHERWISE = {
    "DeleteBucketCors",
    "DeleteBucketLifecycle",
    "DeleteBucketReplication",
    "PutBucketCors",
    "PutBucketLifecycle",
    "PutBucketReplication",
}


def test_every_call_that_is_looked_for_exists():
    for pattern in cis_patterns().values():
        for action in pattern["detail"].get("eventName", ()):
            service = pattern["detail"]["eventSource"][0].partition(".")[0]
            assert action in OTHERWISE or action.lower() in names.actions(service), action

"""What your guardrails promise. Add what must never change: `assert_denied`, `assert_allowed` of `estate.testing`."""

import pytest

from estate.testing import assert_denied, decisions, promises

QUESTIONS = [  # yours: what becomes of these in each account
    "account:CloseAccount",
    "cloudtrail:StopLogging",
    "config:StopConfigurationRecorder",
    "ec2:RunInstances",
    "guardduty:DeleteDetector",
    "iam:CreateAccessKey",
    "organizations:LeaveOrganization",
    "s3:PutAccountPublicAccessBlock",
]


def test_what_is_denied_without_condition_is_denied_wherever_it_is_attached(organization):
    for promise in promises(organization):
        assert_denied(account=promise.account, action=promise.action, by=promise.by)


@pytest.mark.parametrize("action", QUESTIONS)
def test_decisions(action, recorded):
    assert decisions(action) == recorded, "Somebody may do more or less: if that is meant, `make record`."

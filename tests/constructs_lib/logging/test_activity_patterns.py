"""The patterns are matched against events as CloudTrail writes them, by EventBridge's documented rules."""

import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.logging.activity_patterns import activity_patterns

CI = "arn:aws:iam::222222222222:role/ci"
DEPLOYS = "arn:aws:iam::111111111111:role/TerraformExecutionRole"
PATTERNS = activity_patterns(
    break_glass_role_names=["BreakGlass"],
    execution_role_names=["TerraformExecutionRole"],
    ci_role_arns=[CI],
    organization_role_arns=[DEPLOYS],
)
EXECUTION = "arn:aws:iam::333333333333:role/TerraformExecutionRole"


def matches(pattern, event):
    for key, wanted in pattern.items():
        if key == "$or":
            if not any(matches(choice, event) for choice in wanted):
                return False
        elif isinstance(wanted, dict):
            if not matches(wanted, event.get(key) or {}):
                return False
        elif not any(_one(choice, event.get(key)) for choice in wanted):
            return False
    return True


def _one(choice, value):
    if not isinstance(choice, dict):
        return choice == value
    ((operator, operand),) = choice.items()
    if operator == "exists":
        return (value is not None) == operand
    if value is None:
        return False
    return {
        "prefix": lambda: value.startswith(operand),
        "suffix": lambda: value.endswith(operand),
        "anything-but": lambda: value not in operand,
    }[operator]()


def assume(role, identity):
    return {
        "source": "aws.sts",
        "detail-type": "AWS API Call via CloudTrail",
        "detail": {
            "eventSource": "sts.amazonaws.com",
            "eventName": "AssumeRole",
            "userIdentity": identity,
            "requestParameters": {"roleArn": role},
        },
    }


def session(issuer):
    return {"type": "AssumedRole", "sessionContext": {"sessionIssuer": {"arn": issuer}}}


def alerts(event):
    return {name for name, pattern in PATTERNS.items() if matches(pattern, event)}


def organizations(name, identity, **detail):
    event = {"eventSource": "organizations.amazonaws.com", "eventName": name, "userIdentity": identity, **detail}
    return {"source": "aws.organizations", "detail-type": "AWS API Call via CloudTrail", "detail": event}


@pytest.mark.row("B6")
@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (organizations("DetachPolicy", session(DEPLOYS)), set()),
        (organizations("DetachPolicy", session("arn:aws:iam::111111111111:role/Administrator")), {"policies-by-hand"}),
        (organizations("UpdatePolicy", {"type": "IAMUser"}), {"policies-by-hand"}),
        (organizations("MoveAccount", {"type": "IAMUser"}), {"policies-by-hand"}),
        (organizations("DescribePolicy", {"type": "IAMUser"}), set()),
        (organizations("DetachPolicy", {"type": "IAMUser"}, errorCode="AccessDeniedException"), set()),
        # a role of the same name in another account, which a delegated administrator could be
        (organizations("UpdatePolicy", session(EXECUTION)), {"policies-by-hand"}),
    ],
)
def test_policies_that_others_change_are_reported(event, expected):
    assert alerts(event) == expected


@pytest.mark.row("B6")
@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (assume(EXECUTION, session(CI)), set()),
        (assume(EXECUTION, session("arn:aws:iam::333333333333:role/Developer")), {"execution-outside-ci"}),
        (assume(EXECUTION, {"type": "IAMUser"}), {"execution-outside-ci"}),
        # the same call as the role's own account sees it
        (assume(EXECUTION, {"type": "AWSAccount", "accountId": "222222222222"}), set()),
        (assume(EXECUTION, {"type": "AWSAccount", "accountId": "999999999999"}), {"execution-outside-ci"}),
        (assume("arn:aws:iam::333333333333:role/team/BreakGlass", session(CI)), {"break-glass-use"}),
        (assume("arn:aws:iam::333333333333:role/NotBreakGlass", session(CI)), set()),
    ],
)
def test_assumed_roles_are_reported(event, expected):
    assert alerts(event) == expected


@pytest.mark.row("B6")
@pytest.mark.parametrize(
    ("detail_type", "detail", "expected"),
    [
        ("AWS Console Sign In via CloudTrail", {"eventType": "AwsConsoleSignIn"}, {"root-use"}),
        ("AWS API Call via CloudTrail", {"eventType": "AwsApiCall"}, {"root-use"}),
        ("AWS API Call via CloudTrail", {"eventType": "AwsServiceEvent"}, set()),
    ],
)
def test_root_is_reported_unless_aws_acts_for_it(detail_type, detail, expected):
    event = {"source": "aws.iam", "detail-type": detail_type, "detail": {"userIdentity": {"type": "Root"}, **detail}}
    assert alerts(event) == expected


def test_without_roles_only_root_is_watched_and_without_ci_every_use():
    assert set(activity_patterns()) == {"root-use"}
    everybody = activity_patterns(execution_role_names=["TerraformExecutionRole"])["execution-outside-ci"]
    assert matches(everybody, assume(EXECUTION, session(CI)))


def test_a_role_name_is_no_role_arn():
    with pytest.raises(InvalidValueError, match="ci_role_arns is 'ci'"):
        activity_patterns(execution_role_names=["TerraformExecutionRole"], ci_role_arns=["ci"])


@pytest.mark.row("E1", "B6")
def test_refused_attempts_hide_no_alert():
    event = assume("arn:aws:iam::333333333333:role/BreakGlass", {"type": "IAMUser"})
    event["detail"]["errorCode"] = "AccessDenied"
    assert alerts(event) == set()


@pytest.mark.row("E1", "B6")
def test_what_somebody_makes_up_is_not_reported():
    """EventBridge lets customers send what it likes, but for a source that begins as AWS's."""
    event = assume("arn:aws:iam::333333333333:role/BreakGlass", {"type": "IAMUser"})
    assert "break-glass-use" in alerts(event)
    assert alerts({**event, "source": "com.evil"}) == set()

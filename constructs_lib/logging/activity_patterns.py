"""EventBridge patterns for activity that somebody should hear of. Pure data, no construct."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_CALLS = ["AWS API Call via CloudTrail"]
_SIGN_INS = ["AWS Console Sign In via CloudTrail"]
_ARN_PARTS = 6
_GUARDRAIL_CHANGES: Final = (
    "AttachPolicy",
    "DeletePolicy",
    "DeleteResourcePolicy",
    "DetachPolicy",
    "DisablePolicyType",
    "MoveAccount",
    "PutResourcePolicy",
    "RemoveAccountFromOrganization",
    "UpdatePolicy",
)
SENT_BY_AWS: Final = [{"prefix": "aws."}]
"""The sources of AWS's own events. Anybody in the organization may send to a bus; EventBridge refuses this beginning to customers.

Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
"""


def root_use() -> dict[str, Any]:
    """A root user signs in or calls an API; what AWS does on root's behalf is left out."""
    return {
        "source": SENT_BY_AWS,
        "detail-type": [*_CALLS, *_SIGN_INS],
        "detail": {
            "userIdentity": {"type": ["Root"], "invokedBy": [{"exists": False}]},
            "eventType": [{"anything-but": ["AwsServiceEvent"]}],
        },
    }


def role_assumed(role_names: Iterable[str]) -> dict[str, Any]:
    """Somebody takes on a role with one of these names, in any account.

    Refused attempts are left out: anybody could make any number of them, and hide the one that counts.
    """
    return {
        "source": SENT_BY_AWS,
        "detail-type": _CALLS,
        "detail": {
            "eventSource": ["sts.amazonaws.com"],
            "eventName": [{"prefix": "AssumeRole"}],
            "errorCode": [{"exists": False}],
            "requestParameters": {"roleArn": _ends_with(role_names)},
        },
    }


def role_assumed_by_others(role_names: Iterable[str], expected_role_arns: Iterable[str]) -> dict[str, Any]:
    """Somebody other than the expected roles takes on a role with one of these names.

    CloudTrail tells the caller's account who called (a caller without a role session has no issuer), and the role's account
    only which account called. So the first decides within the organization, and the second reports accounts from which none
    of the expected roles can come.
    """
    roles = sorted(set(expected_role_arns))
    accounts = sorted({_account_of(arn) for arn in roles})
    pattern = role_assumed(role_names)
    pattern["detail"]["$or"] = [
        {
            "userIdentity": {
                "type": [{"anything-but": ["AWSAccount"]}],
                "sessionContext": {"sessionIssuer": {"arn": [{"anything-but": roles}, {"exists": False}]}},
            }
        },
        {"userIdentity": {"type": ["AWSAccount"], "accountId": [{"anything-but": accounts}]}},
    ]
    return pattern


def policies_changed_by_others(expected_role_arns: Iterable[str]) -> dict[str, Any]:
    """Somebody other than the expected roles changes the organization's policies, where they are attached, or which account is below them.

    Refused attempts are left out, as in `role_assumed`.
    """
    return {
        "source": SENT_BY_AWS,
        "detail-type": _CALLS,
        "detail": {
            "eventSource": ["organizations.amazonaws.com"],
            "eventName": list(_GUARDRAIL_CHANGES),
            "errorCode": [{"exists": False}],
            "userIdentity": {
                "sessionContext": {
                    "sessionIssuer": {"arn": [{"anything-but": sorted(set(expected_role_arns))}, {"exists": False}]}
                }
            },
        },
    }


@typed
def activity_patterns(
    *,
    break_glass_role_names: Iterable[str] = (),
    execution_role_names: Iterable[str] = (),
    ci_role_arns: Iterable[str] = (),
    organization_role_arns: Iterable[str] = (),
) -> Mapping[str, dict[str, Any]]:
    """The patterns by name: ``root-use``, and, if the roles are named, ``break-glass-use``, ``execution-outside-ci`` and ``policies-by-hand``."""
    found = {"root-use": root_use()}
    break_glass, execution, ci, organization = (
        tuple(names) for names in (break_glass_role_names, execution_role_names, ci_role_arns, organization_role_arns)
    )
    if organization:
        found["policies-by-hand"] = policies_changed_by_others(organization)
    if break_glass:
        found["break-glass-use"] = role_assumed(break_glass)
    if execution and ci:
        found["execution-outside-ci"] = role_assumed_by_others(execution, ci)
    elif execution:
        found["execution-outside-ci"] = role_assumed(execution)
    return found


def _ends_with(role_names: Iterable[str]) -> list[dict[str, str]]:
    return [{"suffix": f"/{name}"} for name in sorted(set(role_names))]


def _account_of(arn: str) -> str:
    parts = arn.split(":")
    if len(parts) != _ARN_PARTS:
        raise InvalidValueError("ci_role_arns", arn, expected="role ARNs such as 'arn:aws:iam::123456789012:role/ci'")
    return parts[4]

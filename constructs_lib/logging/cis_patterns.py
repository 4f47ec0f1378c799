"""EventBridge patterns for what section 4 of the CIS AWS Foundations Benchmark wants somebody to hear of. Pure data, no construct.

Fifteen kinds, of which the use of root users is `activity_patterns`'. EventBridge hears of calls that change something, and of
sign-ins; calls that only read do not come, so refused attempts to read are not among ``refused-calls``.

Source: https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from constructs_lib.logging.activity_patterns import SENT_BY_AWS

if TYPE_CHECKING:
    from collections.abc import Mapping

_CALLS: Final = ["AWS API Call via CloudTrail"]
_SIGN_INS: Final = ["AWS Console Sign In via CloudTrail"]
_CHANGES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    # name → service, actions
    "iam-policy-changes": (
        "iam",
        (
            "AttachGroupPolicy",
            "AttachRolePolicy",
            "AttachUserPolicy",
            "CreatePolicy",
            "CreatePolicyVersion",
            "DeleteGroupPolicy",
            "DeletePolicy",
            "DeletePolicyVersion",
            "DeleteRolePolicy",
            "DeleteUserPolicy",
            "DetachGroupPolicy",
            "DetachRolePolicy",
            "DetachUserPolicy",
            "PutGroupPolicy",
            "PutRolePolicy",
            "PutUserPolicy",
        ),
    ),
    "trail-changes": ("cloudtrail", ("CreateTrail", "DeleteTrail", "StartLogging", "StopLogging", "UpdateTrail")),
    "key-deletion": ("kms", ("DisableKey", "ScheduleKeyDeletion")),
    "bucket-policy-changes": (
        "s3",
        (
            "DeleteBucketCors",
            "DeleteBucketLifecycle",
            "DeleteBucketPolicy",
            "DeleteBucketReplication",
            "PutBucketAcl",
            "PutBucketCors",
            "PutBucketLifecycle",
            "PutBucketPolicy",
            "PutBucketReplication",
        ),
    ),
    "config-changes": (
        "config",
        ("DeleteDeliveryChannel", "PutConfigurationRecorder", "PutDeliveryChannel", "StopConfigurationRecorder"),
    ),
    "security-group-changes": (
        "ec2",
        (
            "AuthorizeSecurityGroupEgress",
            "AuthorizeSecurityGroupIngress",
            "CreateSecurityGroup",
            "DeleteSecurityGroup",
            "RevokeSecurityGroupEgress",
            "RevokeSecurityGroupIngress",
        ),
    ),
    "network-acl-changes": (
        "ec2",
        (
            "CreateNetworkAcl",
            "CreateNetworkAclEntry",
            "DeleteNetworkAcl",
            "DeleteNetworkAclEntry",
            "ReplaceNetworkAclAssociation",
            "ReplaceNetworkAclEntry",
        ),
    ),
    "gateway-changes": (
        "ec2",
        (
            "AttachInternetGateway",
            "CreateCustomerGateway",
            "CreateInternetGateway",
            "DeleteCustomerGateway",
            "DeleteInternetGateway",
            "DetachInternetGateway",
        ),
    ),
    "route-changes": (
        "ec2",
        (
            "CreateRoute",
            "CreateRouteTable",
            "DeleteRoute",
            "DeleteRouteTable",
            "DisassociateRouteTable",
            "ReplaceRoute",
            "ReplaceRouteTableAssociation",
        ),
    ),
    "vpc-changes": (
        "ec2",
        (
            "AcceptVpcPeeringConnection",
            "AttachClassicLinkVpc",
            "CreateVpc",
            "CreateVpcPeeringConnection",
            "DeleteVpc",
            "DeleteVpcPeeringConnection",
            "DetachClassicLinkVpc",
            "DisableVpcClassicLink",
            "EnableVpcClassicLink",
            "ModifyVpcAttribute",
            "RejectVpcPeeringConnection",
        ),
    ),
    "organization-changes": (
        "organizations",
        (
            "AcceptHandshake",
            "AttachPolicy",
            "CreateAccount",
            "CreateOrganizationalUnit",
            "CreatePolicy",
            "DeclineHandshake",
            "DeleteOrganization",
            "DeleteOrganizationalUnit",
            "DeletePolicy",
            "DetachPolicy",
            "DisablePolicyType",
            "EnablePolicyType",
            "InviteAccountToOrganization",
            "LeaveOrganization",
            "MoveAccount",
            "RemoveAccountFromOrganization",
            "UpdateOrganizationalUnit",
            "UpdatePolicy",
        ),
    ),
}


def cis_patterns() -> Mapping[str, dict[str, Any]]:
    """The patterns by name, in the order of the benchmark's section.

    Example:
        >>> sorted(cis_patterns())[:3]
        ['bucket-policy-changes', 'config-changes', 'gateway-changes']
    """
    found: dict[str, dict[str, Any]] = {
        "refused-calls": {
            "source": SENT_BY_AWS,
            "detail-type": _CALLS,
            "detail": {"errorCode": [{"suffix": "UnauthorizedOperation"}, {"prefix": "AccessDenied"}]},
        },
        # Identity Center's people have shown their second factor there, and come as roles.
        "sign-ins-without-mfa": {
            "source": SENT_BY_AWS,
            "detail-type": _SIGN_INS,
            "detail": {
                "userIdentity": {"type": ["IAMUser"]},
                "additionalEventData": {"MFAUsed": [{"anything-but": ["Yes"]}]},
                "responseElements": {"ConsoleLogin": ["Success"]},
            },
        },
        "failed-sign-ins": {
            "source": SENT_BY_AWS,
            "detail-type": _SIGN_INS,
            "detail": {"responseElements": {"ConsoleLogin": ["Failure"]}},
        },
    }
    for name, (service, actions) in _CHANGES.items():
        source = [f"{service}.amazonaws.com"]
        found[name] = {
            "source": SENT_BY_AWS,
            "detail-type": _CALLS,
            "detail": {"eventSource": source, "eventName": list(actions)},
        }
    return found

"""Who may put events on a bus of another account or region, and as whom rules send them there or publish to topics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy

from constructs_lib.policies.document import PolicyDocument, Statement, allow
from constructs_lib.validation import require_role_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdktf import TerraformProvider
    from constructs import Construct


def organization_sends(bus_arn: str, organization_id: str) -> Statement:
    """Principals of the organization put events on the bus."""
    return allow(
        "events:PutEvents",
        bus_arn,
        principals="*",
        conditions={"StringEquals": {"aws:PrincipalOrgID": organization_id}},
        sid="OrganizationSends",
    )


def sending_role(
    scope: Construct, *, name: str, description: str, account_id: str, bus_arn: str, provider: TerraformProvider | None
) -> IamRole:
    """The role as which rules of an account send events to a bus: ``Role`` and ``RolePolicy`` in a construct."""
    may = PolicyDocument.of(allow("events:PutEvents", bus_arn))
    return _role(scope, name, description, account_id, ("send", may), provider)


def publishing_role(
    scope: Construct,
    *,
    name: str,
    account_id: str,
    topic_arns: Sequence[str],
    key_arn: str,
    provider: TerraformProvider | None,
) -> IamRole:
    """The role as which rules of an account publish to topics that a key encrypts: ``Role`` and ``RolePolicy`` in a construct.

    Without a role, EventBridge comes by its own principal, of which AWS says that policies of topics and keys can have no condition on
    whose rule it is: anybody's could publish. With one, topic and key need not know EventBridge at all.

    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
    """
    may = PolicyDocument.of(allow("sns:Publish", topic_arns), allow(["kms:Decrypt", "kms:GenerateDataKey*"], key_arn))
    return _role(scope, name, "EventBridge publishes to topics", account_id, ("publish", may), provider)


def _role(
    scope: Construct,
    name: str,
    description: str,
    account_id: str,
    policy: tuple[str, PolicyDocument],
    provider: TerraformProvider | None,
) -> IamRole:
    trust = allow(
        "sts:AssumeRole",
        principals={"Service": "events.amazonaws.com"},
        conditions={"StringEquals": {"aws:SourceAccount": account_id}},
    )
    role = IamRole(
        scope,
        "Role",
        name=require_role_name("name", name),
        description=description,
        assume_role_policy=PolicyDocument.of(trust).to_terraform(),
        provider=provider,
    )
    IamRolePolicy(
        scope,
        "RolePolicy",
        name=policy[0],
        role=role.name,
        policy=policy[1].to_terraform(),
        provider=provider,
    )
    return role

"""What it takes to send events to a bus of another account or region: who may put them there, and as whom rules do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy

from constructs_lib.policies.document import PolicyDocument, Statement, allow

if TYPE_CHECKING:
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
    trust = allow(
        "sts:AssumeRole",
        principals={"Service": "events.amazonaws.com"},
        conditions={"StringEquals": {"aws:SourceAccount": account_id}},
    )
    role = IamRole(
        scope,
        "Role",
        name=name,
        description=description,
        assume_role_policy=PolicyDocument.of(trust).to_terraform(),
        provider=provider,
    )
    IamRolePolicy(
        scope,
        "RolePolicy",
        name="send",
        role=role.name,
        policy=PolicyDocument.of(allow("events:PutEvents", bus_arn)).to_terraform(),
        provider=provider,
    )
    return role

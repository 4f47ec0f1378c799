"""The role that Terraform works with in an account."""

from typing import TYPE_CHECKING

from constructs_lib.iam.access import CrossAccountAccess
from constructs_lib.iam.cross_account_role import CrossAccountRoleConstruct
from constructs_lib.policies.document import PolicyDocument, allow

if TYPE_CHECKING:
    from stacks.account import AccountStack


def add_execution_role(stack: "AccountStack") -> None:
    """Let the management account deploy this account, with what the stack's resources need and no more."""
    organization, role = stack.organization, stack.organization.execution_role
    access = CrossAccountAccess(
        account_id=stack.account_id,
        role_name=role.name,
        trusted_accounts=(stack.references.account_id(organization.management),),
        external_id=role.external_id,
        organization_id=stack.references.organization_id,
        partition=organization.partition,
    )
    CrossAccountRoleConstruct(
        stack,
        "execution-role",
        access=access,
        permissions=PolicyDocument.of(allow(("ec2:*", "iam:*", "ram:*"), "*")),
        max_session_duration=role.max_session_duration,
        description="Terraform deploys this account with it.",
    )

"""The roles that Terraform works with in an account, one to deploy and one to plan."""

from typing import Final

from config.capabilities.capability import (
    FREE,
    Capability,
    Part,
)

ORGANIZATION_TYPES: Final = frozenset(
    {
        "aws_organizations_account",
        "aws_organizations_delegated_administrator",
        "aws_organizations_organization",
        "aws_organizations_organizational_unit",
        "aws_organizations_policy",
        "aws_organizations_policy_attachment",
        "aws_ram_sharing_with_organization",
    }
)
"""What the management account's stack makes beside its capabilities."""
_TYPES: Final = frozenset({"aws_iam_policy", "aws_iam_role", "aws_iam_role_policy_attachment"})

EXECUTION_ROLE: Final = Capability(
    key="execution_role",
    parts=(
        Part(
            name="execution_role",
            build="stacks.capabilities.execution_role:add",
            types=_TYPES,
            cost=FREE,
        ),
        Part(
            name="ci",
            build="stacks.capabilities.execution_role:add",
            value=lambda inputs: inputs.account if inputs.organization.ci else None,
            types=_TYPES | {"aws_iam_role_policy"},
            cost=FREE,
            whose="management",
        ),
    ),
)

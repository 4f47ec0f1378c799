"""The roles through which pipelines deploy and plan the management account."""

from dataclasses import dataclass

from config.nodes import Account, Organization
from constructs_lib import OrganizationStack
from constructs_lib.ci.execution_role import ExecutionRoleConstruct
from stacks.access import deploying_access, planning_access

_TYPES = frozenset(
    {
        "aws_iam_policy",
        "aws_iam_role",
        "aws_iam_role_policy_attachment",
        "aws_organizations_account",
        "aws_organizations_delegated_administrator",
        "aws_organizations_organization",
        "aws_organizations_organizational_unit",
        "aws_organizations_policy",
        "aws_organizations_policy_attachment",
        "aws_ram_sharing_with_organization",
    }
)


@dataclass(frozen=True)
class _OwnIds:
    """Ids in the organization's own stack: what is not locked yet is made right here."""

    organization: Organization
    stack: OrganizationStack

    @property
    def organization_id(self) -> str:
        lock = self.organization.lock
        return lock.organization_id if lock else self.stack.organization_id

    def account_id(self, account: Account) -> str:
        return account.id or self.stack.account_id(account.slug)


def add_pipeline_roles(stack: OrganizationStack, organization: Organization) -> None:
    """Let pipelines deploy and plan the organization itself.

    The stack has the management account's own credentials, so pipelines assume these roles before Terraform starts.

    Children: ``execution-role``, ``plan-role``.
    """
    ids = _OwnIds(organization, stack)
    for id_, access, reads in (
        ("execution-role", deploying_access(ids, organization.management), False),
        ("plan-role", planning_access(ids, organization.management), True),
    ):
        ExecutionRoleConstruct(stack, id_, access=access, types=_TYPES, read_only=reads)

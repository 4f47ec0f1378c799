"""Ids of accounts, OUs and the organization: from the configuration, else the lock, else the organization stack's state.

With a lock every stack has literal ids and needs no other stack. Without one, a stack reads the outputs of the
organization stack, which are there whether or not anybody reads them: locking the ids changes no other stack's plan.
"""

from functools import cached_property

from cdktf import TerraformRemoteState, TerraformStack

from config.nodes import Account, Node, Organization, Root, Unit
from constructs_lib import OrganizationStack
from stacks.backend import read_state


def node_key(node: Node) -> str:
    """What names a node among others in a construct's ids: the kind tells an OU from an account with the same slug."""
    return node.slug if node.kind == "root" else f"{node.kind}-{node.slug}"


def _index(slug: str) -> str:
    """How Terraform's expressions name what a map has for a slug."""
    return f".{slug}" if slug.isidentifier() else f'["{slug}"]'


class References:
    """The ids that one stack needs.

    Args:
        stack: The stack that needs them.
        organization: The configuration, with its lock if there is one.

    Example:
        >>> References(stack, organization).account_id(organization.accounts["production"])
        '444444444444'
    """

    def __init__(self, stack: TerraformStack, organization: Organization) -> None:
        self._stack = stack
        self.organization = organization
        self._tokens: dict[tuple[str, str | None], str] = {}

    def account_id(self, account: Account) -> str:
        """An account's 12-digit id."""
        return account.id or self._output("account_ids", account.slug)

    def unit_id(self, unit: Unit) -> str:
        """An OU's id, ``ou-…``."""
        return unit.id or self._output("unit_ids", unit.slug)

    @property
    def organization_id(self) -> str:
        """The organization's id, ``o-…``."""
        return self.organization.organization_id or self._output("organization_id")

    @property
    def root_id(self) -> str:
        """The root's id, ``r-…``."""
        return self.organization.root.id or self._output("root_id")

    def principal(self, node: Node) -> str:
        """A node as RAM takes it for a principal: an account's id, the ARN of an OU or of the organization.

        Source: https://docs.aws.amazon.com/ram/latest/APIReference/API_AssociateResourceShare.html
        """
        if isinstance(node, Account):
            return self.account_id(node)
        management = self.account_id(self.organization.management)
        arn = f"arn:{self.organization.partition}:organizations::{management}"
        if isinstance(node, Root):
            return f"{arn}:organization/{self.organization_id}"
        return f"{arn}:ou/{self.organization_id}/{self.unit_id(node)}"

    def _output(self, name: str, slug: str | None = None) -> str:
        # One token for each id: whoever compares two ids compares tokens.
        if (name, slug) not in self._tokens:
            self._tokens[name, slug] = self._state.get_string(name if slug is None else f"{name}{_index(slug)}")
        return self._tokens[name, slug]

    @cached_property
    def _state(self) -> TerraformRemoteState:
        """The organization stack's outputs, as far as no lock makes them superfluous."""
        return read_state(self._stack, "organization", self.organization, self.organization.management.slug)


class OwnReferences(References):
    """The ids that the organization's own stack needs: what is not locked yet is made right there.

    Args:
        stack: The organization's stack.
        organization: The configuration.
    """

    def __init__(self, stack: OrganizationStack, organization: Organization) -> None:
        super().__init__(stack, organization)
        self._own = stack

    def _output(self, name: str, slug: str | None = None) -> str:
        if slug is None:
            return self._own.organization_id if name == "organization_id" else self._own.root_id
        return self._own.account_id(slug) if name == "account_ids" else self._own.unit_id(slug)

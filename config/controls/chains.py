"""The service and resource control policies above every account, ready to be evaluated."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from config.nodes import Account, Node, Organization
from config.nodes import Policy as Attached
from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.policies.evaluator import Policy, PolicySet
from constructs_lib.policies.kinds import PolicyKind

FULL_ACCESS: Final = Policy("FullAWSAccess", PolicyDocument.of(allow("*", "*")))
"""The SCP that AWS attaches to every node, and that stays there unless the configuration says otherwise."""
_ANY_ORGANIZATION: Final = "o-thisorganization"


class Chains:
    """What restricts each account: its SCPs and RCPs, level by level from the root down.

    Accounts without an id get one that stands for it, so that ARNs can be written before anything is deployed.

    Args:
        organization: The organization.
    """

    def __init__(self, organization: Organization) -> None:
        self.organization = organization
        self._paths: dict[str, str] = {}
        self._chains: dict[tuple[str, PolicyKind], tuple[PolicySet, ...]] = {}
        self._sets: dict[tuple[str, PolicyKind], PolicySet] = {}

    def scps(self, account: Account) -> tuple[PolicySet, ...]:
        """The SCPs of an account, one set a level; none if the organization has them switched off."""
        return self._chain(account, PolicyKind.SCP)

    def rcps(self, account: Account) -> tuple[PolicySet, ...]:
        """The RCPs of an account, one set a level."""
        return self._chain(account, PolicyKind.RCP)

    def lists(self, account: Account) -> tuple[PolicySet, ...]:
        """Those of an account's SCPs that alone say what is possible, since FullAWSAccess is not beside them."""
        return tuple(level for level in self.scps(account) if FULL_ACCESS not in level.policies)

    def account_id(self, account: Account) -> str:
        """The account's id, or twelve digits that stand for it until it has one."""
        return account.id or self._stand_ins[account.slug]

    def account_with_id(self, account_id: str | None) -> Account | None:
        """The account with an id, real or standing in."""
        return self._by_id.get(account_id) if account_id else None

    @property
    def organization_id(self) -> str:
        """The organization's id, or what stands for it until the lock has it."""
        return self.organization.organization_id or self._stand_in

    def path(self, account: Account) -> str:
        """The account's place as ``aws:PrincipalOrgPaths`` writes it; where an id is not known, one of the slug stands in."""
        if account.slug not in self._paths:
            units = (unit.id or f"ou-{unit.slug}" for unit in account.chain)
            self._paths[account.slug] = "/".join(
                (self.organization_id, self.organization.root.id or "r-root", *units, "")
            )
        return self._paths[account.slug]

    def _chain(self, account: Account, kind: PolicyKind) -> tuple[PolicySet, ...]:
        key = (account.slug, kind)
        if key not in self._chains:
            nodes: tuple[Node, ...] = (self.organization.root, *account.chain, account)
            on = str(kind.terraform_type).lower() in self.organization.policy_types
            self._chains[key] = tuple(self._set(node, kind) for node in nodes) if on else ()
        return self._chains[key]

    def _set(self, node: Node, kind: PolicyKind) -> PolicySet:
        key = (node.selector, kind)
        if key not in self._sets:
            attached = [
                Policy(policy.slug, policy.document)
                for policy in self._attached(node)
                if policy.kind is kind and policy.document is not None
            ]
            always = [FULL_ACCESS] if kind is PolicyKind.SCP and not self.organization.is_list(node) else []
            self._sets[key] = PolicySet((*always, *attached), node.selector)
        return self._sets[key]

    def _attached(self, node: Node) -> Iterator[Attached]:
        return (policy.for_organization(self.organization_id) for policy in self.organization.policies_on(node))

    @cached_property
    def _stand_in(self) -> str:
        """The one id that policies name: whoever writes it before there is a lock writes that of an own organization."""
        policies = self.organization.policies.values()
        named = frozenset[str]().union(*(policy.named_organizations for policy in policies))
        return next(iter(named)) if len(named) == 1 else _ANY_ORGANIZATION

    @cached_property
    def _stand_ins(self) -> Mapping[str, str]:
        taken = {account.id for account in self.organization.accounts.values()}
        free = (number for number in map("{:012}".format, range(1, 10**6)) if number not in taken)
        return {account.slug: next(free) for account in self.organization.accounts.values() if account.id is None}

    @cached_property
    def _by_id(self) -> Mapping[str, Account]:
        return {self.account_id(account): account for account in self.organization.accounts.values()}

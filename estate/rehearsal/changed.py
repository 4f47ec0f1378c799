"""What a change of guardrails can change: statements that are there before and not after, and what they read of a call.

Most calls are decided by the same statements in both versions, and need no decision. The others are decided once for all calls that
their statements cannot tell apart.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Final

from config.controls import Chains
from config.nodes import Account
from constructs_lib.policies.evaluator import PolicySet, Principal
from constructs_lib.policies.evaluator.conditions import Condition
from constructs_lib.policies.evaluator.policy import CompiledStatement
from estate.rehearsal.condense import Shape, Touched

_OF_PRINCIPALS: Final = frozenset(
    {
        "aws:federatedprovider",
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalisawsservice",
        "aws:principalservicename",
        "aws:principaltype",
        "aws:username",
    }
)
"""What follows from who calls, and from nothing else (`Principal.context`)."""
_UNBOUND: Final = ":alias/aws/"
"""Keys that AWS manages are bound by no resource control policy (`constructs_lib.policies.evaluator.unbound`)."""


@dataclass(eq=False)
class Reads:
    """What the statements for an action read of a call, where an account is.

    Args:
        about_principals: The conditions on who calls; None if it matters exactly who.
        resource: Whether they read on what exactly.
        keys: The condition keys that they read, in lower case; all of them if they have policy variables.
    """

    about_principals: tuple[Condition, ...] | None
    resource: bool
    keys: frozenset[str] | None
    _principals: dict[Principal, Hashable] = field(default_factory=dict, repr=False)

    def of(self, principal: Principal, shape: Shape, touched: Touched, owner_id: str) -> Hashable:
        """What they read of one call: calls that are equal in it are decided alike."""
        who = self._principals.get(principal)
        if who is None:
            who = self._principals[principal] = self._who(principal)
        keys = self.keys
        # An ARN that is not recorded is stood in for, by one of the account and region.
        on = (
            (touched.arn or (owner_id, shape.region))
            if self.resource
            else (touched.arn is None, _UNBOUND in (touched.arn or ""))
        )
        return (
            who,
            on,
            principal.account == owner_id,
            owner_id if keys is None or "aws:resourceaccount" in keys else None,
            shape.region if keys is None or "aws:requestedregion" in keys else shape.region is None,
            shape.invoked_by is None,
            shape.mfa if keys is None or "aws:multifactorauthpresent" in keys else None,
            shape.address if keys is None or "aws:sourceip" in keys else None,
            shape.endpoint if keys is None or "aws:sourcevpce" in keys else None,
        )

    def _who(self, principal: Principal) -> Hashable:
        if self.about_principals is None:
            return principal
        context = principal.context()
        holds = tuple(each.lower_key in context and each.holds(context) for each in self.about_principals)
        return principal.kind, principal.is_service_linked, holds


class Changed:
    """Tells which calls can be decided differently.

    Args:
        before: The guardrails in force.
        after: Those that are to be.
    """

    def __init__(self, before: Chains, after: Chains) -> None:
        self._versions = before, after
        self._of_accounts: dict[tuple[str | None, str], Hashable] = {}
        self._by_place: dict[Hashable, Reads | None] = {}
        self._known: dict[tuple[str, str | None, str], Reads | None] = {}

    def reads(self, action: str, caller_account: str | None, owner_id: str) -> Reads | None:
        """What the statements for an action read; None if they are the same before and after.

        Args:
            action: ``service:Action``.
            caller_account: The id of the caller's account, if it has one.
            owner_id: The id of the account that owns the resource.

        Returns:
            The same object for accounts that are under the same policies.
        """
        key = (action, caller_account, owner_id)
        if key in self._known:
            return self._known[key]
        accounts = key[1:]
        if accounts not in self._of_accounts:
            self._of_accounts[accounts] = tuple(_place(chains, *accounts) for chains in self._versions)
        place = (action, self._of_accounts[accounts])
        if place not in self._by_place:
            self._by_place[place] = self._reads(*key)
        found = self._known[key] = self._by_place[place]
        return found

    def _reads(self, action: str, caller_account: str | None, owner_id: str) -> Reads | None:
        old, new = (_levels(chains, caller_account, owner_id) for chains in self._versions)
        lower = action.lower()
        selected = [[level.select(lower) for level in levels] for levels in (old, new)]
        plain = [[[[each.statement for _, each in some] for some in level] for level in levels] for levels in selected]
        if plain[0] == plain[1] and _context(self._versions[0], caller_account, owner_id) == _context(
            self._versions[1], caller_account, owner_id
        ):
            return None
        return _read_by([each for levels in selected for level in levels for some in level for _, each in some])


def _levels(chains: Chains, caller_account: str | None, owner_id: str) -> tuple[PolicySet, ...]:
    home, owner = chains.account_with_id(caller_account), chains.account_with_id(owner_id)
    # The two kinds are told apart by an empty level between them.
    return (*(chains.scps(home) if home else ()), PolicySet(), *(chains.rcps(owner) if owner else ()))


def _place(chains: Chains, caller_account: str | None, owner_id: str) -> Hashable:
    """All that bears on calls between two accounts, but for what the calls say themselves."""
    home, owner = chains.account_with_id(caller_account), chains.account_with_id(owner_id)

    def documents(levels: tuple[PolicySet, ...]) -> Hashable:
        # By identity, which is quick: the organization keeps them as long as it is asked.
        return tuple(tuple(id(policy.document) for policy in level.policies) for level in levels)

    levels = documents(chains.scps(home) if home else ()), documents(chains.rcps(owner) if owner else ())
    return levels, _context(chains, caller_account, owner_id)


def _context(chains: Chains, caller_account: str | None, owner_id: str) -> Hashable:
    """What follows for a call from where its accounts are."""

    def of(account: Account | None) -> Hashable:
        management = account is chains.organization.management
        return (chains.path(account), account.region, management) if account else None

    home, owner = chains.account_with_id(caller_account), chains.account_with_id(owner_id)
    management = chains.organization.management
    return chains.organization_id, of(home), of(owner), chains.account_id(management), management.region


def unneeded(before: Chains, after: Chains) -> frozenset[str]:
    """The ids of the accounts whose own calls are decided alike in both versions, whatever they are.

    A resource control policy binds callers from anywhere, whose own account's log tells most of them; so where one changes, or
    an account's place, every log is needed.
    """
    alike = set()
    for id_ in (account.id for account in after.organization.accounts.values() if account.id):
        old, new = (_bearing(chains, id_) for chains in (before, after))
        if old[1:] != new[1:]:
            return frozenset()
        if old == new:
            alike.add(id_)
    return frozenset(alike)


def _bearing(chains: Chains, id_: str) -> tuple[Hashable, Hashable, Hashable]:
    """What binds an account's calls; what binds calls on what is in it; where it is."""

    def documents(levels: tuple[PolicySet, ...]) -> Hashable:
        return tuple(tuple(policy.document for policy in level.policies) for level in levels)

    account = chains.account_with_id(id_)
    scps, rcps = (chains.scps(account), chains.rcps(account)) if account else ((), ())
    return documents(scps), documents(rcps), _context(chains, id_, id_)


def _read_by(statements: Iterable[CompiledStatement]) -> Reads:
    found = list(statements)
    conditions = [condition for each in found for condition in each.conditions]
    texts = [text for condition in conditions for text in condition.values]
    texts += [text for each in found for text in (*each.statement.resources, *each.statement.not_resources)]
    variables = any("${" in text for text in texts)
    named = any(each.principals is not None and each.statement.principals != "*" for each in found)
    return Reads(
        None
        if variables or named
        else tuple(condition for condition in conditions if condition.lower_key in _OF_PRINCIPALS),
        resource=variables
        or any(each.statement.resources not in ((), ("*",)) or each.statement.not_resources for each in found),
        keys=None if variables else frozenset(condition.lower_key for condition in conditions),
    )

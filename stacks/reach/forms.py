"""What the answers inside an account follow from, up to its number and its slug: accounts of one form share them.

A thousand accounts are mostly copies of a few: the same roles, policies and guardrails, with another number in them. A question
about a copy is answered by the answer to the first of its form, with the numbers changed.
"""

import json
import re
import sys
from collections.abc import Hashable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Final

from config.controls.alike import alike, has_pattern_of_ids
from config.nodes import Account
from constructs_lib.policies.document import Statement
from constructs_lib.policies.evaluator import Policy, PolicySet
from constructs_lib.policies.evaluator.patterns import account_in, actions_matcher
from stacks.reach.escalating import is_everything
from stacks.reach.identities import Attached, Identity
from stacks.reach.world import World

_OWN: Final = "\0"
"""Stands for the account's number; no policy, name or ARN has it."""
_OTHER_NUMBERS: Final = re.compile(
    r'(?:Numeric\w+":\{"(?:s3:TlsVersion|aws:MultiFactorAuthAge)":"[\d.]{1,9}"'
    r'|Date\w+":\{"aws:(?:CurrentTime|EpochTime|TokenIssueTime)":"[\dTZ:.+-]{1,30}")\}',
    re.IGNORECASE,
)
"""Comparisons of numbers that are never an account's, as in many a bucket's policy."""
_COMPARISON: Final = re.compile(r'[":](?:Numeric|Date)\w+":\{')
"""By which is greater: a number is a date, too, in seconds."""


class Forms:
    """The forms of accounts, of their identities and of policies.

    Args:
        world: The organization.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._outside: dict[str, Hashable] = {}
        self._contents: dict[str, Hashable] = {}
        self._inside: dict[tuple[str, str, bool], Hashable] = {}
        self._policies: dict[tuple[int, str, str, bool], tuple[PolicySet, Hashable]] = {}
        self._statements: dict[tuple[int, str, bool], tuple[Statement, str]] = {}
        self._texts: dict[int, str] = {}
        self._named: dict[tuple[str, str], Hashable] = {}

    def around(self, account: Account) -> Hashable:
        """What an account is to guardrails and conditions."""
        if account.slug not in self._outside:
            chains = self._world.chains
            self._outside[account.slug] = (alike(chains, account), chains.path(account))
        return self._outside[account.slug]

    def of(self, account: Account, action: str, asked: Sequence[str]) -> Hashable:
        """What becomes of an action that an account's own identities take in it follows from this, and from the resource.

        Args:
            account: The account.
            action: ``service:Action``.
            asked: The resources that are asked about.
        """
        key = (account.slug, action, _names_none(account, asked))
        if key not in self._inside:
            living = tuple(self.identity(each, account, action, asked) for each in self._world.living_in(account))
            self._inside[key] = (self.around(account), living)
        return self._inside[key]

    def contents(self, account: Account) -> Hashable:
        """Who lives in an account and whom each trusts, the policies of what is in it, and its groups."""
        if account.slug not in self._contents:
            living = tuple(
                (self._name(each, account), self.own(each.arn or "", account), self._whole(each.trust, account))
                for each in self._world.living_in(account)
            )
            number = self._world.chains.account_id(account)
            policies = tuple(
                (self.own(arn, account), self._whole(self._world.resources[arn], account))
                for arn in self._resources.get(number, ())
            )
            groups = tuple(
                (
                    self.own(each.arn, account),
                    self._whole(each.policies, account),
                    tuple(self._attached(policy, account) for policy in each.policies.policies),
                    each.unknown,
                )
                for each in self._world.groups.get(account.slug, ())
            )
            self._contents[account.slug] = (living, policies, groups)
        return self._contents[account.slug]

    @cached_property
    def _resources(self) -> Mapping[str, Sequence[str]]:
        """The ARNs of resources with a policy, by the account in them."""
        found: dict[str, list[str]] = {}
        for arn in self._world.resources:
            if account := account_in(arn):
                found.setdefault(account, []).append(arn)
        return found

    def _whole(self, found: PolicySet | None, account: Account) -> Hashable:
        return found and tuple(self.own(each.document.to_json(), account) for each in found.policies)

    def own(self, text: str, account: Account) -> str:
        """A text without the account's number; with it, if it holds what could match a part of one."""
        number = self._world.chains.account_id(account)
        if number in text:
            text = text.replace(number, _OWN)
        return f"{text} {number}" if _may_match_a_part(text) else text

    def rights(self, account: Account, actions: frozenset[str], asked: Sequence[str]) -> Hashable:
        """What the identities of an account may do: the statements that take some of the actions in, and which policies there are.

        Args:
            account: The account.
            actions: Each ``service:Action``, in small letters.
            asked: The resources that are asked about.
        """
        other = _names_none(account, asked)
        return tuple(
            (
                tuple(self.own(each, account) for each in (*who.unknown, f"boundary {who.unknown_boundary}")),
                tuple(self.own(arn, account) for arn in who.groups),
                who.claims,
                is_everything(who.policies),
                self._rights(who.policies, account, actions, other=other),
                who.boundary and self._rights(who.boundary, account, actions, other=other),
            )
            for who in self._world.living_in(account)
        )

    def _rights(self, found: PolicySet, account: Account, actions: frozenset[str], *, other: bool) -> Hashable:
        return tuple(
            (
                self._attached(policy, account),
                policy.document.version,
                any(each.effect == "Deny" for each in policy.document.statements),
                tuple(
                    self._statement(each, account, other=other)
                    for each in policy.document.statements
                    if _takes_in(each.actions, each.not_actions, actions)
                ),
            )
            for policy in found.policies
        )

    def _attached(self, policy: Policy, account: Account) -> str | None:
        """The ARN of a managed policy: another one with the same text is not the same to whoever may change one of them."""
        return self.own(policy.arn, account) if isinstance(policy, Attached) else None

    def identity(self, who: Identity, account: Account, action: str, asked: Sequence[str]) -> Hashable:
        """Somebody, with the statements of their policies that take an action in, as an account sees them."""
        key = (who.name, account.slug)
        if key not in self._named:
            self._named[key] = (
                self._name(who, account),
                self.own(who.arn or "", account),
                tuple(self.own(each, account) for each in (*who.unknown, f"boundary {who.unknown_boundary}")),
            )
        return (
            self._named[key],
            self.policies(who.policies, account, action, asked),
            None if who.boundary is None else self.policies(who.boundary, account, action, asked),
        )

    def _name(self, who: Identity, account: Account) -> str:
        return self.own(who.name.replace(f":{account.slug}", ":", 1), account)

    def policies(self, found: PolicySet, account: Account, action: str, asked: Sequence[str]) -> Hashable:
        """The statements of an account's policies that take an action in."""
        other = _names_none(account, asked)
        key = (id(found), account.slug, action, other)
        if key not in self._policies:
            named = tuple(
                (policy.document.version, self._statement(each, account, other=other))  # old ones have no variables
                for policy, each in found.named(action.lower())
            )
            self._policies[key] = found, named  # the set is kept too, so that its id stays its own
        return self._policies[key][1]

    def _statement(self, statement: Statement, account: Account, *, other: bool) -> str:
        key = (id(statement), account.slug, other)
        if key not in self._statements:
            if id(statement) not in self._texts:
                self._texts[id(statement)] = statement.to_json()
            text = self._texts[id(statement)]
            if other and account.slug in text:
                text = _without(statement, account.slug)
            self._statements[key] = statement, sys.intern(self.own(text, account))  # the same text is compared at once
        return self._statements[key][1]


@lru_cache(maxsize=8192)
def _takes_in(named: tuple[str, ...], others: tuple[str, ...], actions: frozenset[str]) -> bool:
    """Whether a statement's actions have some of these among them."""
    names = actions_matcher(named or others)
    return any(bool(names(action)) is bool(named) for action in actions)


@lru_cache(maxsize=65536)
def _may_match_a_part(text: str) -> bool:
    """Whether a text holds what one account's number matches and another's does not, without being one of them."""
    return has_pattern_of_ids(text) or _compares_numbers(text)


def _compares_numbers(text: str) -> bool:
    """Whether a policy compares numbers, which may be accounts'."""
    return _COMPARISON.search(text) is not None and _COMPARISON.search(_OTHER_NUMBERS.sub("", text)) is not None


def _names_none(account: Account, asked: Sequence[str]) -> bool:
    """Whether no resource that is asked about has the account's slug in it."""
    return not any(account.slug in each for each in asked)


def _without(statement: Statement, slug: str) -> str:
    """A statement without what it says of resources that are named by a slug: no other resource is among them.

    Wildcards stand around the slug and not in it, so whatever a pattern with it matches has it, too.
    """
    named = statement.resources or statement.not_resources
    kept = [each for each in named if slug not in each or "${" in each]
    if len(kept) == len(named):
        return statement.to_json()
    key = "Resource" if statement.resources else "NotResource"
    return json.dumps({**statement.to_dict(), key: [*kept, "<named by the slug>"]})

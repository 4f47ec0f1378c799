"""What the answers inside an account follow from, up to its number and its slug: accounts of one form share them.

A thousand accounts are mostly copies of a few: the same roles, policies and guardrails, with another number in them. A question
about a copy is answered by the answer to the first of its form, with the numbers changed.
"""

import json
import re
import sys
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

from config.controls.alike import alike, has_pattern_of_ids
from config.nodes import Account
from constructs_lib.policies.document import Statement
from constructs_lib.policies.evaluator import Policy, PolicySet
from constructs_lib.policies.evaluator.patterns import account_in, actions_matcher
from constructs_lib.policies.evaluator.policy import Actions
from stacks.reach.escalating import is_everything
from stacks.reach.identities import Attached, Identity
from stacks.reach.world import World

_OWN: Final = "\0"
"""Stands for the account's number; no policy, name or ARN has it."""
_OWN_BESIDE_DIGIT: Final = re.compile(rf"\d{_OWN}|{_OWN}\d")
"""A number that goes on: a part of it can be what others take for a whole one."""
_WHOLE: Final = re.compile(r"(?<![\d*?}])\d{12}\*(?![\d*?$])")
"""One account's number and whatever follows: no other account's matches, unless it begins within a number (`_OWN_BESIDE_DIGIT`)."""
_OTHERS: Final = '"<others>"'
_TWICE: Final = f"{_OTHERS},{_OTHERS}"


@dataclass(frozen=True)
class _Seen:
    """What stands somewhere, as an account sees it whom it does not name.

    Args:
        form: Its form.
        text: All of its text.
        fixed: Whether it may be of another form to each account, although it does not name it.
    """

    form: int
    text: str
    fixed: bool


class _Lists(NamedTuple):
    """A statement that names resources of several accounts.

    Args:
        others: The statement with resources of no account only.
        by_account: The others, by account.
    """

    others: str
    by_account: Mapping[str, tuple[str, ...]]


class Asked(NamedTuple):
    """What is known of the resources that an account is asked about.

    Args:
        none_by_slug: Whether none of them has the account's slug in it.
        all_own: Whether none of them is another account's.
    """

    none_by_slug: bool
    all_own: bool


class Forms:
    """The forms of accounts, of their identities and of policies.

    Args:
        world: The organization.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._numbers: dict[Hashable, int] = {}
        self._outside: dict[str, int] = {}
        self._contents: dict[str, int] = {}
        self._inside: dict[tuple[str, Actions, Asked], int] = {}
        self._policies: dict[tuple[int, str, Actions, Asked], int] = {}
        self._statements: dict[tuple[int, str, Asked], tuple[Statement, str]] = {}
        self._lists: dict[int, _Lists | None] = {}
        self._texts: dict[int, str] = {}
        self._named: dict[tuple[str, str], int] = {}
        self._first: dict[tuple[int, Actions], tuple[PolicySet, str]] = {}
        """By which account a set was asked about first; the set is kept too, so that its id stays its own."""
        self._seen_sets: dict[tuple[int, Actions], _Seen] = {}
        self._seen_names: dict[str, _Seen] = {}

    def _form(self, key: Hashable) -> int:
        """A number that stands for what has been said; the same is compared at once."""
        return self._numbers.setdefault(key, len(self._numbers))

    def around(self, account: Account) -> Hashable:
        """What an account is to guardrails and conditions."""
        if account.slug not in self._outside:
            chains = self._world.chains
            self._outside[account.slug] = self._form((alike(chains, account), chains.path(account)))
        return self._outside[account.slug]

    def about(self, account: Account, *asked: str) -> Asked:
        """What is known of resources that an account is asked about.

        Args:
            account: The account.
            asked: Their ARNs.
        """
        owners = (None, self._world.chains.account_id(account))
        return Asked(not any(account.slug in each for each in asked), all(account_in(each) in owners for each in asked))

    def of(self, account: Account, actions: Actions, about: Asked) -> Hashable:
        """What becomes of actions that an account's own identities take follows from this, and from the resource.

        Args:
            account: The account.
            actions: One, or some: what holds for all of them together holds for each.
            about: What is known of the resources that are asked about (`about`).
        """
        key = (account.slug, actions, about)
        if key not in self._inside:
            living = tuple(self.identity(each, account, actions, about) for each in self._world.living_in(account))
            self._inside[key] = self._form((self.around(account), living))
        return self._inside[key]

    def contents(self, account: Account) -> Hashable:
        """Who lives in an account and whom each trusts, the policies of what is in it, and its groups."""
        if account.slug not in self._contents:
            living = tuple(
                (self._name(each, account), self.own(each.arn or "", account), self._document(each.trust, account))
                for each in self._world.living_in(account)
            )
            number = self._world.chains.account_id(account)
            policies = tuple(
                (self.own(arn, account), self._document(self._world.resources[arn], account))
                for arn in self._resources.get(number, ())
            )
            groups = tuple(
                (
                    self.own(each.arn, account),
                    self._document(each.policies, account),
                    tuple(self._attached(policy, account) for policy in each.policies.policies),
                    each.unknown,
                )
                for each in self._world.groups.get(account.slug, ())
            )
            self._contents[account.slug] = self._form((living, policies, groups))
        return self._contents[account.slug]

    @cached_property
    def _resources(self) -> Mapping[str, Sequence[str]]:
        """The ARNs of resources with a policy, by the account in them."""
        found: dict[str, list[str]] = {}
        for arn in self._world.resources:
            if account := account_in(arn):
                found.setdefault(account, []).append(arn)
        return found

    def _document(self, found: PolicySet | None, account: Account) -> Hashable:
        return found and tuple(self.own(each.document.to_json(), account) for each in found.policies)

    def own(self, text: str, account: Account) -> str:
        """A text without the account's number; with it, if it holds what could match a part of one."""
        number = self._world.chains.account_id(account)
        if number in text:
            text = text.replace(number, _OWN)
            if _OWN_BESIDE_DIGIT.search(text):
                return f"{text} {number}"
        return f"{text} {number}" if _may_match_a_part(text) else text

    def rights(self, account: Account, actions: frozenset[str], about: Asked) -> Hashable:
        """What the identities of an account may do: the statements that take some of the actions in, and which policies there are.

        Args:
            account: The account.
            actions: Each ``service:Action``, in small letters.
            about: What is known of the resources that are asked about (`about`).
        """
        return tuple(
            (
                tuple(self.own(each, account) for each in (*who.unknown, f"boundary {who.unknown_boundary}")),
                tuple(self.own(arn, account) for arn in who.groups),
                who.claims,
                is_everything(who.policies),
                self._rights(who.policies, account, actions, about),
                who.boundary and self._rights(who.boundary, account, actions, about),
            )
            for who in self._world.living_in(account)
        )

    def _rights(self, found: PolicySet, account: Account, actions: frozenset[str], about: Asked) -> Hashable:
        return tuple(
            (
                self._attached(policy, account),
                policy.document.version,
                any(each.effect == "Deny" for each in policy.document.statements),
                tuple(
                    self._statement(each, account, about)
                    for each in policy.document.statements
                    if _takes_in(each.actions, each.not_actions, actions)
                ),
            )
            for policy in found.policies
        )

    def _attached(self, policy: Policy, account: Account) -> str | None:
        """The ARN of a managed policy: another one with the same text is not the same to whoever may change one of them."""
        return self.own(policy.arn, account) if isinstance(policy, Attached) else None

    def identity(self, who: Identity, account: Account, actions: Actions, about: Asked) -> Hashable:
        """Somebody, with the statements of their policies that take some of the actions in, as an account sees them."""
        boundary = None if who.boundary is None else self.policies(who.boundary, account, actions, about)
        return self._form(
            (self._described(who, account), self.policies(who.policies, account, actions, about), boundary)
        )

    def _described(self, who: Identity, account: Account) -> int:
        """Somebody without their policies."""
        texts = (who.arn or "", *who.unknown, f"boundary {who.unknown_boundary}")
        if who.name not in self._seen_names:
            self._seen_names[who.name] = self._seen((who.name, *texts), (who.name, *texts))
        seen = self._seen_names[who.name]
        if self._is_alike(seen, account):
            return seen.form
        key = (who.name, account.slug)
        if key not in self._named:
            self._named[key] = self._form((self._name(who, account), *(self.own(each, account) for each in texts)))
        return self._named[key]

    def _name(self, who: Identity, account: Account) -> str:
        return self.own(who.name.replace(f":{account.slug}", ":", 1), account)

    def policies(self, found: PolicySet, account: Account, actions: Actions, about: Asked) -> int:
        """The statements of an account's policies that take some of the actions in."""
        key = (id(found), account.slug, actions, about)
        if key not in self._policies:
            _, first = self._first.setdefault((id(found), actions), (found, account.slug))
            if first != account.slug:  # most are asked about by the one account that has them
                seen = self._seen_set(found, actions)
                if self._is_alike(seen, account):
                    return seen.form
            self._policies[key] = self._form(
                tuple((version, self._statement(each, account, about)) for version, each in _named(found, actions))
            )
        return self._policies[key]

    def _seen_set(self, found: PolicySet, actions: Actions) -> _Seen:
        place = (id(found), actions)
        if place not in self._seen_sets:
            statements = [(version, self._text(each)) for version, each in _named(found, actions)]
            self._seen_sets[place] = self._seen(tuple(statements), [text for _, text in statements])
        return self._seen_sets[place]

    def _seen(self, form: Hashable, texts: Sequence[str]) -> _Seen:
        return _Seen(self._form(form), "\n".join(texts), any(map(_may_match_a_part, texts)))

    def _is_alike(self, seen: _Seen, account: Account) -> bool:
        """Whether an account sees something as all do whom it does not name."""
        number = self._world.chains.account_id(account)
        return not (seen.fixed or number in seen.text or account.slug in seen.text)

    def _text(self, statement: Statement) -> str:
        if id(statement) not in self._texts:
            self._texts[id(statement)] = statement.to_json()
        return self._texts[id(statement)]

    def _statement(self, statement: Statement, account: Account, about: Asked) -> str:
        key = (id(statement), account.slug, about)
        if key not in self._statements:
            text = self.own(self._concerning(statement, account, about), account)
            self._statements[key] = statement, sys.intern(text)  # the same text is compared at once
        return self._statements[key][1]

    def _concerning(self, statement: Statement, account: Account, about: Asked) -> str:
        """A statement without what it says of resources that are not asked about: it matches none that is.

        Those are resources named by the account's slug: wildcards stand around a slug and not in it, so whatever a pattern with it
        matches has it, too. And those of other accounts, of which some policies have long lists.
        """
        text = self._text(statement)
        own: tuple[str, ...] = ()
        lists = self._lists_of(statement) if about.all_own else None
        if lists is not None:
            text, own = lists.others, lists.by_account.get(self._world.chains.account_id(account), own)
        if about.none_by_slug and account.slug in text and not _in_conditions(statement, account.slug):
            for each in statement.resources or statement.not_resources:
                if account.slug in each and "${" not in each:
                    text = text.replace(f'"{each}"', _OTHERS)
            while _TWICE in text:
                text = text.replace(_TWICE, _OTHERS)
        return "\n".join((text, *own))

    def _lists_of(self, statement: Statement) -> _Lists | None:
        """What a statement names of each account; None if it is of one at most."""
        if id(statement) not in self._lists:
            named: dict[str, tuple[str, ...]] = {}
            others = []
            for each in statement.resources or statement.not_resources:
                account = None if "${" in each else account_in(each)
                if account:
                    named[account] = (*named.get(account, ()), each)
                else:
                    others.append(each)
            found = None
            if len(named) > 1:
                key = "Resource" if statement.resources else "NotResource"
                text = json.dumps({**statement.to_dict(), key: others}, separators=(",", ":"), ensure_ascii=False)
                found = _Lists(text, named)
            self._lists[id(statement)] = found
        return self._lists[id(statement)]


def _in_conditions(statement: Statement, slug: str) -> bool:
    return any(slug in each for named in statement.conditions.values() for values in named.values() for each in values)


def _named(found: PolicySet, actions: Actions) -> Iterator[tuple[str, Statement]]:
    """The statements that take some of the actions in, each with its document's version: old ones have no variables."""
    return ((policy.document.version, each) for policy, each in found.named(actions))


@lru_cache(maxsize=8192)
def _takes_in(named: tuple[str, ...], others: tuple[str, ...], actions: frozenset[str]) -> bool:
    """Whether a statement's actions have some of these among them."""
    names = actions_matcher(named or others)
    return any(bool(names(action)) is bool(named) for action in actions)


@lru_cache(maxsize=65536)
def _may_match_a_part(text: str) -> bool:
    """Whether a text holds what one account's number matches and another's does not, without being one of them."""
    return has_pattern_of_ids(_WHOLE.sub("", text))

"""What a change of the configuration does: who loses or gains what, what comes near a quota, which stacks change."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

from config.controls.chains import Chains
from config.nodes import Account, Configuration, Organization
from constructs_lib.policies.document import Statement
from constructs_lib.policies.evaluator import Layer
from constructs_lib.policies.evaluator.policy import compile_document
from estate.controls.actions import ActionSet
from estate.controls.denied import Clause, Denied, Reach, actions_of, allowances, clauses, global_actions, named_roles
from estate.controls.fingerprint import changed_stacks
from estate.controls.quotas import Near, nearer
from estate.controls.words import actions_in_words, conditions_in_words, one_of

if TYPE_CHECKING:
    from estate.controls.ways import Ways

ANYBODY: Final = "any-name"
"""A role that no policy names."""
EVERYWHERE: Final = "everywhere"
_NAMES: Final = {"root": "the root user"}
STRANGER: Final = "somebody outside the organization"
DEPUTY: Final = "an AWS service on behalf of somebody outside"
OUTSIDERS: Final = (STRANGER, DEPUTY)
"""Who reaches the accounts' resources without being in the organization; resource control policies bind them."""
_STRANGE_ACCOUNT: Final = "000000000000"
_DELIVERY: Final = "delivery.logs.amazonaws.com"


@dataclass(frozen=True)
class Line:
    """Some actions that somebody loses or gains somewhere.

    Args:
        callers: Who: ``everybody``, ``everybody but …``, or names.
        actions: Patterns, such as ``s3:Get*``; ``*`` first, then ``not …``, if it is all but a few.
        where: ``everywhere``, or regions.
    """

    callers: str
    actions: tuple[str, ...]
    where: str


@dataclass(frozen=True)
class Conditional:
    """A statement that denies something only for some resources or under some conditions.

    Args:
        policy: The slug of its policy.
        statement: The statement.
    """

    policy: str
    statement: Statement

    @property
    def sentence(self) -> str:
        """What it denies, to follow "denies"."""
        what = actions_in_words(tuple(actions_of(self.statement).patterns()))
        named = self.statement.resources if self.statement.resources != ("*",) else ()
        on = f" on {one_of(named)}" if named else ""
        off = f" on anything but {one_of(self.statement.not_resources)}" if self.statement.not_resources else ""
        when = conditions_in_words(self.statement)
        return f"{what}{on}{off}{f' where {when}' if when else ''}"


@dataclass(frozen=True)
class Access:
    """What changes for accounts that are under the same policies, before and after.

    Args:
        accounts: Their slugs.
        policies: The slugs of the policies that make the difference.
        loses: What is denied now and was not.
        gains: What was denied and is not any more.
        adds: Statements that deny something under conditions, and did not.
        removes: Statements that did, and do not any more.
        adds_for_resources: The same of resource control policies, about the accounts' resources.
        removes_for_resources: The same.
        allows: Where FullAWSAccess is detached: statements that allow something under conditions, and did not.
        allows_no_more: Statements that did, and do not any more.
    """

    accounts: tuple[str, ...]
    policies: tuple[str, ...]
    loses: tuple[Line, ...]
    gains: tuple[Line, ...]
    adds: tuple[Conditional, ...]
    removes: tuple[Conditional, ...]
    adds_for_resources: tuple[Conditional, ...]
    removes_for_resources: tuple[Conditional, ...]
    allows: tuple[Conditional, ...]
    allows_no_more: tuple[Conditional, ...]

    @property
    def says_nothing(self) -> bool:
        """Whether policies differ, and what they decide does not."""
        return not any(getattr(self, each.name) for each in fields(self) if each.name not in ("accounts", "policies"))


@dataclass(frozen=True)
class Impact:
    """What a change does.

    Args:
        added: Slugs of accounts that are new.
        removed: Slugs of accounts that are gone.
        moved: Accounts that are in another OU: slug, from, to.
        reslugged: Accounts that have another slug, by their id: from, to. Neither is new or gone, but its stack is another.
        ways: Ways to jewels that are gained and lost; None if nobody has looked.
        access: Who may do other things than before.
        near: Policies and nodes that came near a quota.
        stacks: Stacks whose content may change.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    moved: tuple[tuple[str, str, str], ...]
    access: tuple[Access, ...]
    near: tuple[Near, ...]
    stacks: tuple[str, ...]
    reslugged: tuple[tuple[str, str], ...] = ()
    ways: "Ways | None" = None

    def __bool__(self) -> bool:
        return any(
            (self.added, self.removed, self.moved, self.access, self.near, self.stacks, self.reslugged, self.ways)
        )


def impact(before: Configuration, after: Configuration) -> Impact:
    """Compare two versions of an organization."""
    both = before.accounts.keys() & after.accounts.keys()
    added, removed = after.accounts.keys() - both, before.accounts.keys() - both
    of = {before.accounts[slug].id: slug for slug in removed if before.accounts[slug].id}
    again = {of[id_]: slug for slug in added if (id_ := after.accounts[slug].id) in of}
    return Impact(
        added=tuple(sorted(added - set(again.values()))),
        removed=tuple(sorted(removed - again.keys())),
        reslugged=tuple(sorted(again.items())),
        moved=tuple(
            (slug, _place(before.accounts[slug]), _place(after.accounts[slug]))
            for slug in sorted(both)
            if _place(before.accounts[slug]) != _place(after.accounts[slug])
        ),
        access=tuple(_access(Chains(before), Chains(after))),
        near=nearer(before, after),
        stacks=changed_stacks(before, after),
    )


def _place(account: Account) -> str:
    return account.unit.selector if account.unit else "root"


def _access(before: Chains, after: Chains) -> Iterator[Access]:
    groups: dict[tuple[object, ...], list[str]] = {}
    for slug, account in after.organization.accounts.items():
        old = before.organization.accounts.get(slug)
        if old is None or account is after.organization.management or old is before.organization.management:
            continue
        was, now = _statements(before, old), _statements(after, account)
        if was != now:
            groups.setdefault((was[:-1] == now[:-1], *was, *now), []).append(slug)
    for (only_lists, *_), slugs in groups.items():
        found = _difference(before, after, slugs)
        if not (only_lists and found.says_nothing):  # a list may allow all that was allowed without one
            yield found


def _statements(chains: Chains, account: Account) -> tuple[object, ...]:
    return (
        frozenset(clause.statement for clause in clauses(chains.scps(account))),
        frozenset(clause.statement for clause in clauses(chains.rcps(account))),
        allowances(chains.lists(account)),
    )


def _difference(before: Chains, after: Chains, slugs: Sequence[str]) -> Access:
    was_in, is_in = before.organization.accounts[slugs[0]], after.organization.accounts[slugs[0]]
    was, now = Denied(before, was_in), Denied(after, is_in)
    callers = sorted(_callers(after.organization) | named_roles((*was.clauses, *now.clauses)))
    reaches = {caller: (was.reach(caller), now.reach(caller)) for caller in (ANYBODY, *callers)}
    partition = after.organization.partition
    old_rcp, new_rcp = tuple(clauses(before.rcps(was_in))), tuple(clauses(after.rcps(is_in)))
    changes = (
        _new(was.clauses, now.clauses),
        _new(now.clauses, was.clauses),
        _new(old_rcp, new_rcp),
        _new(new_rcp, old_rcp),
    )
    outside = {caller: (_outside(before, was_in, caller), _outside(after, is_in, caller)) for caller in OUTSIDERS}
    return Access(
        accounts=tuple(sorted(slugs)),
        policies=tuple(sorted({clause.policy for found in changes for clause in found} | _listing(was, now))),
        loses=tuple(
            line
            for group in (reaches, outside)
            for line in _lines({caller: now_ - was_ for caller, (was_, now_) in group.items()}, partition)
        ),
        gains=tuple(
            line
            for group in (reaches, outside)
            for line in _lines({caller: was_ - now_ for caller, (was_, now_) in group.items()}, partition)
        ),
        adds=_conditional(changes[0], reaches[ANYBODY]),
        removes=_conditional(changes[1], reaches[ANYBODY]),
        adds_for_resources=tuple(Conditional(clause.policy, clause.statement) for clause in changes[2]),
        removes_for_resources=tuple(Conditional(clause.policy, clause.statement) for clause in changes[3]),
        allows=_allows(was, now),
        allows_no_more=_allows(now, was),
    )


def _listing(was: Denied, now: Denied) -> set[str]:
    """The policies that list what is possible, where that changes."""
    if allowances(was.lists) == allowances(now.lists):
        return set()
    return {policy.name for level in (*was.lists, *now.lists) for policy in level.policies}


def _allows(was: Denied, now: Denied) -> tuple[Conditional, ...]:
    """What is allowed under conditions only, and was not allowed by such a statement."""
    old = {statement for level in allowances(was.lists) for statement in level}
    return tuple(
        Conditional(policy.name, compiled.statement)
        for level in now.lists
        for policy in level.policies
        for compiled in compile_document(policy.document)
        if compiled.statement.effect == "Allow"
        and compiled.statement not in old
        and (compiled.statement.resources != ("*",) or compiled.conditions)
    )


def _outside(chains: Chains, account: Account, caller: str) -> Reach:
    """What somebody from outside is denied on an account's resources."""
    said = {"aws:SourceAccount": _STRANGE_ACCOUNT} if caller == DEPUTY else None
    who = (
        _DELIVERY if caller == DEPUTY else f"arn:{chains.organization.partition}:iam::{_STRANGE_ACCOUNT}:role/any-name"
    )
    return Denied(chains, account, Layer.RCP).reach(who, said)


def _callers(organization: Organization) -> set[str]:
    return {"root", organization.execution_role.name, organization.break_glass_role}


def _new(old: Sequence[Clause], new: Sequence[Clause]) -> list[Clause]:
    known = {clause.statement for clause in old}
    first = {clause.statement: clause for clause in reversed(new)}
    return [clause for statement, clause in first.items() if statement not in known]


def _conditional(found: Sequence[Clause], reach: tuple[Reach, Reach]) -> tuple[Conditional, ...]:
    """Statements with conditions, but for those about actions that are denied anyway, before and after."""
    return tuple(
        Conditional(clause.policy, clause.statement)
        for clause in found
        if not clause.is_plain and not all(_covers(each, actions_of(clause.statement)) for each in reach)
    )


def _covers(reach: Reach, actions: ActionSet) -> bool:
    return all(not (actions - found - reach.of_global) for found in reach.by_region.values())


def _lines(found: Mapping[str, Reach], partition: str) -> tuple[Line, ...]:
    """Every difference once, for all callers that have it."""
    by_text: dict[tuple[tuple[tuple[str, ...], str], ...], list[str]] = {}
    for caller, reach in found.items():
        text = tuple(_texts(reach, partition))
        by_text.setdefault(text, []).append(caller)
    return tuple(
        Line(_named(callers, list(found)), actions, where)
        for text, callers in by_text.items()
        for actions, where in text
    )


def _texts(reach: Reach, partition: str) -> Iterator[tuple[tuple[str, ...], str]]:
    regional = ~global_actions(partition)
    common = regional
    for found in reach.by_region.values():
        common &= found
    everywhere = common | reach.of_global
    if everywhere:
        # What is not regional would only be listed as left out, unless global actions are in it themselves.
        shown = everywhere if reach.of_global or not everywhere.rest else everywhere | ~regional
        yield tuple(shown.patterns()), EVERYWHERE
    groups: dict[tuple[str, ...], list[str]] = {}
    for region, found in reach.by_region.items():
        if rest := found - common:
            groups.setdefault(tuple((rest | ~regional if rest.rest else rest).patterns()), []).append(region)
    for actions, regions in groups.items():
        others = [region for region in reach.by_region if region not in regions]
        yield actions, _regions(regions, others)


def _regions(regions: list[str], others: list[str]) -> str:
    if not others:
        return "all regions"
    if len(others) < len(regions):
        return f"all regions but {one_of(others, 'and')}"
    return one_of(regions, "and")


def _named(callers: list[str], everybody: list[str]) -> str:
    named = [_NAMES.get(caller, caller) for caller in everybody if (caller in callers) is (ANYBODY not in callers)]
    if ANYBODY in callers:
        return f"everybody but {one_of(named, 'and')}" if named else "everybody"
    return one_of(named, "and")

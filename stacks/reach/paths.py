"""Ways to jewels that are not their rightful principals': found in what the stacks make, told as sentences."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from config.nodes import Account
from constructs_lib.policies.names import wildcard
from stacks.reach.identities import Identity, Kind
from stacks.reach.jewels import Jewel
from stacks.reach.questions import Questions
from stacks.reach.steps import Way
from stacks.reach.world import rests_on_unknown

if TYPE_CHECKING:
    from stacks.reach.within import Form

_SHOWN: Final = 3


@dataclass(frozen=True)
class Path:
    """How somebody reaches a jewel who should not.

    Args:
        kind: What the jewel is called in the configuration.
        account: The account that it is in.
        who: The first on the way who should not.
        way: Whom they become, one after the other; empty if they reach it by themselves.
        calls: Each call that harms it, and on what.
        needs: What has to hold.
        behind: Who can become them.
    """

    kind: str
    account: Account
    who: Identity
    way: Way
    calls: tuple[tuple[str, str | None], ...]
    needs: tuple[str, ...]
    behind: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The path in words."""
        steps = "".join(f" → {step.how} {step.target.name}" for step in self.way)
        action, resource = self.calls[0]
        on = f" on {resource}" if resource else ""
        more = f" and {len(self.calls) - 1} more" if len(self.calls) > 1 else ""
        needs = f", if {'; '.join(self.needs)}" if self.needs else ""
        behind = f" ({_listed(self.behind)} can become it)" if self.behind else ""
        return f"{self.who.name}{behind}{steps} → can call {action}{on} in {self.account.slug}{more}{needs}"


class Paths:
    """The ways to jewels.

    Args:
        questions: The organization.
    """

    def __init__(self, questions: Questions) -> None:
        self._organization = questions.organization
        self._reach = _Reach(questions)
        self._jewels = questions.graph.jewels

    def found(self) -> Iterator[Path]:
        """Those that are neither their rightful principals' nor accepted, each once for each kind, account and somebody.

        What rests on policies whose text nobody knows is not among them.
        """
        found: dict[tuple[str, str, Identity], list[tuple[Jewel, Way, tuple[str, ...], tuple[str, ...]]]] = {}
        for jewel in self._jewels:
            for who, way, needs, behind in self._reach.trespassers(jewel):
                found.setdefault((jewel.kind, jewel.account.slug, who), []).append((jewel, way, needs, behind))
        for (kind, _, who), some in found.items():
            jewel, way, needs, behind = some[0]
            calls = tuple((each.action, each.resource) for each, *_ in some)
            yield Path(kind, jewel.account, who, way, calls, needs, behind)

    def reached(self) -> Iterator[tuple[Jewel, list[tuple[Identity, Way, tuple[str, ...]]]]]:
        """Each jewel, with everybody who reaches it, rightfully or not: by which way, and what has to hold."""
        for jewel in self._jewels:
            yield jewel, [(who, way, _every(way, needs)) for who, (way, needs) in self._reach.ways(jewel).items()]

    def superfluous(self) -> Iterator[tuple[str, str]]:
        """Accepted paths that there are not: the jewel's key, and who was accepted."""
        for kind, entry in self._organization.jewels.items():
            reached = {
                who.name
                for jewel in (self._jewels if entry.accepted else ())
                if jewel.kind == kind
                for who in self._reach.ways(jewel)
            }
            for each in entry.accepted:
                if not any(wildcard(each.principal).fullmatch(name) for name in reached):
                    yield kind, each.principal


class _Reach:
    """Who reaches what, by themselves and as whom they become, escalations included."""

    def __init__(self, questions: Questions) -> None:
        self._questions = questions
        self._graph = questions.graph
        self._known: dict[tuple[str, str, str | None], Mapping[Identity, tuple[Way, tuple[str, ...]]]] = {}
        self._shared: dict[tuple[Form, str, str], tuple[str, list[tuple[int, tuple[str, ...]]]]] = {}

    def ways(self, jewel: Jewel) -> Mapping[Identity, tuple[Way, tuple[str, ...]]]:
        """Everybody who reaches a jewel, with the shortest way and what the call itself needs."""
        key = (jewel.account.slug, jewel.action, jewel.resource)
        if key not in self._known:
            self._known[key] = self._ways(jewel)
        return self._known[key]

    def _ways(self, jewel: Jewel) -> Mapping[Identity, tuple[Way, tuple[str, ...]]]:
        found: dict[Identity, tuple[Way, tuple[str, ...]]] = {who: ((), needs) for who, needs in self._callers(jewel)}
        identities = self._questions.world.identities
        waiting = deque(found)
        while waiting:
            current = waiting.popleft()
            way, needs = found[current]
            for step in self._graph.leading_to(current, found):
                if step.source not in found:  # two steps of one source
                    found[step.source] = ((step, *way), needs)
                    waiting.append(step.source)
        return {who: way for who, way in found.items() if who.name in identities}

    def _callers(self, jewel: Jewel) -> Sequence[tuple[Identity, tuple[str, ...]]]:
        """Those who harm a jewel as whom they are or as an escalation makes them; found once for all accounts of one form.

        Whom a policy of the jewel may name, the form of its account does not tell.
        """
        if jewel.resource is None or self._questions.world.policy_of(jewel.resource) is not None:
            return self._found_callers(jewel)
        form, living, places = self._graph.within.of(jewel.account)
        number = self._questions.world.chains.account_id(jewel.account)
        key = form, jewel.action, self._graph.forms.own(jewel.resource, jewel.account)
        if key not in self._shared:
            self._shared[key] = number, [(places[who.name], needs) for who, needs in self._found_callers(jewel)]
        # The first of the form with such a jewel need not be the one that the form is of.
        first, found = self._shared[key]
        return [(living[place], tuple(need.replace(first, number) for need in needs)) for place, needs in found]

    def _found_callers(self, jewel: Jewel) -> Sequence[tuple[Identity, tuple[str, ...]]]:
        found = {
            each.who: each.needs
            for each in self._questions.reaching(jewel.account, jewel.action, jewel.resource)
            if not rests_on_unknown(each.who, each.needs)
        }
        for who in self._changed_callers(jewel):
            if self._questions.world.identities[who.name.partition(" (")[0]] in found:
                continue
            reaching = self._questions.reaches(who, jewel.account, jewel.action, jewel.resource)
            if reaching is not None and not rests_on_unknown(who, reaching.needs):
                found[who] = reaching.needs
        return list(found.items())

    def _changed_callers(self, jewel: Jewel) -> Iterator[Identity]:
        """Of those whom an escalation makes, who lives with a jewel, or where its policy may name somebody."""
        homes = {jewel.account.slug: jewel.account}
        if jewel.resource is not None and self._questions.world.policy_of(jewel.resource) is not None:
            homes |= {home.slug: home for home in self._questions.homes(jewel.action, jewel.resource)}
        for home in homes.values():
            yield from self._graph.within.changed(home)

    def trespassers(self, jewel: Jewel) -> Iterator[tuple[Identity, Way, tuple[str, ...], tuple[str, ...]]]:
        """Those on whose way the first step, or the call, is not theirs to take; those behind them are named with them."""
        entry = self._questions.organization.jewels.get(jewel.kind)
        accepted = (each.principal for each in entry.accepted) if entry else ()
        patterns = [wildcard(each) for each in (*jewel.rightful, *accepted)]
        ways = self.ways(jewel)
        fine = {who for who in ways if any(each.fullmatch(who.name) for each in patterns)}
        fine |= {who for who in ways if who.kind is Kind.PERSON and not fine.isdisjoint(self._graph.world.becomes[who])}
        behind: dict[Identity, list[str]] = {}
        for who, (way, _) in ways.items():
            if who not in fine and way and way[0].target not in fine:
                first = next((step.source for step in way[1:] if step.target in fine), way[-1].target)
                behind.setdefault(first, []).append(who.name)
        for who, (way, needs) in ways.items():
            if who in fine or (way and way[0].target not in fine and way[0].target in ways):
                continue
            yield who, way, _every(way, needs), tuple(behind.get(who, ()))


def _every(way: Way, needs: Sequence[str]) -> tuple[str, ...]:
    """All that has to hold on a way."""
    return tuple(dict.fromkeys((*(need for step in way for need in step.needs), *needs)))


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}"

"""Who gets in where and how, and who reaches the jewels."""

from collections.abc import Mapping

from config.nodes import Account
from estate.report import model
from stacks.reach.deciding import Verdict
from stacks.reach.identities import Identity, Kind
from stacks.reach.questions import Questions, Reaching
from stacks.reach.steps import Step

_WORDS: Mapping[Verdict, model.Verdict] = {Verdict.YES: "allowed", Verdict.NO: "denied", Verdict.DEPENDS: "depends"}


class AccessOf:
    """Gathers identities and steps as they are met.

    Args:
        questions: The organization as its stacks make it.
        accounts: The place of each account, by slug.
    """

    def __init__(self, questions: Questions, accounts: Mapping[str, int]) -> None:
        self._questions, self._accounts = questions, accounts
        self._identities: dict[str, int] = {}
        self._found: list[model.Identity] = []
        self._steps: dict[tuple[int, str, int], int] = {}
        self._taken: list[model.Step] = []
        self._ways_to: dict[str, list[list[int]]] = {}

    def entrants(self, account: Account) -> list[model.Entrant]:
        """Everybody who can act in an account, with how others become them."""
        living = self._questions.world.living_in(account)
        return [
            self._entrant(each) for each in sorted(living, key=lambda each: each.name) if each.kind is not Kind.ROOT
        ]

    def access(self) -> model.Access:
        """The jewels, with all identities and steps that were met; ask for it last."""
        found = [
            model.Jewel(
                title=jewel.kind,
                account=self._accounts[jewel.account.slug],
                action=jewel.action,
                resource=jewel.resource,
                reached_by=[
                    self._reached(each)
                    for each in self._questions.reaching(
                        self._questions.answering(jewel.action, jewel.account), jewel.action, jewel.resource
                    )
                ],
            )
            for jewel in self._questions.graph.jewels
        ]
        return model.Access(identities=self._found, steps=self._taken, jewels=found)

    def _entrant(self, who: Identity) -> model.Entrant:
        boundary = (
            who.unknown_boundary or next((each.name for each in who.boundary.policies), None)
            if who.boundary
            else who.unknown_boundary
        )
        return model.Entrant(
            who=self._identity(who),
            policies=[*(each.name for each in who.policies.policies), *who.unknown],
            boundary=boundary,
            ways=self._ways(who),
        )

    def _reached(self, found: Reaching) -> model.Reached:
        return model.Reached(
            who=self._identity(found.who),
            verdict=_WORDS[found.verdict],
            needs=list(found.needs),
            ways=self._ways(found.who),
        )

    def _ways(self, who: Identity) -> list[list[int]]:
        if who.name not in self._ways_to:
            self._ways_to[who.name] = [[self._step(step) for step in way] for _, way in self._questions.origins(who)]
        return self._ways_to[who.name]

    def _step(self, step: Step) -> int:
        key = self._identity(step.source), step.how, self._identity(step.target)
        if key not in self._steps:
            self._steps[key] = len(self._taken)
            self._taken.append(model.Step(source=key[0], how=step.how, target=key[2], needs=list(step.needs)))
        return self._steps[key]

    def _identity(self, who: Identity) -> int:
        if who.name not in self._identities:
            self._identities[who.name] = len(self._found)
            account = self._accounts[who.account.slug] if who.account else None
            self._found.append(model.Identity(name=who.name, kind=who.kind, account=account))
        return self._identities[who.name]

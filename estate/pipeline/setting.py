"""What a pipeline takes from the configuration."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.capabilities.logging import rehearsal_days
from config.capabilities.workloads import stacks_of
from config.loading.order import stages
from estate.pipeline.route import Route, foundation_of, route_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from config.model.ci import Ci
    from config.nodes import Configuration


class NoPipelineError(ValueError):
    """The configuration says nothing that a pipeline could be made from; the message says what to add."""


@dataclass(frozen=True)
class Group:
    """Stacks that are deployed at the same time, on the same route.

    Args:
        name: What it is called in names of jobs: the stage's number, and the route's name.
        stage: The stage's number.
        route: The route.
        stacks: The stacks.
    """

    name: str
    stage: int
    route: Route
    stacks: tuple[str, ...]


@dataclass(frozen=True)
class Setting:
    """An organization as its pipeline sees it.

    Args:
        ci: The pipelines' identities.
        region: The home region.
        management: The stack of the management account.
        external_id: What roles in accounts ask for; None if nothing.
        routes: The ordinary route of each stack.
        foundation: The foundation route of each stack that a pipeline can take there (ADR 12); its plan decides.
        stages: The stacks in the order in which they are deployed.
        purposes: What each account is there for, by its stack.
        units: The paths of the OUs.
        leases: Whether there are sandboxes whose end the scheduled job sees to.
        rollouts: Whether something reaches the organization in waves.
        rehearsal_days: Of how many days the calls are rehearsed in reviews of requests; None if they are not.
        entries: By which role a person enters the account of each stack; the management account's is entered by none.
    """

    ci: Ci
    region: str
    management: str
    external_id: str | None
    routes: Mapping[str, Route]
    foundation: Mapping[str, Route]
    stages: tuple[tuple[str, ...], ...]
    purposes: Mapping[str, str]
    entries: Mapping[str, str]
    units: tuple[str, ...] = ()
    leases: bool = False
    rollouts: bool = False
    rehearsal_days: int | None = None

    @classmethod
    def of(cls, organization: Configuration) -> Setting:
        """Take the setting from a configuration.

        Raises:
            NoPipelineError: If it has no `ci`, or the ids of the accounts with the roles are not known yet.
        """
        ci = organization.ci
        if ci is None:
            raise NoPipelineError("organization.yaml has no `ci`: say there which repository's pipelines deploy.")
        terraform = organization.with_purpose("terraform")[0]
        if terraform.id is None:
            raise NoPipelineError(
                f"The id of the account {terraform.slug}, which has the pipelines' roles, is not known yet. "
                "Run `estate bootstrap`, or deploy the organization and run `estate lock`."
            )
        return cls(
            ci=ci,
            region=organization.home_region,
            management=organization.management.slug,
            external_id=organization.execution_role.external_id,
            routes={name: route_of(organization, account) for name, (account, _) in stacks_of(organization).items()},
            foundation={
                name: route
                for name, (account, _) in stacks_of(organization).items()
                if (route := foundation_of(organization, account))
            },
            stages=stages(organization),
            purposes={slug: account.purpose for slug, account in organization.accounts.items()},
            units=tuple(sorted(unit.path for unit in organization.units.values())),
            leases=bool(organization.leases),
            rollouts=bool(organization.rollouts),
            rehearsal_days=rehearsal_days(organization),
            entries={
                name: account.entry_role
                for name, (account, _) in stacks_of(organization).items()
                if account is not organization.management
            },
        )

    @property
    def stacks(self) -> tuple[str, ...]:
        """All stacks, in the order in which they are deployed."""
        return tuple(name for stage in self.stages for name in stage)

    @property
    def groups(self) -> tuple[Group, ...]:
        """The stacks of each stage and route, in the order in which they are deployed."""
        found: dict[tuple[int, Route], list[str]] = {}
        for number, stage in enumerate(self.stages):
            for routes in (self.routes, self.foundation):
                for name in stage:
                    if name in routes:
                        found.setdefault((number, routes[name]), []).append(name)
        return tuple(
            Group(f"{number}_{route.name}", number, route, tuple(names)) for (number, route), names in found.items()
        )

    @property
    def turns(self) -> tuple[tuple[Route, tuple[str, ...]], ...]:
        """The stacks in the order in which they are deployed, in runs of one tier, for systems that deploy one after the other."""
        found: list[tuple[Route, list[str]]] = []
        for stage in self.stages:
            last = found[-1][0].name if found else ""
            for name in sorted(stage, key=lambda name: self._turn(name, last)):
                route = self.routes[name]
                if not found or found[-1][0].name != route.name:
                    found.append((route, []))
                found[-1][1].append(name)
        return tuple((route, tuple(names)) for route, names in found)

    def _turn(self, name: str, last: str) -> tuple[bool, str, str]:
        """Where a stack comes in its stage: those of the tier that is at it first."""
        tier = self.routes[name].name
        return tier != last, tier, name

    def later(self, stacks: Collection[str]) -> list[str]:
        """What the accounts of stacks are there for: which things can wait for others, depends on it."""
        return sorted({self.purposes[name] for name in stacks if name in self.purposes})

    def plans(self, wanted: Collection[str], size: int) -> dict[str, list[str]]:
        """Stacks to plan, in parts of at most a size: ``plan_<part>``."""
        return _parts("plan", self.stacks, wanted, size)

    def deploys(self, wanted: Collection[str], size: int, foundation: Collection[str] = ()) -> dict[str, list[str]]:
        """Stacks to deploy, in parts of at most a size: ``deploy_<group>_<part>``.

        Args:
            wanted: Those that take the ordinary route.
            size: Most stacks of a part.
            foundation: Those that take the foundation route.
        """
        found: dict[str, list[str]] = {}
        for group in self.groups:
            names = foundation if group.route.is_foundation else wanted
            found |= _parts(f"deploy_{group.name}", group.stacks, names, size)
        return found

    def rest(self, wanted: Collection[str], size: int) -> dict[str, list[str]]:
        """Stacks to plan again when all others are deployed: ``rest_<part>``."""
        return _parts("rest", self.stacks, wanted, size)


def chunks(count: int, size: int) -> int:
    """How many chunks of at most a size a number of stacks makes; at least one."""
    return max(1, math.ceil(count / size))


def _parts(key: str, stacks: Collection[str], wanted: Collection[str], size: int) -> dict[str, list[str]]:
    names = [name for name in stacks if name in wanted]
    return {f"{key}_{part}": names[part * size : (part + 1) * size] for part in range(chunks(len(stacks), size))}

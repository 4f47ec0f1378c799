"""Everything that the page shows, from the configuration and the synthesized stacks; AWS is not asked."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from config.controls.chains import Chains
from constructs_lib.policies.frameworks import FRAMEWORKS, framework
from estate.controls.compliance import compliance
from estate.controls.quotas import near
from estate.controls.ways import ways_between
from estate.report import change, changes, model, network
from estate.report.access import AccessOf
from estate.report.interning import Table
from estate.report.matrix import Decisions
from estate.report.policies import policies
from estate.report.sets import AccountSets
from estate.report.settings import SettingsOf
from estate.version import version
from stacks.reach.questions import Questions
from stacks.reach.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from config.loading.settings import Level
    from config.nodes import Account, Configuration, Node, Unit
    from estate.guard.plan import Plan


@dataclass(frozen=True)
class Sources:
    """What a report is made from.

    Args:
        directory: The configuration's directory.
        configuration: The organization.
        levels: What each level says of an account's settings, by its slug.
        stacks: The content of each stack's ``cdk.tf.json``, by the stack's name.
        base: What the organization is compared with: what it is called, and the version; nothing if None.
        base_questions: The questions about that version, its stacks synthesized; for ways to jewels that differ.
        plans: Plans, for the guard to judge.
        judged: What it said of them when they were planned, instead.
        drift: What `estate drift --json` said.
        rehearsal: What `estate rehearse --json` said.
    """

    directory: Path
    configuration: Configuration
    levels: Mapping[str, tuple[Level, ...]]
    stacks: Mapping[str, Mapping[str, Any]]
    base: tuple[str, Configuration] | None = None
    base_questions: Questions | None = None
    plans: Sequence[Plan] = ()
    judged: changes.Plans | None = None
    drift: list[dict[str, Any]] | None = None
    rehearsal: dict[str, Any] | None = field(default=None)


def report(sources: Sources) -> model.Report:
    """Gather everything."""
    return _Gathering(sources).report()


class _Gathering:
    """The places of accounts, OUs and policies, by which the parts of the document name them."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._configuration = configuration = sources.configuration
        self._chains = Chains(configuration)
        self._questions = Questions(World(self._chains, sources.stacks))
        self._accounts = {slug: place for place, slug in enumerate(configuration.accounts)}
        self._units = {path: place for place, path in enumerate(configuration.units)}
        before = sources.base[1].policies if sources.base else {}
        self._all_policies = policies(configuration, before)
        self._policies = {policy.slug: place for place, policy in enumerate(self._all_policies)}

    def report(self) -> model.Report:
        """All parts."""
        configuration, sources = self._configuration, self._sources
        decisions = Decisions(self._policies)
        rows = decisions.rows_of(self._chains)
        before = decisions.rows_of(Chains(sources.base[1])) if sources.base else {}
        settings = SettingsOf(configuration, sources.levels)
        resources, counts = Table[dict[str, int]](), self._resources()
        access = AccessOf(self._questions, self._accounts)
        sets = AccountSets(self._accounts)
        accounts = [
            model.Account(
                slug=slug,
                name=account.name,
                id=account.id,
                email=account.email,
                purpose=account.purpose,
                unit=self._units[account.unit.path] if account.unit else None,
                region=account.region,
                state=account.held or None,
                lease=self._lease(slug),
                tags=dict(account.tags),
                policies=self._attached(account),
                settings=settings.of(account),
                resources=resources.add(counts[slug]) if slug in counts else None,
                row=rows[slug],
                row_before=before.get(slug),
                networks=network.networks(configuration, account),
                entrants=access.entrants(account),
            )
            for slug, account in configuration.accounts.items()
        ]
        return model.Report(
            program=version(),
            organization=self._organization(),
            units=[self._unit(unit) for unit in configuration.units.values()],
            accounts=accounts,
            policies=self._all_policies,
            settings=list(settings.capabilities),
            origins=list(settings.origins),
            resources=list(resources),
            matrix=decisions.matrix(),
            access=access.access(),
            frameworks=[self._framework(key, sets) for key in FRAMEWORKS],
            network=network.plan(configuration, self._accounts),
            quotas=change.near(near(configuration)),
            change=self._change(sets),
            plans=change.plans(sources.plans, sources.directory) if sources.plans else sources.judged,
            drift=sources.drift,
            rehearsal=sources.rehearsal,
            account_sets=[list(each) for each in sets.found],
        )

    def _change(self, sets: AccountSets) -> changes.Change | None:
        sources = self._sources
        if sources.base is None:
            return None
        ways = ways_between(sources.base_questions, self._questions) if sources.base_questions else None
        return change.change(sources.base[1], sources.configuration, sources.base[0], sets, ways)

    def _lease(self, slug: str) -> model.Lease | None:
        lease = self._configuration.leases.get(slug)
        if lease is None:
            return None
        until = str(lease.until) if lease.until else None
        return model.Lease(until=until, emails=list(lease.emails), then=lease.then)

    def _organization(self) -> model.Organization:
        configuration = self._configuration
        return model.Organization(
            name=configuration.name,
            slug=configuration.slug,
            id=configuration.organization_id,
            partition=configuration.partition,
            home_region=configuration.home_region,
            governed_regions=list(configuration.governed_regions),
            management=self._accounts[configuration.management.slug],
            policies=self._attached(configuration.root),
        )

    def _unit(self, unit: Unit) -> model.Unit:
        return model.Unit(
            path=unit.path,
            name=unit.name,
            id=unit.id,
            parent=self._units[unit.parent.path] if unit.parent else None,
            tags=dict(unit.tags),
            policies=self._attached(unit),
        )

    def _attached(self, node: Node) -> list[int]:
        return sorted(self._policies[policy.slug] for policy in self._configuration.policies_on(node))

    def _resources(self) -> dict[str, dict[str, int]]:
        """How many resources of each type the stacks of an account make, by the account's slug."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for name, account in self._questions.world.accounts.items():
            for type_, blocks in self._sources.stacks[name].get("resource", {}).items():
                found[account.slug][type_] += len(blocks)
        return {slug: dict(sorted(counter.items())) for slug, counter in found.items()}

    def _framework(self, key: str, sets: AccountSets) -> model.Framework:
        known = framework(key)
        accounts: list[Account] = list(self._configuration.accounts.values())
        return model.Framework(
            key=key,
            name=known.name,
            version=known.version,
            source=known.source,
            controls=[
                model.Control(
                    id=each.control.id,
                    title=each.control.title,
                    keepers=[
                        model.Keeper(kind=keeper.kind, name=keeper.name, accounts=sets.of(keeper.accounts))
                        for keeper in each.keepers
                    ],
                    open=sets.of(each.open_accounts),
                )
                for each in compliance(self._configuration, known, accounts)
            ],
        )

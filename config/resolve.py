"""Follows every reference of the files and fills in everything inherited."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from config.accepted import accepted_as, in_force
from config.capabilities.capability import OrganizationCapability
from config.documents import document_of
from config.errors import KeyPath, Problem, did_you_mean, one_of
from config.files import Entry, Files
from config.model.account import AccountFile
from config.model.organization import OrganizationFile, UnitEntry
from config.model.policy import PolicyFile
from config.model.settings import Settings
from config.nodes import Acceptance, Account, Configuration, Node, Organization, Policy, Root, Unit
from config.registry import capabilities
from config.settings import Level, SettingsReader, conflicts
from config.yaml_file import YamlFile
from constructs_lib.policies.quotas import quota

_DEEPEST = quota("ou.depth").limit
"""OUs below each other, as AWS allows."""


@dataclass(frozen=True)
class _Place:
    """Where an OU is written."""

    slug: str
    path: str
    keys: KeyPath
    depth: int


class Resolver:
    """Builds the organization from its files.

    Args:
        files: What was read. Files with mistakes take part as far as they are right; `problems` then is not all there is.
    """

    def __init__(self, files: Files) -> None:
        self.problems: list[Problem] = []
        self._files = files
        self._places = {place.path: place for place in _places(files.organization.file.data)}
        self._settings = SettingsReader(self.problems)

    def organization(self) -> Configuration | None:
        """The organization, without what could not be resolved; None if organization.yaml is too far from right."""
        entry = self._files.organization
        if entry.file.root is None:  # not read, so nothing is known of the OUs that other files name
            return None
        self._check_tree()
        self._check_accounts()
        if entry.model is None:
            for policy in self._files.policies.values():
                if policy.model is not None:
                    self._check_selectors(policy.file, ("targets",), policy.model.targets)
            return None
        model = entry.model
        for index, team in enumerate(model.ci.owners.teams if model.ci and model.ci.owners else ()):
            self._check_selectors(entry.file, ("ci", "owners", "teams", index, "accounts"), team.accounts)
        units = dict(sorted(self._units(entry, model)))
        accounts, settings = self._accounts(entry, model, units)
        lock = self._files.lock.model if self._files.lock else None
        configuration = Configuration(
            name=model.name,
            slug=model.slug,
            partition=model.partition,
            home_region=model.regions.home,
            governed_regions=tuple(sorted({model.regions.home, *model.regions.governed})),
            trusted_services=tuple(sorted(set(model.trusted_services))),
            policy_types=tuple(sorted(set(model.policy_types))),
            state=model.state,
            execution_role=model.execution_role,
            break_glass_role=model.break_glass_role,
            ci=model.ci,
            tags=dict(sorted(model.tags.items())),
            root=Root(lock.root_id if lock else None),
            units=units,
            accounts=accounts,
            settings=settings,
            lock=lock,
        )
        return self._with_attachments(configuration, entry.file, model)

    def _problem(self, file: YamlFile, path: KeyPath, arrived: str, expected: str, cure: str = "") -> None:
        self.problems.append(file.problem(path, arrived, expected, cure))

    # ── What is written where ──────────────────────────────────────────────────────────────────────────────────────────

    def _check_tree(self) -> None:
        file = self._files.organization.file
        first: dict[str, _Place] = {}
        for place in self._places.values():
            other = first.setdefault(place.slug, place)
            if other is not place:
                arrived = f"the slug {place.slug!r} again (first at {other.path}, line {file.line(other.keys)})"
                expected = "a slug that no other OU has, so that OUs can move"
                self._problem(file, place.keys, arrived, expected, f"Choose another, such as {_other_slug(place)!r}.")
            if place.depth == _DEEPEST + 1:
                arrived = f"an OU {place.depth} levels below the root"
                self._problem(file, place.keys, arrived, f"at most {_DEEPEST} levels", "Move it up.")

    def _check_accounts(self) -> None:
        for entry in self._files.accounts.values():
            ou = entry.model.ou if entry.model else None
            if ou is not None and ou not in self._places:
                self._unknown_unit(entry.file, ("ou",), ou)

    def _unknown_unit(self, file: YamlFile, path: KeyPath, ou: str, prefix: str = "") -> None:
        by_slug = {place.slug: place.path for place in reversed(self._places.values())}
        slug = ou.rsplit("/", 1)[-1]
        cure = f"Did you mean {prefix + by_slug[slug]!r}?" if slug in by_slug else did_you_mean(ou, self._places)
        self._problem(file, path, repr(prefix + ou), f"the path of an OU: {one_of(sorted(self._places))}", cure)

    def _check_selectors(self, file: YamlFile, path: KeyPath, selectors: tuple[str, ...]) -> list[str]:
        """The selectors that name what is there."""
        known = []
        for index, selector in enumerate(selectors):
            kind, _, rest = selector.partition(":")
            if kind == "ou" and rest not in self._places:
                self._unknown_unit(file, (*path, index), rest, "ou:")
            elif kind == "account" and not self.account_known(file, (*path, index), rest, "account:"):
                pass
            else:
                known.append(selector)
        return known

    def account_known(self, file: YamlFile, path: KeyPath, slug: str, prefix: str = "") -> bool:
        """Whether there is an account with a slug; if not, the place that names it has a problem."""
        if slug in self._files.accounts:
            return True
        known = [prefix + other for other in self._files.accounts]
        expected = f"the slug of an account: {one_of(self._files.accounts)}"
        cure = did_you_mean(prefix + slug, known) or f"Write accounts/{slug}.yaml if it is to exist."
        self._problem(file, path, repr(prefix + slug), expected, cure)
        return False

    # ── OUs and accounts ───────────────────────────────────────────────────────────────────────────────────────────────

    def _units(self, entry: Entry[OrganizationFile], model: OrganizationFile) -> Iterator[tuple[str, Unit]]:
        ids = self._files.lock.model.organizational_units if self._files.lock and self._files.lock.model else {}
        top = (Level(entry.file, ("defaults",), model.defaults),)
        self._settings.settings(top, complete=False)

        def below(
            entries: Mapping[str, UnitEntry], parent: Unit | None, keys: KeyPath, levels: tuple[Level, ...]
        ) -> Iterator[tuple[str, Unit]]:
            for slug, unit_entry in sorted(entries.items()):
                own_keys = (*keys, "organizational_units", slug)
                own_levels = (*levels, Level(entry.file, (*own_keys, "defaults"), unit_entry.defaults))
                tags = {**(parent.tags if parent else model.tags), **unit_entry.tags}
                unit = Unit(
                    slug=slug,
                    path=f"{parent.path}/{slug}" if parent else slug,
                    name=unit_entry.name or slug.replace("-", " ").title(),
                    parent=parent,
                    tags=dict(sorted(tags.items())),
                    id=ids.get(slug),
                )
                self._settings.settings(own_levels, complete=False)  # an OU without accounts may be wrong, too
                self._levels[unit.path] = own_levels
                yield unit.path, unit
                yield from below(unit_entry.organizational_units, unit, own_keys, own_levels)

        self._levels: dict[str, tuple[Level, ...]] = {"": top}
        yield from below(model.organizational_units, None, (), top)

    def _accounts(
        self, entry: Entry[OrganizationFile], model: OrganizationFile, units: Mapping[str, Unit]
    ) -> tuple[dict[str, Account], dict[str, Settings]]:
        accounts: dict[str, Account] = {}
        all_settings: dict[str, Settings] = {}
        ids = self._files.lock.model.accounts if self._files.lock and self._files.lock.model else {}
        for slug, account_entry in self._files.accounts.items():
            account = account_entry.model
            unit = units.get(account.ou) if account and account.ou else None
            if account is None or (unit is None and account.ou):
                continue
            tags = {**(unit.tags if unit else model.tags), **account.tags}
            by_tag = self._levels_by_tag(entry.file, model, account_entry, tags)
            own = Level(account_entry.file, ("settings",), account.settings)
            levels = (*self._levels[unit.path if unit else ""], *by_tag, own)
            settings = self._settings.settings(levels, complete=True)
            all_settings[slug] = settings
            accounts[slug] = Account(
                slug=slug,
                name=account.name,
                email=account.email or model.email.replace("{account}", slug),
                purpose=account.purpose,
                unit=unit,
                tags=dict(sorted(tags.items())),
                region=settings.region or model.regions.home,
                entry_role=account.entry_role or model.break_glass_role,
                id=account.id or ids.get(slug),
                id_source="config" if account.id else "lock" if slug in ids else None,
            )
        return accounts, all_settings

    def _levels_by_tag(
        self, file: YamlFile, model: OrganizationFile, account: Entry[AccountFile], tags: Mapping[str, str]
    ) -> list[Level]:
        found: list[Level] = []
        for selector, data in sorted(model.defaults_by_tag.items()):
            key, _, value = selector.removeprefix("tag:").partition("=")
            if tags.get(key) != value:
                continue
            level = Level(file, ("defaults_by_tag", selector), data)
            for other in found:
                for path in conflicts(other.data, data):
                    if account.model and not account.file.holds(("settings", *path)):
                        arrived = f"different values from {other.path[1]!r} and {selector!r}"
                        cure = f"Say in {account.file.name} which one {account.model.name} gets."
                        self._problem(file, (*level.path, *path), arrived, "one value for each account", cure)
            found.append(level)
        return found

    # ── What hangs on them ─────────────────────────────────────────────────────────────────────────────────────────────

    def _with_attachments(self, configuration: Configuration, file: YamlFile, model: OrganizationFile) -> Configuration:
        administrators = {
            service: configuration.accounts[slug]
            for service, slug in sorted(model.delegated_administrators.items())
            if self.account_known(file, ("delegated_administrators", service), slug) and slug in configuration.accounts
        }
        configuration = replace(configuration, delegated_administrators=administrators)
        references = _References(self, configuration, file)
        sections = {
            each.key: each.resolved(getattr(model, each.key), references)
            for each in capabilities()
            if isinstance(each, OrganizationCapability)
        }
        policies = {
            slug: policy
            for slug, entry in self._files.policies.items()
            if entry.model is not None
            and (policy := self._policy(configuration, slug, entry.file, entry.model)) is not None
        }
        return replace(configuration, sections=sections, policies=policies)

    def nodes(
        self, organization: Organization, file: YamlFile, path: KeyPath, selectors: tuple[str, ...]
    ) -> tuple[Node, ...]:
        """Each selected node once, sorted; what could not be resolved has its problem elsewhere."""
        found: dict[str, Node] = {}
        for selector in self._check_selectors(file, path, selectors):
            try:
                found |= {node.selector: node for node in organization.select(selector)}
            except LookupError:
                continue
        return tuple(found[selector] for selector in sorted(found))

    def accounts_of(
        self, organization: Organization, file: YamlFile, path: KeyPath, selectors: tuple[str, ...]
    ) -> tuple[Account, ...]:
        """The accounts that selectors stand for, each once, sorted by slug."""
        nodes = self.nodes(organization, file, path, selectors)
        return organization.select_accounts(node.selector for node in nodes)

    def _policy(self, organization: Organization, slug: str, file: YamlFile, entry: PolicyFile) -> Policy | None:
        targets = self.nodes(organization, file, ("targets",), entry.targets)
        document, problems = document_of(entry, file, self._files.directory, organization)
        self.problems += problems
        if document is None:
            return None
        return Policy(
            slug=slug,
            name=entry.name or slug,
            type=entry.type,
            kind=entry.kind,
            description=entry.description,
            source=document,
            guardrail=entry.guardrail,
            guardrails=(entry.guardrail,) if entry.guardrail else tuple(sorted(entry.guardrails or ())),
            targets=targets,
            accepted_lockouts=tuple(
                Acceptance(
                    each.case,
                    self.accounts_of(organization, file, ("accepted_lockouts", index, "accounts"), each.accounts),
                    each.reason,
                )
                for index, each in enumerate(entry.accepted_lockouts)
            ),
            accepted_findings=tuple(accepted_as(each) for each in entry.accepted_findings if in_force(each)),
        )


@dataclass(frozen=True)
class _References:
    """Follows what organization.yaml names, for capabilities (`config.resolving.Resolving`)."""

    _resolver: Resolver
    configuration: Configuration
    _file: YamlFile

    def nodes(self, path: KeyPath, selectors: tuple[str, ...]) -> tuple[Node, ...]:
        return self._resolver.nodes(self.configuration, self._file, path, selectors)

    def accounts(self, path: KeyPath, selectors: tuple[str, ...]) -> tuple[Account, ...]:
        return self._resolver.accounts_of(self.configuration, self._file, path, selectors)

    def account(self, path: KeyPath, slug: str) -> Account | None:
        known = self._resolver.account_known(self._file, path, slug)
        return self.configuration.accounts.get(slug) if known else None

    def problem(self, path: KeyPath, arrived: str, expected: str, cure: str = "") -> None:
        self._resolver.problems.append(self._file.problem(path, arrived, expected, cure))


def _places(data: Any, path: str = "", keys: KeyPath = (), depth: int = 1) -> Iterator[_Place]:
    """Where OUs are written, in data that need not be valid."""
    key = "organizational_units"
    units = data.get(key) if isinstance(data, dict) else None
    if not isinstance(units, dict):
        return
    for slug, unit in units.items():
        place = _Place(slug, f"{path}/{slug}".lstrip("/"), (*keys, key, slug), depth)
        yield place
        yield from _places(unit, place.path, place.keys, depth + 1)


def _other_slug(place: _Place) -> str:
    return "-".join(reversed(place.path.split("/")[-2:]))

"""Follows every reference of the files and fills in everything inherited."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

from config.capabilities.address_plan import ADDRESS_PLAN, reservation
from config.capabilities.capability import OrganizationCapability
from config.errors import KeyPath, Problem
from config.facts.services import meant
from config.loading.names import Names, References
from config.loading.settings import Level, SettingsReader, conflicts, unknown_settings
from config.model.account import AccountFile
from config.model.jewels import JewelEntry
from config.model.lock import Existing
from config.model.organization import OrganizationFile, UnitEntry
from config.model.policy import PolicyFile
from config.model.settings import Settings
from config.model.unknown import UNKNOWN, UnjudgedError
from config.nodes import Acceptance, Account, Configuration, Node, Organization, Policy, Root, Unit
from config.registry import capabilities
from config.sources.accepted import accepted_as, in_force
from config.sources.documents import document_of, verbatim
from config.sources.files import Entry, Files
from config.sources.yaml_file import YamlFile

V = TypeVar("V")


class Resolver:
    """Builds the organization from its files.

    Args:
        files: What was read. Files with mistakes take part as far as they are right; `problems` then is not all there is.
    """

    def __init__(self, files: Files) -> None:
        self.problems: list[Problem] = []
        self.levels: dict[str, tuple[Level, ...]] = {}
        """What each level says of an account's settings, the weakest first, by its slug; where all of it is known."""
        self._files = files
        self._names = Names(files, self.problems)
        entries: tuple[Entry[Any], ...] = (files.organization, *files.accounts.values())
        doubtful = {(entry.file.name, path) for entry in entries for path in entry.refused}
        self._settings = SettingsReader(self.problems, doubtful)

    def organization(self) -> Configuration | None:
        """The organization, without what could not be resolved; None if organization.yaml is too far from right."""
        entry = self._files.organization
        if entry.file.root is None:  # not read, so nothing is known of the OUs that other files name
            return None
        self._names.check_tree()
        self._names.check_accounts()
        for name, rollout in (entry.model.rollouts if entry.model else {}).items():
            self._names.known_selectors(entry.file, ("rollouts", name, "waves"), rollout.waves)
        if entry.model is None:
            for policy in self._files.policies.values():
                if policy.model is not None:
                    self._names.known_selectors(policy.file, ("targets",), policy.model.targets)
            return None
        model = entry.model
        for index, team in enumerate(model.ci.owners.teams if model.ci and model.ci.owners else ()):
            self._names.known_selectors(entry.file, ("ci", "owners", "teams", index, "accounts"), team.accounts)
        for name, tier in model.ci.tiers.items() if model.ci else ():
            self._names.known_selectors(entry.file, ("ci", "tiers", name, "accounts"), tier.accounts)
        units = dict(sorted(self._units(entry, model)))
        accounts, settings = self._accounts(entry, model, units)
        lock = self._files.lock.model if self._files.lock else None
        configuration = Configuration(
            name=entry.known(model.name, "name"),
            slug=entry.known(model.slug, "slug"),
            partition=entry.known(model.partition, "partition"),
            home_region=entry.known(model.regions.home, "regions", "home"),
            governed_regions=entry.known(tuple(sorted({model.regions.home, *model.regions.governed})), "regions"),
            trusted_services=entry.known(
                _trusted(model.trusted_services, lock.service_access if lock else (), model.untrusted_services),
                "trusted_services",
            ),
            policy_types=entry.known(
                _with(model.policy_types, lock.policy_types if lock else (), model.disabled_policy_types),
                "policy_types",
            ),
            state=entry.known(model.state, "state"),
            execution_role=entry.marked("execution_role", model.execution_role),
            break_glass_role=entry.known(model.break_glass_role, "break_glass_role"),
            ci=entry.marked("ci", model.ci),
            tags=entry.known(dict(sorted(model.tags.items())), "tags"),
            default_tags=entry.known(model.default_tags, "default_tags"),
            region_per_resource=entry.known(model.regions.per_resource, "regions", "per_resource"),
            jewels=entry.known(self._jewels(entry.file, model), "jewels"),
            left_alone=entry.known(model.left_alone, "left_alone"),
            purposes=entry.known(dict(sorted(model.purposes.items())), "purposes"),
            existing_id=model.id if lock is None or lock.existing else None,
            existing=lock.existing if lock and lock.existing else Existing(),
            found=self._files.found,
            ram_sharing=lock is None or lock.ram_sharing,
            root=Root(lock.root_id if lock else None),
            units=units,
            accounts=accounts,
            settings=settings,
            leases={
                slug: each.known(each.model.lease, "lease")
                for slug, each in self._files.accounts.items()
                if each.model and each.model.lease
            },
            rollouts={
                **model.rollouts,
                **{
                    slug: each.model.rollout
                    for slug, each in self._files.policies.items()
                    if each.model and each.model.rollout
                },
            },
            lock=lock,
        )
        return self._with_attachments(configuration, entry, model)

    def _problem(self, file: YamlFile, path: KeyPath, arrived: str, expected: str, cure: str = "") -> None:
        self.problems.append(file.problem(path, arrived, expected, cure))

    def _jewels(self, file: YamlFile, model: OrganizationFile) -> dict[str, JewelEntry]:
        """Jewels, with the paths that are accepted today; a path whose day is over is accepted no more, which is said."""
        found = {}
        for key, jewel in sorted(model.jewels.items()):
            if jewel.account is not None:
                self._names.account_known(file, ("jewels", key, "account"), jewel.account)
            for index, path in enumerate(jewel.accepted):
                if not in_force(path):
                    cure = "Take the way away, or look at it again and say until when it may stay."
                    where: KeyPath = ("jewels", key, "accepted", index, "until")
                    self.problems.append(file.warning(where, str(path.until), "a day to come", cure))
            found[key] = jewel.model_copy(update={"accepted": tuple(filter(in_force, jewel.accepted))})
        return found

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
                inherited = parent.tags if parent else entry.known(model.tags, "tags")
                unit = Unit(
                    slug=slug,
                    path=f"{parent.path}/{slug}" if parent else slug,
                    name=self._of_units("name", unit_entry.name or slug.replace("-", " ").title()),
                    parent=parent,
                    tags=_merged(inherited, self._of_units("tags", unit_entry.tags)),
                    id=self._of_units("id", unit_entry.id or ids.get(slug)),
                    existing_id=None if slug in ids else self._of_units("id", unit_entry.id),
                    managed_by=self._of_units("managed_by", unit_entry.managed_by),
                    own_tags=self._of_units("own_tags", unit_entry.own_tags),
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
            if account is None:
                accounts[slug], all_settings[slug] = _unknown_account(slug), unknown_settings()
                continue
            known = account_entry.known
            purpose = known(account.purpose, "purpose")
            if purpose is not UNKNOWN and not self._names.purpose_known(account_entry.file, ("purpose",), purpose):
                purpose = UNKNOWN
            unit = known(units.get(account.ou, UNKNOWN) if account.ou else None, "ou")
            inherited: Mapping[str, str] = entry.known(model.tags, "tags")
            if unit is not None:
                inherited = UNKNOWN if unit is UNKNOWN else unit.tags
            tags = _merged(inherited, known(account.tags, "tags"))
            settings = all_settings[slug] = self._settings_of(entry, model, account_entry, unit, tags, purpose)
            home = entry.known(model.regions.home, "regions", "home")
            accounts[slug] = Account(
                slug=slug,
                name=known(account.name, "name"),
                email=known(account.email or entry.known(model.email.replace("{account}", slug), "email"), "email"),
                purpose=purpose,
                unit=unit,
                tags=tags,
                region=home if settings.region is None else settings.region,
                entry_role=known(
                    account.entry_role or entry.known(model.break_glass_role, "break_glass_role"), "entry_role"
                ),
                id=known(account.id or ids.get(slug), "id"),
                id_source="config" if account.id else "lock" if slug in ids else None,
                existing_id=None if slug in ids else known(account.id, "id"),
                managed_by=known(account.managed_by, "managed_by"),
                state=known(account.state, "state"),
                closing=known(account.closing, "closing"),
                create_govcloud=known(account.create_govcloud, "create_govcloud"),
            )
        return accounts, all_settings

    def _of_units(self, key: str, value: V) -> V:
        """A value that OUs have a part in, unless what some OU says of it is not known."""
        found: V = UNKNOWN if {key, "organizational_units"} & self._names.refused_of_units else value
        return found

    def _settings_of(
        self,
        entry: Entry[OrganizationFile],
        model: OrganizationFile,
        account: Entry[AccountFile],
        unit: Unit | None,
        tags: Mapping[str, str],
        purpose: str,
    ) -> Settings:
        own = Level(account.file, ("settings",), account.model.settings if account.model else {})
        inherited: Any = self._of_units("defaults", ())
        for key in ("defaults", "defaults_by_purpose", "defaults_by_tag", "rollouts", ADDRESS_PLAN.key):
            inherited = entry.known(inherited, key)
        by_purpose = model.defaults_by_purpose or any(
            wave.startswith("purpose:") for rollout in model.rollouts.values() for wave in rollout.now
        )
        asked = (inherited, unit, tags, account.known((), "settings"), *((purpose,) if by_purpose else ()))
        if any(each is UNKNOWN for each in asked):
            self._settings.settings((own,), complete=False)
            return unknown_settings()
        served = model.defaults_by_purpose.get(purpose) if by_purpose else None
        for_purpose = () if served is None else (Level(entry.file, ("defaults_by_purpose", purpose), served),)
        by_tag = self._agreeing(account, _by_tag(entry.file, model, tags))
        places = {
            "root",
            f"account:{Path(account.file.name).stem}",
            *(each.selector for each in (unit.chain if unit else ())),
        }
        places |= {f"purpose:{purpose}"} if by_purpose else set()
        in_waves = self._agreeing(account, _in_waves(entry.file, model, places, tags))
        levels = (*self._levels[unit.path if unit else ""], *for_purpose, *by_tag, *in_waves, own)
        range_ = reservation(model, Path(account.file.name).stem)
        if range_ and any("network" in level.data for level in levels):
            levels = (*levels[:-1], Level(entry.file, range_.path, range_.settings), own)
        self.levels[Path(account.file.name).stem] = levels
        values = {"account": Path(account.file.name).stem, "region": model.regions.home}
        return self._settings.settings(levels, complete=True, values=values)

    def _agreeing(self, account: Entry[AccountFile], levels: Iterable[Level]) -> list[Level]:
        """Levels of the same strength, which must not say different things of an account that does not say it itself."""
        found: list[Level] = []
        for level in levels:
            for other in found:
                for path in conflicts(other.data, level.data):
                    if account.model and not account.file.holds(("settings", *path)):
                        arrived = f"different values from {other.path[1]!r} and {level.path[1]!r}"
                        cure = f"Say in {account.file.name} which one {account.model.name} gets."
                        self._problem(level.file, (*level.path, *path), arrived, "one value for each account", cure)
            found.append(level)
        return found

    # ── What hangs on them ─────────────────────────────────────────────────────────────────────────────────────────────

    def _with_attachments(
        self, configuration: Configuration, entry: Entry[OrganizationFile], model: OrganizationFile
    ) -> Configuration:
        file = entry.file
        administrators = {
            service: configuration.accounts[slug]
            for service, slug in sorted(model.delegated_administrators.items())
            if self._names.account_known(file, ("delegated_administrators", service), slug)
            and slug in configuration.accounts
        }
        configuration = replace(
            configuration, delegated_administrators=entry.known(administrators, "delegated_administrators")
        )
        references = References(self._names, configuration, file, self.problems, self._files)
        sections = {
            each.key: _resolved(each, entry, references)
            for each in capabilities()
            if isinstance(each, OrganizationCapability)
        }
        policies = {
            slug: policy
            for slug, entry in self._files.policies.items()
            if (policy := self._policy(configuration, slug, entry)) is not None
        }
        for purpose in model.defaults_by_purpose:
            self._names.purpose_known(file, ("defaults_by_purpose", purpose), purpose)
        with suppress(UnjudgedError):
            for selector in model.defaults_by_tag:
                if not configuration.select(selector):
                    self._names.check_tag(configuration, file, ("defaults_by_tag", selector), selector)
        lists = self._names.nodes(configuration, file, ("without_full_access",), model.without_full_access)
        return replace(
            configuration,
            sections=sections,
            policies=policies,
            without_full_access=entry.known(lists, "without_full_access"),
        )

    def _policy(self, organization: Organization, slug: str, policy: Entry[PolicyFile]) -> Policy | None:
        file, entry, known = policy.file, policy.model, policy.known
        if entry is None:
            return None
        targets: tuple[Node, ...] = UNKNOWN
        with suppress(UnjudgedError):
            targets = self._names.nodes(organization, file, ("targets",), entry.targets)
            if entry.rollout is not None:
                self._names.known_selectors(file, ("rollout", "waves"), entry.rollout.waves)
                reached = self._names.nodes(organization, file, ("rollout", "waves"), entry.rollout.now)
                both = {node.selector: node for node in (*targets, *reached)}
                targets = tuple(both[selector] for selector in sorted(both))
        if known(entry.type, "type") is UNKNOWN:
            return None
        try:
            document, problems = document_of(entry, file, self._files.directory, organization, self._files.variables)
        except UnjudgedError:
            return None
        self.problems += problems
        if document is None:
            return None
        locked = self._files.lock.model.policies if self._files.lock and self._files.lock.model else {}
        return Policy(
            slug=slug,
            name=known(entry.name or slug, "name"),
            type=entry.type,
            kind=entry.kind,
            description=entry.description,
            source=document,
            guardrail=entry.guardrail,
            guardrails=(entry.guardrail,) if entry.guardrail else tuple(sorted(entry.guardrails or ())),
            targets=known(targets, "targets"),
            accepted_lockouts=tuple(
                Acceptance(
                    each.case,
                    self._names.accounts_of(
                        organization, file, ("accepted_lockouts", index, "accounts"), each.accounts
                    ),
                    each.reason,
                )
                for index, each in enumerate(entry.accepted_lockouts)
            ),
            accepted_findings=tuple(accepted_as(each) for each in entry.accepted_findings if in_force(each)),
            id=known(entry.id, "id"),
            existing_id=None if slug in locked else known(entry.id, "id"),
            managed_by=known(entry.managed_by, "managed_by"),
            tags=known(dict(sorted(entry.tags.items())), "tags"),
            text=verbatim(entry, self._files.directory),
        )


def _resolved(each: OrganizationCapability[Any], entry: Entry[OrganizationFile], references: References) -> Any:
    """What a key means. All that it names is looked at, but what comes of it is not known where a part of it is not."""
    written = getattr(entry.model, each.key)
    marked = entry.marked(each.key, written)
    found = UNKNOWN
    for value in (written,) if marked is written else (written, marked):
        try:
            found = each.resolved(value, references)
        except UnjudgedError:
            found = UNKNOWN
    return found


def _by_tag(file: YamlFile, model: OrganizationFile, tags: Mapping[str, str]) -> Iterator[Level]:
    for selector, data in sorted(model.defaults_by_tag.items()):
        key, _, value = selector.removeprefix("tag:").partition("=")
        if tags.get(key) == value:
            yield Level(file, ("defaults_by_tag", selector), data)


def _in_waves(
    file: YamlFile, model: OrganizationFile, places: Collection[str], tags: Mapping[str, str]
) -> Iterator[Level]:
    """What rollouts say of an account that they have reached; `places` are the selectors but for tags that stand for it."""
    for name, rollout in sorted(model.rollouts.items()):
        for wave in rollout.now:
            key, _, value = wave.removeprefix("tag:").partition("=")
            if wave in places or (wave.startswith("tag:") and tags.get(key) == value):
                yield Level(file, ("rollouts", name, "settings"), rollout.settings)
                break


def _merged(inherited: Mapping[str, str], own: Mapping[str, str]) -> Mapping[str, str]:
    """Tags, sorted by key; not known if either part is not."""
    found: Mapping[str, str] = UNKNOWN
    return found if inherited is UNKNOWN or own is UNKNOWN else dict(sorted({**inherited, **own}.items()))


def _with(wanted: Iterable[str], there: Iterable[str], gone: Iterable[str]) -> tuple[str, ...]:
    """What is wanted and what is there already, but for what somebody takes away by name."""
    return tuple(sorted(({*wanted, *there} - set(gone)) | set(wanted)))


def _trusted(wanted: Iterable[str], there: Iterable[str], gone: Iterable[str]) -> tuple[str, ...]:
    """The trusted services; what is misspelt counts as what was meant, so that it is the only error."""
    found = _with(wanted, there, gone)
    return tuple(sorted({*found, *(right for each in found if (right := meant(each, found)))}))


def _unknown_account(slug: str) -> Account:
    """An account of which nothing is known but that it is there."""
    return Account(**{**dict.fromkeys((field.name for field in fields(Account)), UNKNOWN), "slug": slug})

"""What is to be written, as the blocks of a Landing Zone Accelerator's configuration make it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from config.errors import did_you_mean, one_of
from config.model.types import Email, as_slug
from estate.adoption.slugs import slug_of, slugs
from estate.lza.taken import MAIN, Taken

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from estate.lza.reading import Lza, Node

_ROOT = "Root"
_LONG = 200
"""Names are shortened before they are cut."""


@dataclass(frozen=True)
class Note:
    """What differs from what a file says.

    Args:
        file: The file.
        path: The keys of the value that it is about.
        place: File and line.
        text: What differs.
    """

    file: str
    path: tuple[str | int, ...]
    place: str
    text: str


@dataclass
class Draft:
    """The configuration to be written.

    Args:
        lza: What it is made from.
        ids: Ids of accounts, by the Accelerator's names of them, where no file says them.
        organization: The content of organization.yaml.
        accounts: The content of each account's file, by slug.
        comments: What stands above an account's file, by slug.
        policies: The content of each policy's file, by slug.
        documents: The JSON files below policies/, by path.
        notes: What differs.
        told: What is to be said besides.
        networks: VPCs, for what comes after them.
        topics: Addresses by the name of their topic.
        runbooks: Names of documents of Systems Manager here, by the Accelerator's.
        severities: Addresses by the severity of findings that they are told of.
    """

    lza: Lza
    ids: Mapping[str, str] = field(default_factory=dict)
    organization: dict[str, Any] = field(default_factory=dict)
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    policies: dict[str, dict[str, Any]] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    networks: Taken = field(default_factory=Taken)
    topics: dict[str, list[str]] = field(default_factory=dict)
    runbooks: dict[str, str] = field(default_factory=dict)
    severities: dict[str, list[str]] = field(default_factory=dict)
    _slugs: dict[str, str] = field(default_factory=dict)
    _units: dict[str, str] = field(default_factory=dict)
    _homes: dict[str, str] = field(default_factory=dict)

    def short(self, name: str, *beginnings: str) -> str:
        """The slug of a name without how many of the Accelerator's names begin: its prefix, a region, and others.

        Args:
            name: The name.
            beginnings: What it may begin with besides, as names.
        """
        slug = as_slug(name, _LONG)
        for begins in (*beginnings, self.lza.prefix, *self.organization.get("regions", {}).get("governed", ())):
            rest = slug.removeprefix(f"{as_slug(begins, _LONG)}-")
            slug = rest if rest[:1].isalpha() else slug
        return as_slug(slug)

    def shortened(self, names: Mapping[str, str], taken: Collection[str], kind: str) -> dict[str, str]:
        """A slug for each of some names, by the same keys.

        Args:
            names: The names.
            taken: Slugs that others have.
            kind: What stands for a name that gives no slug.
        """
        return slugs({key: self.short(name) for key, name in names.items()}, {}, taken, kind)

    def note(self, node: Node, text: str) -> None:
        """Say what differs from what a value says."""
        note = Note(node.file.name, node.path, node.place, text)
        if note not in self.notes:
            self.notes.append(note)

    def tags(self, node: Node) -> None:
        """Read tags of something that has those of its account only, and say so where it had others."""
        if other := sorted(self.own_tags(node)):
            self.note(
                node.child("tags"), f"Left out: tags of its own ({', '.join(other)}). It has those of its account."
            )

    def own_tags(self, node: Node) -> dict[str, str]:
        """Tags of something, but for those that everything has."""
        found = {each.needed("key"): each.text("value") for each in node.each("tags")}
        usual = self.organization.get("tags", {})
        return {key: value for key, value in found.items() if key and usual.get(key) != value}

    def tell(self, text: str) -> None:
        """Say something that is about no value."""
        self.told.append(text)

    def only(self, node: Node, key: str, value: Any, text: str) -> None:
        """Read a value that there is one of here, and say so where it is another."""
        found = node.child(key).seen()
        if found.value is not None and found.value != value:
            self.note(found, text)

    # ── Organization.yaml ──────────────────────────────────────────────────────────────────────────────────────────────

    def at(self, *keys: str) -> dict[str, Any]:
        """A mapping of organization.yaml, made where it is not there."""
        found = self.organization
        for key in keys:
            found = found.setdefault(key, {})
        return found

    def settings(self, *keys: str, account: str | None = None, unit: str | None = None) -> dict[str, Any]:
        """A mapping of the settings of an account (by slug), of an OU (by path), else of all accounts."""
        found: dict[str, Any]
        if account is not None:
            found = self.accounts[account].setdefault("settings", {})
        elif unit is not None:
            found = self.unit(unit).setdefault("defaults", {})
        else:
            found = self.at("defaults")
        for key in keys:
            found = found.setdefault(key, {})
        return found

    def settings_of(self, selector: str, *keys: str) -> dict[str, Any]:
        """A mapping of the settings of those that a selector of `targets` names."""
        kind, _, name = selector.partition(":")
        return self.settings(*keys, account=name if kind == "account" else None, unit=name if kind == "ou" else None)

    def administer(self, service: str, account: str | None) -> None:
        """Have a service trusted, and administered by an account."""
        self.trust(service)
        if account is not None:
            self.at("delegated_administrators").setdefault(service, account)

    def trust(self, *services: str) -> None:
        """Have services trusted."""
        trusted = self.organization.setdefault("trusted_services", [])
        trusted += [service for service in services if service not in trusted]

    def logging(self, *keys: str) -> dict[str, Any]:
        """A mapping of the trail and its archive, with what they need."""
        self.administer("cloudtrail.amazonaws.com", self.with_purpose("security"))
        return self.at("logging", *keys)

    def alerts(self, severity: str, emails: Iterable[str]) -> None:
        """Have people told of Security Hub's findings of a severity, if it is on."""
        told = self.severities.setdefault(severity, [])
        told += [each for each in emails if each not in told]

    def config_rules(self) -> dict[str, Any]:
        """The rules of AWS Config, with what they need."""
        security = self.with_purpose("security")
        self.administer("config.amazonaws.com", security)
        self.administer("config-multiaccountsetup.amazonaws.com", security)
        return self.at("security", "config", "rules")

    def policy_type(self, type_: str) -> None:
        """Have a policy type switched on."""
        types = self.organization.setdefault("policy_types", [])
        if type_ not in types:
            types.append(type_)

    def every_unit(self) -> list[dict[str, Any]]:
        """All OUs of organization.yaml."""
        return [self.unit(path) for path in self._units.values()]

    def selectors(self) -> list[str]:
        """Selectors of all OUs."""
        return [f"ou:{path}" for path in self._units.values()]

    def said(self, selector: str) -> dict[str, Any]:
        """The settings of those that a selector names, as far as something is said of them."""
        kind, _, name = selector.partition(":")
        place = self.accounts[name] if kind == "account" else self.unit(name) if kind == "ou" else self.organization
        found: dict[str, Any] = place.get("settings" if kind == "account" else "defaults", {})
        return found

    def vpc(self, home: str, slug: str) -> dict[str, Any]:
        """A VPC that was taken over, by whose it is (an account's slug, or a selector) and its slug."""
        found: dict[str, Any] = self.settings_of(home if ":" in home or home == "root" else f"account:{home}")[
            "network"
        ]
        vpc: dict[str, Any] = found if slug == MAIN else found["vpcs"][slug]
        return vpc

    def every_network(self) -> Iterator[dict[str, Any]]:
        """The settings of all VPCs."""
        places = [self.at("defaults"), *(self.unit(path).get("defaults", {}) for path in self._units.values())]
        places += [entry.get("settings", {}) for entry in self.accounts.values()]
        for network in (place["network"] for place in places if "network" in place):
            yield network
            yield from network.get("vpcs", {}).values()

    # ── OUs and accounts ───────────────────────────────────────────────────────────────────────────────────────────────

    def add_units(self, units: Iterable[Node]) -> None:
        """Have the OUs; those that others are in come with them."""
        wanted: dict[str, Node] = {}
        for node in units:
            parts = node.needed("name").split("/")
            for depth in range(1, len(parts) + 1):
                wanted.setdefault("/".join(parts[:depth]), node)
        wanted.pop("", None)
        names = {path: path.rpartition("/")[2] for path in wanted}
        above = {path: slug_of(path.rpartition("/")[0].rpartition("/")[2]) for path in wanted}
        found = slugs(names, above, ["root"], "ou")
        for path in sorted(wanted, key=lambda each: each.count("/")):
            parent, _, name = path.rpartition("/")
            ours = f"{self._units[parent]}/{found[path]}" if parent else found[path]
            self._units[path] = ours
            entry = self.unit(ours)
            if name != found[path].replace("-", " ").title():
                entry["name"] = name

    def unit(self, path: str) -> dict[str, Any]:
        """An OU of organization.yaml, by path."""
        found = self.organization
        for slug in path.split("/"):
            found = found.setdefault("organizational_units", {}).setdefault(slug, {})
        return found

    def add_account(self, node: Node, purpose: str) -> None:
        """Have an account."""
        name, email = node.needed("name"), node.needed("email") and node.typed("email", Email)
        slug = slugs({name: name}, {}, self.accounts, "account")[name]
        unit = node.text("organizationalUnit", _ROOT)
        home = self.unit_of(node.child("organizationalUnit"), unit) if unit != _ROOT else None
        entry: dict[str, Any] = {"name": name}
        if purpose != "workload":
            entry["purpose"] = purpose
        entry["email"] = email
        if home:
            entry["ou"] = home
        if about := node.text("description"):
            self.comments[slug] = " ".join(about.split())
        if name in self.ids:
            entry["id"] = self.ids[name]
        self.accounts[slug] = entry
        self._slugs[name] = slug
        self._homes[slug] = home or ""

    def unit_of(self, node: Node, name: str) -> str:
        """The path of an OU that a value names."""
        if name not in self._units:
            self._unknown(node, name, [_ROOT, *self._units], "an OU")
        return self._units.get(name, "")

    def slug(self, node: Node, name: str) -> str | None:
        """The slug of an account that a value names."""
        if name not in self._slugs:
            self._unknown(node, name, self._slugs, "an account")
        return self._slugs.get(name)

    @staticmethod
    def _unknown(node: Node, name: str, known: Iterable[str], what: str) -> None:
        node.problem(repr(name), f"{what} of the configuration: {one_of(known)}", did_you_mean(name, known))

    def account_at(self, node: Node, key: str) -> str | None:
        """The slug of the account that a key names."""
        name = node.text(key)
        return self.slug(node.child(key), name) if name else None

    @property
    def units(self) -> Mapping[str, str]:
        """The paths of OUs, by the Accelerator's."""
        return self._units

    @property
    def lza_accounts(self) -> Mapping[str, str]:
        """The slugs of accounts, by the Accelerator's names of them."""
        return self._slugs

    def with_purpose(self, purpose: str) -> str | None:
        """The slug of the account with a purpose."""
        return next(
            (slug for slug, entry in self.accounts.items() if entry.get("purpose", "workload") == purpose), None
        )

    def selected(self, selector: str) -> list[str]:
        """The slugs of the accounts that a selector names."""
        kind, _, name = selector.partition(":")
        return [name] if kind == "account" else self.below(name) if kind == "ou" else [*self.accounts]

    def below(self, unit: str) -> list[str]:
        """The slugs of the accounts below an OU."""
        return [slug for slug, home in self._homes.items() if f"{home}/".startswith(f"{unit}/")]

    def ids_in(self, text: str) -> str:
        """A text with slugs in place of the Accelerator's names of accounts."""
        for name, slug in self._slugs.items():
            text = text.replace(f"$(account_ids.{name})", f"$(account_ids.{slug})")
        return text

    # ── Targets ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def targets(self, node: Node, *, inherited: bool = False) -> list[str]:
        """The selectors that `deploymentTargets` or `shareTargets` stand for.

        Args:
            node: The mapping.
            inherited: Whether AWS hands on to what is below an OU anyway, as it does with policies.
        """
        node.mapping()
        units, accounts = node.texts("organizationalUnits"), node.texts("accounts")
        without = {self.slug(node.child("excludedAccounts"), name) for name in node.texts("excludedAccounts")}
        if regions := node.texts("excludedRegions"):
            self.note(node.child("excludedRegions"), f"Not left out here: {', '.join(regions)}.")
        found: list[str] = []
        for name in units:
            path = "" if name == _ROOT else self.unit_of(node.child("organizationalUnits"), name)
            if path or name == _ROOT:
                found += self._but(path, without - {self.with_purpose("management")})
            nested = [other for other in self._units if other.startswith(f"{name}/") and other not in units]
            if not inherited and any(self.below(self._units[other]) for other in nested):
                text = f"What is below the OU {name} is meant, too: {', '.join(nested)}; the Accelerator means accounts right in it."
                self.note(node.child("organizationalUnits"), text)
        found += [f"account:{slug}" for name in accounts if (slug := self.slug(node.child("accounts"), name))]
        return list(dict.fromkeys(found))

    def levels(self, slug: str) -> list[dict[str, Any]]:
        """What is said of an account's settings, from weak to strong."""
        home = self._homes[slug].split("/") if self._homes[slug] else []
        units = [f"ou:{'/'.join(home[:depth])}" for depth in range(1, len(home) + 1)]
        return [self.said(selector) for selector in ("root", *units, f"account:{slug}")]

    def but(self, selectors: Iterable[str], without: Collection[str]) -> list[str]:
        """Selectors without some accounts."""
        found: list[str] = []
        for each in selectors:
            kind, _, name = each.partition(":")
            if kind == "account":
                found += [] if name in without else [each]
            else:
                parts = self._but(name if kind == "ou" else "", {*without})
                management = self.with_purpose("management")
                found += (
                    parts
                    if parts == [each] or kind == "ou" or management in without
                    else [*parts, f"account:{management}"]
                )
        return list(dict.fromkeys(found))

    def but_management(self, selectors: Iterable[str]) -> list[str]:
        """Selectors without the management account."""
        management = f"account:{self.with_purpose('management')}"
        top = [f"ou:{path}" for path in sorted(self._units.values()) if "/" not in path]
        right_in = [f"account:{slug}" for slug, home in self._homes.items() if not home]
        found = [other for each in selectors for other in ([*top, *right_in] if each == "root" else [each])]
        return [each for each in dict.fromkeys(found) if each != management]

    def _but(self, unit: str, without: set[str | None]) -> list[str]:
        """Selectors of an OU, or the root, without some accounts."""
        if not without & {*self.below(unit)} and not (unit == "" and without & {*self.accounts}):
            return [f"ou:{unit}" if unit else "root"]
        below = {path for path in self._units.values() if path.rpartition("/")[0] == unit}
        right_in = [slug for slug, home in self._homes.items() if home == unit and slug not in without]
        found = [selector for path in sorted(below) for selector in self._but(path, without)]
        return [*found, *(f"account:{slug}" for slug in right_in if slug != self.with_purpose("management"))]

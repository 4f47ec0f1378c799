"""What files name: OUs, accounts and selectors of them. What is not there becomes a problem of the place that names it."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from config.errors import KeyPath, Problem, did_you_mean, nearest, one_of
from config.model.account import BUILT_IN
from config.nodes import Account, Configuration, Node, Organization
from config.sources.documents import read_document, read_text
from config.sources.files import Entry, Files
from config.sources.yaml_file import YamlFile
from constructs_lib.policies.document import PolicyDocument
from constructs_lib.policies.quotas import quota

_DEEPEST = quota("ou.depth").limit
"""OUs below each other, as AWS allows."""
_SAME: Final = 0.85
"""Share of letters in the order of another word; of `staging`, `stagging` has more."""


@dataclass(frozen=True)
class _Place:
    """Where an OU is written."""

    slug: str
    path: str
    keys: KeyPath
    depth: int


class Names:
    """The OUs and accounts that there are, and who names others.

    Args:
        files: What was read.
        problems: Where problems go.
    """

    def __init__(self, files: Files, problems: list[Problem]) -> None:
        self._files, self._problems = files, problems
        entries: tuple[Entry[Any], ...] = (files.organization, *files.accounts.values(), *files.policies.values())
        self._doubtful = {(entry.file.name, path) for entry in entries for path in entry.doubtful}
        self._places = {place.path: place for place in _places(files.organization.file.data)}
        self.refused_of_units = {_key_of_unit(path) for path in files.organization.refused}
        """The keys of OUs that were refused; `organizational_units` for an OU as a whole."""

    def check_tree(self) -> None:
        """No two OUs have one slug, and none is deeper than AWS allows."""
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

    def check_accounts(self) -> None:
        """Each account is in an OU that there is."""
        for entry in self._files.accounts.values():
            ou = entry.model.ou if entry.model else None
            if ou is not None and ou not in self._places:
                self._unknown_unit(entry.file, ("ou",), ou)

    def _unknown_unit(self, file: YamlFile, path: KeyPath, ou: str, prefix: str = "") -> None:
        if "organizational_units" in self.refused_of_units:
            return  # it may be what was refused
        by_slug = {place.slug: place.path for place in reversed(self._places.values())}
        slug = ou.rsplit("/", 1)[-1]
        cure = f"Did you mean {prefix + by_slug[slug]!r}?" if slug in by_slug else did_you_mean(ou, self._places)
        if ou == "root" and not prefix:
            cure = "Leave `ou` out: the account is in the root then."
        self._problem(file, path, repr(prefix + ou), f"the path of an OU: {one_of(sorted(self._places))}", cure)

    def known_selectors(self, file: YamlFile, path: KeyPath, selectors: tuple[str, ...]) -> list[str]:
        """The selectors that name what is there."""
        known = []
        for index, selector in enumerate(selectors):
            kind, _, rest = selector.partition(":")
            if kind == "ou" and rest not in self._places:
                self._unknown_unit(file, (*path, index), rest, "ou:")
            elif (kind == "account" and not self.account_known(file, (*path, index), rest, "account:")) or (
                kind == "purpose" and not self.purpose_known(file, (*path, index), rest, "purpose:")
            ):
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

    def purpose_known(self, file: YamlFile, path: KeyPath, purpose: str, prefix: str = "") -> bool:
        """Whether there is a purpose; if not, the place that names it has a problem, unless it may be one that was refused."""
        organization = self._files.organization
        own = organization.model.purposes if organization.model else {}
        if purpose in BUILT_IN or purpose in own:
            return True
        if organization.model is not None and not any(refused[:1] == ("purposes",) for refused in organization.refused):
            known = (*BUILT_IN, *sorted(own))
            near = nearest(purpose, known)  # without the prefix, in which all are alike
            cure = (
                f"Did you mean {prefix + near!r}?"
                if near
                else f"Write it below `purposes` of {organization.file.name}."
            )
            self._problem(file, path, repr(prefix + purpose), one_of(prefix + other for other in known), cure)
        return False

    def nodes(
        self, organization: Organization, file: YamlFile, path: KeyPath, selectors: tuple[str, ...]
    ) -> tuple[Node, ...]:
        """Each selected node once, sorted; what could not be resolved has its problem elsewhere."""
        found: dict[str, Node] = {}
        for selector in self.known_selectors(file, path, selectors):
            try:
                selected = organization.select(selector)
            except LookupError:
                continue
            found |= {node.selector: node for node in selected}
            if selector.startswith("tag:") and not selected:
                self.check_tag(organization, file, (*path, selectors.index(selector)), selector)
        return tuple(found[selector] for selector in sorted(found))

    def check_tag(self, organization: Organization, file: YamlFile, path: KeyPath, selector: str) -> None:
        """A warning for a tag of a selector that no account has: a slip, or a tag that accounts will have."""
        tags = {(key, value) for account in organization.accounts.values() for key, value in account.tags.items()}
        key, _, value = selector.removeprefix("tag:").partition("=")
        right = key if key in dict(tags) else _slip(key, {known for known, _ in tags})
        values = {known for its, known in tags if its == right}
        meant = value if value in values else _slip(value, values)
        if right is None or meant is None or (right, meant) == (key, value):
            return
        expected, cure = "a tag that an account has", f"Did you mean 'tag:{right}={meant}'?"
        found = file.warning(path, f"{selector!r}, which selects no account", expected, cure)
        if found not in self._problems:
            self._problems.append(found)

    def accounts_of(
        self, organization: Organization, file: YamlFile, path: KeyPath, selectors: tuple[str, ...]
    ) -> tuple[Account, ...]:
        """The accounts that selectors stand for, each once, sorted by slug."""
        nodes = self.nodes(organization, file, path, selectors)
        return organization.select_accounts(node.selector for node in nodes)

    def _problem(self, file: YamlFile, path: KeyPath, arrived: str, expected: str, cure: str = "") -> None:
        if (file.name, path) not in self._doubtful:  # the variable's own problem says it
            self._problems.append(file.problem(path, arrived, expected, cure))


@dataclass(frozen=True)
class References:
    """Follows what organization.yaml names, for capabilities (`config.sources.resolving.Resolving`)."""

    _names: Names
    configuration: Configuration
    _file: YamlFile
    _problems: list[Problem]
    _files: Files

    def nodes(self, path: KeyPath, selectors: tuple[str, ...]) -> tuple[Node, ...]:
        """As the protocol says."""
        found = self._names.nodes(self.configuration, self._file, path, selectors)
        return tuple(node for node in found if not (isinstance(node, Account) and node.closing is True))

    def accounts(self, path: KeyPath, selectors: tuple[str, ...]) -> tuple[Account, ...]:
        """As the protocol says."""
        found = self._names.accounts_of(self.configuration, self._file, path, selectors)
        return tuple(account for account in found if account.closing is not True)

    def account(self, path: KeyPath, slug: str) -> Account | None:
        """As the protocol says."""
        known = self._names.account_known(self._file, path, slug)
        return self.configuration.accounts.get(slug) if known else None

    def text(self, path: KeyPath, name: str) -> str | None:
        """As the protocol says."""
        found, problems = read_text(self._file, path, self._files.directory, name)
        self._problems.extend(problems)
        return found

    def document(self, path: KeyPath, name: str) -> PolicyDocument | None:
        """As the protocol says."""
        found, problems = read_document(
            self._file, path, self._files.directory, name, self._files.variables, of_accounts=True
        )
        self._problems.extend(problems)
        return found

    def problem(self, path: KeyPath, arrived: str, expected: str, cure: str = "") -> None:
        """As the protocol says."""
        self._problems.append(self._file.problem(path, arrived, expected, cure))


def _slip(word: str, known: Iterable[str]) -> str | None:
    """The known word of which another one is a misspelling: not one of the same kind, such as `team-b` for `team-a`."""
    near = nearest(word, known)
    alike = near and difflib.SequenceMatcher(None, near.lower(), word.lower()).ratio() >= _SAME
    return near if alike else None


def _key_of_unit(path: KeyPath) -> str | int | None:
    """The key of an OU that a path of organization.yaml leads to or through; `organizational_units` for the OU as a whole."""
    if path[:1] != ("organizational_units",):
        return None
    while path[2:] and path[0] == "organizational_units":
        path = path[2:]
    return path[0]


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

"""Variables in the configuration's texts: `$(partition)`, `$(account)`, values of one's own. No template language.

Whatever is the same for the whole organization is put in where a file is read, so that it is checked as if it had been
written out. What differs between accounts stays for whoever knows the account: settings (`config.loading.settings`), and the
documents of roles and policies of accounts (`stacks.variables`).
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import cache
from typing import Any, Final

from config.errors import KeyPath, Problem, describe, did_you_mean, nearest, one_of
from config.nodes import ORGANIZATION_ID
from config.places import ACCOUNTS, LOCK, ORGANIZATION, POLICIES
from config.sources.yaml_file import YamlFile
from constructs_lib.policies.document import PolicyDocument

KEY: Final = "variables"
SIGN: Final = "$("
REFERENCE: Final = re.compile(r"\$\(([^()]*)\)")
_IDS: Final = "account_ids."
_DEFAULTS: Final = {"partition": "aws"}
STAND_INS: Final = {
    "account": "account",
    "region": "us-east-1",
    "account_id": "000000000000",
    "organization_id": "o-0000000000",
}
"""Of an account that there is not, for what is judged without one."""
OF_ORGANIZATION: Final = ("partition", "home_region", "organization_id")
OF_ACCOUNT: Final = ("account", "region", "account_id")
"""What an account's slug, region and id are called."""
BUILT_IN: Final = (*OF_ORGANIZATION, *OF_ACCOUNT, "account_ids")
_READ: Final = {"partition": ("partition",), "home_region": ("regions", "home")}


class Scope(Enum):
    """What is known where a text stands."""

    ORGANIZATION = auto()
    """What is the same for all accounts."""
    FILE = auto()
    """The account's slug, too: a key of its file."""
    SETTINGS = auto()
    """The account's slug and region, too; not its id, which AWS gives later."""
    DOCUMENT = auto()
    """All of the account: a document that stands in its stack, where Terraform fills in what AWS gives later."""


_KNOWN: Final[Mapping[Scope, Collection[str]]] = {
    Scope.ORGANIZATION: (),
    Scope.FILE: ("account",),
    Scope.SETTINGS: ("account", "region"),
    Scope.DOCUMENT: OF_ACCOUNT,
}
"""The variables that stay as they are written, for whoever knows the account."""


class _RefusedError(Exception):
    """A variable that cannot be put in."""

    def __init__(self, arrived: str, expected: str, cure: str = "") -> None:
        super().__init__(arrived)
        self.arrived, self.expected, self.cure = arrived, expected, cure


class _DoubtfulError(Exception):
    """A variable whose own value is refused, where it is written."""


@dataclass(frozen=True)
class Filled:
    """What comes of a file.

    Args:
        file: The file with the values of variables.
        problems: What is wrong with variables in it.
        doubtful: Where variables are wrong: something plausible stands there, which says nothing.
    """

    file: YamlFile
    problems: tuple[Problem, ...]
    doubtful: frozenset[KeyPath]


def put_in(text: str, values: Mapping[str, str]) -> str:
    """A text with the values of variables in it; others stay.

    Example:
        >>> put_in("logs-$(account)-$(other)", {"account": "shop"})
        'logs-shop-$(other)'
    """
    return REFERENCE.sub(lambda found: values.get(found[1].strip(), found[0]), text)


def put_in_all(data: Any, values: Mapping[str, str]) -> Any:
    """Data with the values of variables in all of its texts."""
    if isinstance(data, str):
        return put_in(data, values) if SIGN in data else data
    if isinstance(data, Mapping):
        return {key: put_in_all(value, values) for key, value in data.items()}
    return tuple(put_in_all(value, values) for value in data) if isinstance(data, tuple) else data


def named_in(document: PolicyDocument) -> frozenset[str]:
    """The variables that are left in a document."""
    text = document.to_json()
    return frozenset(name.strip() for name in REFERENCE.findall(text)) if SIGN in text else frozenset()


def put_into(document: PolicyDocument, values: Mapping[str, str]) -> PolicyDocument:
    """A document with the values of variables."""
    return PolicyDocument.from_json(put_in(document.to_json(), values)) if named_in(document) else document


def as_in_some_account(document: PolicyDocument) -> PolicyDocument:
    """A document as an account could have it, to be judged."""
    return put_into(document, STAND_INS)


class Variables:
    """The variables of an organization.

    Args:
        file: organization.yaml as it is written; None if it cannot be read.
        read: Reads another file of the directory by its name, as data; None if it is not there or cannot be read.
        accounts: The slugs of the accounts that have a file.
    """

    def __init__(
        self, file: YamlFile | None, read: Callable[[str], Any], accounts: Callable[[], Collection[str]] = tuple
    ) -> None:
        self._there = file is not None
        self._file = file or YamlFile(ORGANIZATION, {})
        self._read = cache(read)
        self._accounts = accounts
        self._used: set[str] = set()
        self._known: dict[str, Any] = {}
        self._asked: list[str] = []
        own = self._file.data.get(KEY)
        self._own: Mapping[str, Any] = own if isinstance(own, dict) else {}

    def filled(self, file: YamlFile) -> Filled:
        """A file with the values of all variables that are known where they stand."""
        problems: list[Problem] = []
        doubtful: set[KeyPath] = set()

        def value(data: Any, path: KeyPath) -> Any:
            if path == (KEY,) and file.name == ORGANIZATION:
                problems.extend(self._judged())
                return data
            if isinstance(data, dict):
                for key in data:
                    if in_key := self._in_key(key, file, (*path, key)):
                        problems.append(in_key)
                        doubtful.add((*path, key))
                return {key: value(each, (*path, key)) for key, each in data.items()}
            if isinstance(data, tuple):
                return tuple(value(each, (*path, index)) for index, each in enumerate(data))
            if not isinstance(data, str) or SIGN not in data:
                return data
            found, problem, right = self._text(data, _scope(file.name, path), file, path)
            if not right:
                doubtful.add(path)
            problems.extend(problem)
            return found

        data = value(file.data, ())
        found = file if data == file.data else replace(file, data=data)
        return Filled(found, tuple(problems), frozenset(doubtful))

    def document(self, content: Any, file: YamlFile, path: KeyPath, *, of_accounts: bool) -> tuple[Any, list[Problem]]:
        """The content of a JSON file with the values of variables, and what is wrong with them.

        Args:
            content: The content.
            file: The file that names it.
            path: The key that does.
            of_accounts: Whether it stands in the stacks of accounts, where the rest is put in.
        """
        scope = Scope.DOCUMENT if of_accounts else Scope.ORGANIZATION
        problems: list[Problem] = []

        def value(data: Any) -> Any:
            if isinstance(data, dict):
                problems.extend(in_key for key in data if (in_key := self._in_key(key, file, path)))
                return {key: value(each) for key, each in data.items()}
            if isinstance(data, list):
                return [value(each) for each in data]
            if not isinstance(data, str) or SIGN not in data:
                return data
            found, problem, _ = self._text(data, scope, file, path)
            problems.extend(problem)
            return list(found) if isinstance(found, tuple) else found

        return value(content), list(dict.fromkeys(problems))

    def unused(self) -> Iterator[Problem]:
        """A problem for each of the organization's own that nothing uses."""
        for name, value in self._own.items():
            if name not in self._used and name not in BUILT_IN:
                expected = f"`$({name})` in some file: nothing uses it"
                yield self._file.problem((KEY, name), describe(value), expected, "Remove it, or correct its name.")

    def _in_key(self, key: Any, file: YamlFile, path: KeyPath) -> Problem | None:
        """What is wrong with a key that has a variable: it would stay as it is written."""
        if SIGN not in str(key):
            return None
        self._used.update(name.strip() for name in REFERENCE.findall(str(key)))
        return file.problem(path, f"the key {str(key)!r}", "keys without variables", "Write it out.")

    def _text(self, text: str, scope: Scope, file: YamlFile, path: KeyPath) -> tuple[Any, list[Problem], bool]:
        """A text with values in it, what is wrong, and whether all is right."""
        try:
            return self._resolved(text, scope, file), [], True
        except _RefusedError as error:
            return (
                self._plausible(text, scope, file),
                [file.problem(path, error.arrived, error.expected, error.cure)],
                False,
            )
        except _DoubtfulError:
            return self._plausible(text, scope, file), [], False

    def _plausible(self, text: str, scope: Scope, file: YamlFile) -> str:
        """A text with something in place of the variables that are wrong, so that the rest of it can be judged."""

        def some(found: re.Match[str]) -> str:
            name = found[1].strip()
            try:
                return _inside(self._named(name, found[0], scope, file), found[0])
            except (_DoubtfulError, _RefusedError):
                return STAND_INS["account_id"] if name.startswith(_IDS) else STAND_INS.get(name, "x")

        return REFERENCE.sub(some, text)

    def _resolved(self, text: str, scope: Scope, file: YamlFile) -> Any:
        """A text with values in it; what is one variable and nothing else has the value's type."""
        if SIGN in REFERENCE.sub("", text):
            expected = f"`{SIGN}`, the name of a variable, and `)`, without another variable between them"
            raise _RefusedError(repr(text), expected)
        if whole := REFERENCE.fullmatch(text):
            return self._named(whole[1].strip(), whole[0], scope, file)
        return REFERENCE.sub(
            lambda found: _inside(self._named(found[1].strip(), found[0], scope, file), found[0]), text
        )

    def _named(self, name: str, written: str, scope: Scope, file: YamlFile) -> Any:
        if name == "account" and scope is Scope.FILE:
            return file.name.rpartition("/")[2].removesuffix(".yaml")
        if name == "organization_id":
            return self._organization_id() or self._organization_id_later(written, scope, file)
        if name in _KNOWN[scope]:
            return written
        if name in OF_ACCOUNT:
            known = ", ".join(f"`{each}`" for each in _KNOWN[scope] if each in OF_ACCOUNT)
            expected = f"of an account's variables only {known}" if known else "none of an account's variables"
            cure = "`account_id` is known in `statements` and documents of `roles`, `customer_policies` and `endpoint_policies`, `account` and `region` "
            raise _RefusedError(repr(written), f"{expected} here", f"{cure}there and in settings.")
        if name.startswith(_IDS):
            return self._account_id(name.removeprefix(_IDS), written)
        return self._value_of(name, written)

    # ── Values ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _value_of(self, name: str, written: str) -> Any:
        if not self._there:
            raise _DoubtfulError
        if name not in self._own and name not in _READ:
            names = [*self._own, *OF_ORGANIZATION, *OF_ACCOUNT, f"{_IDS}<slug>"]
            cure = f"IAM's own are written ${{{name}}}." if ":" in name else did_you_mean(name, names)
            cure = cure or f"Write it in `{KEY}` of {ORGANIZATION}."
            raise _RefusedError(repr(written), f"a variable: {one_of(names)}", cure)
        self._not_asked(name, written)
        self._used.add(name)
        try:
            return self._value(name)
        except _RefusedError:
            if self._asked or name not in self._own:
                raise
            raise _DoubtfulError from None  # it is said where the value is written

    def _value(self, name: str) -> Any:
        if name not in self._known:
            self._asked.append(name)
            try:
                found = self._own[name] if name in self._own else self._read_of(name)
                if not isinstance(found, str | int | tuple):
                    raise _DoubtfulError  # the model says what is wrong with it
                self._known[name] = self._filled(found)
            finally:
                self._asked.pop()
        return self._known[name]

    def _read_of(self, name: str) -> Any:
        value: Any = self._file.data
        for key in _READ[name]:
            value = value.get(key) if isinstance(value, dict) else None
        return _DEFAULTS.get(name) if value is None else value

    def _filled(self, value: Any) -> Any:
        """The value of a variable, which may name others."""
        if isinstance(value, tuple):
            return tuple(map(self._filled, value))
        return self._resolved(value, Scope.ORGANIZATION, self._file) if isinstance(value, str) else value

    def _judged(self) -> Iterator[Problem]:
        """What is wrong with the organization's own values, whether they are used or not."""
        for name in self._own:
            if name in BUILT_IN:
                yield self._file.problem(
                    (KEY, name), repr(name), "a name that no other variable has", "Choose another."
                )
            try:
                with suppress(_DoubtfulError):
                    self._value(name)
            except _RefusedError as error:
                yield self._file.problem((KEY, name), error.arrived, error.expected, error.cure)

    def _organization_id(self) -> str | None:
        lock = self._read(LOCK)
        found = self._file.data.get("id") or (lock.get("organization_id") if isinstance(lock, dict) else None)
        return self._id("organization_id", found) if isinstance(found, str) else None

    def _id(self, name: str, value: str) -> str:
        """An id as it is written, which may name a variable."""
        if SIGN not in value:
            return value
        self._not_asked(name, f"$({name})")
        self._asked.append(name)
        try:
            return str(self._resolved(value, Scope.ORGANIZATION, self._file))
        finally:
            self._asked.pop()

    def _not_asked(self, name: str, written: str) -> None:
        """Refuse what would need itself."""
        if name in self._asked:
            way = " → ".join((*self._asked[self._asked.index(name) :], name))
            raise _RefusedError(f"{written!r}, whose value needs itself ({way})", "values without a circle")

    @staticmethod
    def _organization_id_later(written: str, scope: Scope, file: YamlFile) -> str:
        """What stands for the organization's id until AWS has given it."""
        if scope is Scope.DOCUMENT:
            return written
        if file.name.startswith(f"{POLICIES}/"):
            return ORGANIZATION_ID
        cure = "Deploy the organization first, or write `id`."
        raise _RefusedError(
            f"{written!r}, which AWS has not given yet", "the id of an organization that is there", cure
        )

    def _account_id(self, slug: str, written: str) -> str:
        account, lock = None if "/" in slug else self._read(f"{ACCOUNTS}/{slug}.yaml"), self._read(LOCK)
        if not isinstance(account, dict):
            near = nearest(slug, self._accounts())
            cure = f"Did you mean '{SIGN}{_IDS}{near})'?" if near else ""
            raise _RefusedError(repr(written), f"`{_IDS}` and the slug of an account", cure)
        ids = lock.get("accounts") if isinstance(lock, dict) else None
        found = account.get("id") or (ids.get(slug) if isinstance(ids, dict) else None)
        if found is None:
            cure = f"Deploy the account first, or write `id` in {ACCOUNTS}/{slug}.yaml."
            raise _RefusedError(f"{written!r}, which AWS has not given yet", "the id of an account that is there", cure)
        return self._id(f"{_IDS}{slug}", str(found))


def _inside(value: Any, written: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        arrived = f"{written!r}, {describe(value)}, inside of a text"
        raise _RefusedError(arrived, "text or a number there", "Write the variable by itself.")
    return str(value)


def _scope(name: str, path: KeyPath) -> Scope:
    """What is known at a place in a file."""
    if name.startswith(f"{ACCOUNTS}/"):
        return Scope.SETTINGS if path[0] == "settings" else Scope.FILE
    if name != ORGANIZATION:
        return Scope.ORGANIZATION
    if path[0] in ("defaults", "defaults_by_purpose", "defaults_by_tag", "rollouts") or (
        path[0] == "organizational_units" and "defaults" in path
    ):
        return Scope.SETTINGS
    of_accounts = path[0] in ("roles", "customer_policies", "endpoint_policies")
    return Scope.DOCUMENT if of_accounts and path[2:3] == ("statements",) else Scope.ORGANIZATION

"""The files of a Landing Zone Accelerator's configuration, with their replacements put in, and what is read of them.

Whatever is read is noted, so that nothing that a file says is passed over in silence: the rest is told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter, ValidationError

from config.errors import Problem, describe, did_you_mean, one_of
from config.sources.yaml_file import YamlFile, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from config.errors import KeyPath

REPLACEMENTS: Final = "replacements-config.yaml"
ACCOUNTS: Final = "accounts-config.yaml"
GLOBAL: Final = "global-config.yaml"
ORGANIZATION: Final = "organization-config.yaml"
IAM: Final = "iam-config.yaml"
SECURITY: Final = "security-config.yaml"
NETWORK: Final = "network-config.yaml"
CUSTOMIZATIONS: Final = "customizations-config.yaml"
MANAGEMENT: Final = "Management"
"""What the management account is called, whatever its name is."""
FILES: Final = (REPLACEMENTS, ACCOUNTS, GLOBAL, ORGANIZATION, IAM, SECURITY, NETWORK, CUSTOMIZATIONS)
"""The files by name, in the order in which they are read."""
_NEEDED: Final = {ACCOUNTS: "mandatoryAccounts", GLOBAL: "homeRegion", ORGANIZATION: "organizationalUnits"}
"""Files that have to be there, each with a key that it has to have."""
_ACCOUNT_LISTS: Final = ("mandatoryAccounts", "workloadAccounts")
_REPLACEMENT: Final = re.compile(r"\{\{\s*([\w.-]+)(?:\s+([\w.-]+))?\s*\}\}")
_PREFIX: Final = "AcceleratorPrefix"
USUAL_PREFIX: Final = "AWSAccelerator"


class LzaError(Exception):
    """The configuration cannot be read; `problems` says what is wrong with it.

    Args:
        directory: Its directory.
        problems: What is wrong.
    """

    def __init__(self, directory: Path, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.directory, self.problems = directory, tuple(problems)


@dataclass
class Lza:
    """A configuration.

    Args:
        directory: Where it is.
        files: What is in its files, by name.
        replacements: Values of `globalReplacements`, by key.
        problems: What is wrong with it.
        read: Which values were read: the file's name and the value's keys.
    """

    directory: Path
    files: dict[str, YamlFile] = field(default_factory=dict)
    replacements: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    read: set[tuple[str, KeyPath]] = field(default_factory=set)

    def file(self, name: str) -> Node:
        """What is in a file; nothing if there is no such file."""
        file = self.files.get(name) or YamlFile(name, {})
        return Node(self, file, (), file.data)

    def refuse(self) -> None:
        """Raise what is wrong, if anything is."""
        if self.problems:
            raise LzaError(self.directory, self.problems)

    @property
    def prefix(self) -> str:
        """What the names of the Accelerator's own resources begin with; it is told to its installer, and rarely here."""
        return str(self.replacements.get(_PREFIX, USUAL_PREFIX))

    def text_of(self, name: str, node: Node) -> str | None:
        """The text of a file that another one names.

        Args:
            name: Its path below the directory.
            node: What names it.
        """
        path = self.directory / name
        expected = "a file of the configuration's directory"
        try:
            if not path.resolve().is_relative_to(self.directory.resolve()):
                node.problem(repr(name), expected, "Move it there.")
                return None
            return path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            there = [str(found.relative_to(self.directory)) for found in path.parent.glob("*")] or []
            node.problem(f"{name!r}, which is not there", expected, did_you_mean(name, there))
        except (OSError, UnicodeDecodeError) as error:
            node.problem(f"{name!r}, which cannot be read ({error})", expected)
        return None


class Node:
    """A value of a file.

    Args:
        lza: The configuration.
        file: The file.
        path: The keys that lead to the value.
        value: The value; None if there is none.
    """

    def __init__(self, lza: Lza, file: YamlFile, path: KeyPath, value: Any) -> None:
        self.lza, self.file, self.path, self.value = lza, file, path, value

    def __bool__(self) -> bool:
        return self.value not in (None, {}, ())

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.file.name}:{self.file.line(self.path)}"

    def problem(self, arrived: str, expected: str, cure: str = "") -> None:
        """Note that the value is wrong."""
        self.lza.problems.append(self.file.problem(self.path, arrived, expected, cure))

    def child(self, *keys: str) -> Node:
        """The value below some keys."""
        value: Any = self.value
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        return Node(self.lza, self.file, (*self.path, *keys), value)

    def __getitem__(self, index: int) -> Node:
        return Node(self.lza, self.file, (*self.path, index), self.value[index])

    def seen(self) -> Node:
        """Note that the value, with all that is in it, was read."""
        for path, _ in leaves(self.path, self.value):
            self.lza.read.add((self.file.name, path))
        return self

    def mapping(self) -> Mapping[str, Any]:
        """The value, which must be a mapping."""
        if self.value is None or isinstance(self.value, dict):
            return self.value or {}
        self.problem(describe(self.value), "a mapping of keys and values")
        return {}

    def each(self, *keys: str) -> list[Node]:
        """The entries of a list of mappings below some keys."""
        node = self.child(*keys)
        if node.value is None:
            return []
        if not isinstance(node.value, tuple):
            node.problem(describe(node.value), "a list")
            return []
        found = [node[index] for index in range(len(node.value))]
        for entry in found:
            if not isinstance(entry.value, dict):
                entry.problem(describe(entry.value), "a mapping of keys and values")
        return [entry for entry in found if isinstance(entry.value, dict)]

    def text(self, key: str, default: str = "") -> str:
        """A text below a key; numbers are taken as text."""
        node = self.child(key).seen()
        if node.value is None:
            return default
        if isinstance(node.value, bool) or not isinstance(node.value, str | int | float):
            node.problem(describe(node.value), "text")
            return default
        return str(node.value)

    def needed(self, key: str) -> str:
        """A text below a key that has to be there."""
        found = self.text(key)
        if not found and self.child(key).value in (None, ""):
            self.problem(f"nothing for `{key}`", f"a value for `{key}`")
        return found

    def typed(self, key: str, kind: Any) -> str:
        """A text below a key, as our configuration takes it; empty if there is none, or another."""
        found = self.text(key)
        return found if found and self.child(key).fits(found, kind) else ""

    def fits(self, text: str, kind: Any) -> bool:
        """Whether our configuration takes a text that is, or is in, the value; what is wrong with it is noted."""
        try:
            TypeAdapter(kind).validate_python(text)
        except ValidationError as error:
            context = error.errors()[0].get("ctx", {})
            self.problem(describe(text), str(context.get("expected", "another value")), str(context.get("cure", "")))
            return False
        return True

    def flag(self, key: str, default: bool = False) -> bool:  # noqa: FBT001, FBT002 - what a missing key means
        """A truth value below a key."""
        node = self.child(key).seen()
        if node.value is None:
            return default
        if not isinstance(node.value, bool):
            node.problem(describe(node.value), "true or false")
            return default
        return node.value

    def number(self, key: str, default: int | None = None) -> int | None:
        """A whole number below a key."""
        node = self.child(key).seen()
        if node.value is None:
            return default
        if isinstance(node.value, str) and node.value.isdigit():
            return int(node.value)
        if isinstance(node.value, bool) or not isinstance(node.value, int):
            node.problem(describe(node.value), "a whole number")
            return default
        return node.value

    def texts(self, key: str) -> list[str]:
        """A list of texts below a key."""
        node = self.child(key).seen()
        if node.value is None:
            return []
        if not isinstance(node.value, tuple) or any(isinstance(each, dict | tuple) for each in node.value):
            node.problem(describe(node.value), "a list of texts")
            return []
        return [str(each) for each in node.value if each is not None]


def leaves(path: KeyPath, value: Any) -> Iterator[tuple[KeyPath, Any]]:
    """What a value consists of, with the keys that lead there; nothing of what is empty."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from leaves((*path, key), each)
    elif isinstance(value, tuple):
        for index, each in enumerate(value):
            yield from leaves((*path, index), each)
    elif value is not None:
        yield path, value


def read(directory: Path, values: Mapping[str, str]) -> Lza:
    """Read a configuration.

    Args:
        directory: Where it is.
        values: Values of replacements that are known to AWS only (of SSM parameters), by key.

    Raises:
        LzaError: Something in it is wrong.
    """
    lza = Lza(directory)
    cure = "Name the directory that has accounts-config.yaml, global-config.yaml and the others side by side."
    lza.problems += [
        Problem(name, 0, (), "no such file", "a Landing Zone Accelerator's configuration", cure)
        for name in _NEEDED
        if not (directory / name).is_file()
    ]
    lza.refuse()
    names: list[str] = []
    for name in FILES:
        if (directory / name).is_file():
            _read(lza, name, names)
        if name == REPLACEMENTS:
            _replacements(lza, values)
        elif name == ACCOUNTS:
            root = lza.file(name)
            names += [entry.text("name") for key in _ACCOUNT_LISTS for entry in root.each(key)]
    for name, key in _NEEDED.items():
        if name in lza.files and not lza.file(name).child(key):
            lza.file(name).child(key).problem("nothing", f"a value for `{key}`")
    lza.refuse()
    return lza


def _read(lza: Lza, name: str, accounts: Sequence[str]) -> None:
    try:
        text = (lza.directory / name).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        arrived = f"the byte 0x{error.object[error.start]:02x}"
        lza.problems.append(Problem(name, line, (), arrived, "text in UTF-8", "Save the file with that encoding."))
        return
    if name != REPLACEMENTS:
        text = _with_values(lza, name, text, accounts)
    file, problems = parse(name, text, aliases=True)
    lza.problems += problems
    if file is not None and isinstance(file.data, dict):
        lza.files[name] = file


def _with_values(lza: Lza, name: str, text: str, accounts: Sequence[str]) -> str:
    """A file's text with the values of replacements; what AWS resolves (`{{resolve:…}}`) stays."""
    lines = []
    for number, line in enumerate(text.splitlines(), start=1):

        def value(found: re.Match[str], number: int = number, line: str = line) -> str:
            key, argument = found[1], found[2]
            if key == "account" and argument:
                return f"$(account_ids.{argument})"  # its slug is put in where the text is taken
            if key in accounts:
                return key
            if key in lza.replacements:
                return _written(lza.replacements[key])
            if not line.lstrip().startswith("#"):
                cure = did_you_mean(key, lza.replacements) or f"Add it there, or say --value {key}=…"
                expected = f"a key of `globalReplacements` in {REPLACEMENTS}: {one_of(sorted(lza.replacements))}"
                lza.problems.append(Problem(name, number, (), f"the replacement {found[0]}", expected, cure))
            return key

        lines.append(_REPLACEMENT.sub(value, line))
    return "\n".join(lines) + "\n"


def _written(value: Any) -> str:
    """A value as the Accelerator puts it into a text: lists by commas."""
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _replacements(lza: Lza, values: Mapping[str, str]) -> None:
    root = lza.file(REPLACEMENTS)
    keys = set()
    for entry in root.each("globalReplacements"):
        key, kind, path = entry.needed("key"), entry.text("type"), entry.text("path")
        keys.add(key)
        value = entry.child("value").seen().value
        if key in values:
            lza.replacements[key] = values[key]
        elif value is not None and kind != "SSM":
            lza.replacements[key] = value
        else:
            where = f"the value of the SSM parameter {path}, which only AWS knows" if path else "no value"
            entry.problem(where, "a value", f"Say it: --value {key}=…")
            lza.replacements[key] = key
    for key in sorted({*values} - keys):
        lza.problems.append(
            Problem(
                REPLACEMENTS,
                0,
                (),
                f"--value {key}=…",
                f"a key of `globalReplacements`: {one_of(sorted(keys))}",
                did_you_mean(key, keys),
            )
        )

"""YAML files as plain data that remembers where each value was written.

Scalars are read as YAML 1.2 does, where it matters: only ``true`` and ``false`` are truth values (``no`` and ``on`` are
text), and only plain decimal numbers are numbers, so an account id with a leading zero, a version or a time stays text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.resolver import BaseResolver

from config.errors import KeyPath, Problem

# libyaml's composer recurses in C: deeper nesting than the stack holds would end the process instead of raising.
_MOST_BRACKETS = 10_000
_LONGEST_LINE = 10_000

_TAG = "tag:yaml.org,2002:"
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_MERGE = "<<"
_PLAIN_TAGS = {_TAG + name for name in ("str", "map", "seq")}


class _Parser(CParser, BaseResolver):
    """libyaml's parser with no implicit types: every scalar is text, its style says whether it was quoted."""

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        BaseResolver.__init__(self)


@dataclass(frozen=True)
class YamlFile:
    """One file that was read.

    Args:
        name: Its path relative to the configuration's directory, with forward slashes.
        data: Its content: dicts, tuples, strings, numbers, truth values and None.
        root: The tree that `data` was made from.
    """

    name: str
    data: Any
    root: Node | None = None

    def line(self, path: KeyPath = ()) -> int:
        """The line of a value, or of the nearest thing around it that is there."""
        node, line = self.root, 1
        for part in path:
            found = _child(node, part)
            if found is None:
                return line
            key, node = found
            line = key.start_mark.line + 1
        return line

    def holds(self, path: KeyPath) -> bool:
        """Whether the file itself holds a value there."""
        node = self.root
        for part in path:
            found = _child(node, part)
            if found is None:
                return False
            node = found[1]
        return True

    def problem(self, path: KeyPath, arrived: str, expected: str, cure: str = "") -> Problem:
        """Say what is wrong with a value of this file."""
        return Problem(self.name, self.line(path), path, arrived, expected, cure)

    def warning(self, path: KeyPath, arrived: str, expected: str, cure: str = "") -> Problem:
        """Say what is allowed in this file, but hardly meant."""
        return Problem(self.name, self.line(path), path, arrived, expected, cure, severity="warning")


def read(directory: Path, name: str) -> tuple[YamlFile | None, list[Problem]]:
    """Read a file.

    Args:
        directory: The configuration's directory.
        name: The file's path below it.

    Returns:
        The file, or None if it holds nothing that could be checked, and what is wrong with it.
    """
    try:
        text = (directory / name).read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        cure = "Write it, or let ESTATE_CONFIG name the directory that has it."
        return None, [Problem(name, 0, (), "no such file", "it to be there", cure)]
    except OSError as error:
        arrived = f"something that cannot be read ({(error.strerror or 'unknown reason').lower()})"
        return None, [Problem(name, 0, (), arrived, "a file", "Check its access rights.")]
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        arrived = f"the byte 0x{error.object[error.start]:02x}"
        return None, [Problem(name, line, (), arrived, "text in UTF-8", "Save the file with that encoding.")]
    return parse(name, text)


def parse(name: str, text: str, *, aliases: bool = False) -> tuple[YamlFile | None, list[Problem]]:
    """Read the text of a file; as `read`.

    Args:
        name: The file's name.
        text: Its text.
        aliases: Whether values may be written once and named elsewhere, and mappings merged, as files of others have it.
    """
    file, problems = _parsed(name, text, aliases)
    return file, list(problems)


@lru_cache(maxsize=4096)  # a command that edits one file reads all of them before and after
def _parsed(name: str, text: str, aliases: bool) -> tuple[YamlFile | None, Sequence[Problem]]:  # noqa: FBT001 - for the cache
    too_long = max(map(len, text.splitlines()), default=0) > _LONGEST_LINE
    if too_long or text.count("[") + text.count("{") > _MOST_BRACKETS:
        expected = f"lines of at most {_LONGEST_LINE:,} characters and at most {_MOST_BRACKETS:,} brackets in a file"
        return None, [Problem(name, 0, (), "more", expected, "Write lists and mappings over several lines.")]
    try:
        root = _Parser(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        arrived = re.sub("^(?:but )?found ", "", str(error.problem))
        arrived += f" {error.context}" if str(error.context).startswith("while") else ""
        cure = "Check indentation, colons and quotes there and in the line above."
        return None, [Problem(name, mark.line + 1 if mark else 0, (), arrived, "valid YAML", cure)]
    except yaml.YAMLError as error:  # a character that YAML does not allow
        return None, [Problem(name, 0, (), str(error).splitlines()[0], "valid YAML", "Remove that character.")]
    if root is None:
        return None, [Problem(name, 0, (), "an empty file", "a mapping of keys and values")]
    reader = _Reader(name, aliases=aliases)
    data = reader.value(root, ())
    file = YamlFile(name, data, root)
    if not isinstance(data, dict):
        kind = {tuple: "a list", type(None): "nothing"}.get(type(data), "a single value")
        cure = "Write `key: value` lines."
        return None, [*reader.problems, file.problem((), kind, "a mapping of keys and values", cure)]
    return file, reader.problems


class _Reader:
    """Turns a tree of nodes into plain data and notes what may not be written."""

    def __init__(self, name: str, *, aliases: bool) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self._aliases = aliases
        self._seen: dict[int, Any] = {}
        self._around: set[int] = set()

    def value(self, node: Node, path: KeyPath, key: Node | None = None) -> Any:
        if node.tag not in _PLAIN_TAGS and node.tag != "!":
            tag = node.tag.replace(_TAG, "!!")
            self._problem(node, path, f"the tag {tag}", "a value without a YAML tag", "Remove the tag.")
        if not self._aliases and (id(node) in self._seen or id(node) in self._around):
            cure = "Write the value out; what several accounts share belongs into `defaults`."
            self._problem(key or node, path, "an alias", "a value of its own", cure)
            return None
        if id(node) in self._around:
            self._problem(key or node, path, "an alias of what it is in", "a value that has an end", "Write it out.")
            return None
        if id(node) in self._seen:
            return self._seen[id(node)]
        self._around.add(id(node))
        found: Any = None
        if isinstance(node, ScalarNode):
            found = node.value if node.style else scalar(node.value)
        elif isinstance(node, SequenceNode):
            found = tuple(self.value(child, (*path, index)) for index, child in enumerate(node.value))
        elif isinstance(node, MappingNode):
            found = self._mapping(node, path)
        self._around.discard(id(node))
        self._seen[id(node)] = found
        return found

    def _mapping(self, node: MappingNode, path: KeyPath) -> dict[str, Any]:
        found = dict(self._items(node, path))
        merged = found.pop(_MERGE, ()) if self._aliases else ()
        for each in merged if isinstance(merged, tuple) else (merged,):
            found = {**(each if isinstance(each, dict) else {}), **found}
        return found

    def _items(self, node: MappingNode, path: KeyPath) -> Iterator[tuple[str, Any]]:
        lines: dict[str, int] = {}
        for key, child in node.value:
            if not isinstance(key, ScalarNode):
                self._problem(key, path, "a key that is a list or a mapping", "text as a key")
                continue
            line = key.start_mark.line + 1
            if key.value in lines:
                arrived = f"the key {key.value!r} again (first in line {lines[key.value]})"
                self._problem(key, (*path, key.value), arrived, "each key once", "Merge the two or remove one.")
                continue
            lines[key.value] = line
            yield key.value, self.value(child, (*path, key.value), key)

    def _problem(self, node: Node, path: KeyPath, arrived: str, expected: str, cure: str = "") -> None:
        self.problems.append(Problem(self.name, node.start_mark.line + 1, path, arrived, expected, cure))


def scalar(text: str) -> str | int | float | bool | None:
    """What an unquoted scalar means."""
    if text in _WORDS:
        return _WORDS[text]
    number = _NUMBER.fullmatch(text)
    if not number:
        return text
    # A number of more digits than a float or Python's own limit keeps would not be what was written.
    longest = 15
    if len(text) > longest:
        return text
    return float(text) if number[1] else int(text)


def _child(node: Node | None, part: str | int) -> tuple[Node, Node] | None:
    """The key node (the entry itself in a list) and the value node below `part`."""
    if isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    if isinstance(node, MappingNode):
        for key, child in node.value:
            if isinstance(key, ScalarNode) and key.value == part:
                return key, child
    return None

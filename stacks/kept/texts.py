"""The JSON of stacks by content, and how it gets to where it is wanted."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from stacks import output

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from stacks.kept.store import Store

_KIND: Final = "text"
_AT_A_TIME: Final = 64


def digest_of(text: bytes) -> str:
    """What names a text."""
    return sha256(text).hexdigest()


def place(store: Store, out: Path, texts: Mapping[str, str]) -> set[str]:
    """Write the JSON of stacks.

    Args:
        store: Where it is kept.
        out: The output directory. What is there already is not written again.
        texts: The digest of each stack's JSON, by its name.

    Returns:
        The stacks whose JSON is there now.
    """
    missing = {name: text for name, text in texts.items() if not _is_there(out, name, text)}
    store.use(_KIND, texts.values())
    placed = texts.keys() - missing.keys()
    names = list(missing)
    for start in range(0, len(names), _AT_A_TIME):
        some = names[start : start + _AT_A_TIME]
        found = store.get(_KIND, [missing[name] for name in some])
        for name in some:
            content = found.get(missing[name])
            if content is not None and digest_of(content) == missing[name]:
                path = output.directory_of(out, name) / output.CONTENT
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
                placed.add(name)
    return placed


def read(store: Store, text: str) -> bytes | None:
    """The JSON that a digest names; None if it is not kept."""
    return store.get(_KIND, [text]).get(text)


def keep(store: Store, out: Path, names: Iterable[str]) -> dict[str, str]:
    """Keep the JSON of stacks.

    Returns:
        The digest of each stack's JSON.
    """
    digests, contents = {}, {}
    for name in names:
        content = (output.directory_of(out, name) / output.CONTENT).read_bytes()
        digests[name] = digest_of(content)
        contents[digests[name]] = content
        if len(contents) == _AT_A_TIME:
            store.put(_KIND, contents)
            contents = {}
    store.put(_KIND, contents)
    return digests


def _is_there(out: Path, name: str, text: str) -> bool:
    try:
        return digest_of((output.directory_of(out, name) / output.CONTENT).read_bytes()) == text
    except OSError:
        return False

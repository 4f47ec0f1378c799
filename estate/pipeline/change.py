"""A change that is data to this program: its configuration is read, none of its code is run."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_CONFIG: Final = "config"
_DATA: Final = frozenset({".yaml", ".yml", ".json"})
# config/ is a room of this program, too.
_OWN: Final = "config/schema/"
# What a change can touch besides the configuration, and what it is called; the first that fits.
_PARTS: Final = (
    ("estate/guard/", "the guard"),
    ("config/approvals.yaml", "the guard's approvals"),
    (".github/", "the pipeline"),
    (".gitlab", "the pipeline"),
    ("CODEOWNERS", "the pipeline"),
    ("estate/pipeline/", "the pipeline"),
    ("estate/", "the program"),
    ("stacks/", "the program"),
    ("constructs_lib/", "the program"),
    ("config/", "the program"),
    ("main.py", "the program"),
    ("Makefile", "the program"),
    ("cdktf.json", "the program"),
    ("Pipfile", "the program"),
    ("package", "the program"),
    ("pyproject.toml", "the program"),
    (".terraform.lock.hcl", "the program"),
    ("extensions/", "extensions"),
)
_OTHER: Final = "other files"
# What no job runs. A module of any other name beside main.py would come before one that is installed.
_HARMLESS: Final = frozenset({".git", "bench", "docs", "examples", "organization_tests", "tests", "LICENSE"})
_SHOWN: Final = 20
_MEANING: Final = (
    "Everything below was made by the code of the branch that this goes to, from the change's configuration. What the changed "
    "code does shows in the plans after the merge, before anything is applied."
)


class NotDataError(ValueError):
    """A change's configuration is not only files of data; the message says what is."""


def take_configuration(checkout: Path, change: Path) -> None:
    """Put the configuration of a change in place of a checkout's.

    Args:
        checkout: This program's.
        change: The change's.

    Raises:
        NotDataError: A file of it is a link: it could show anything that this job can read.
    """
    source = change / _CONFIG
    files = list(_data(source))
    links = [path for path in source.rglob("*") if path.is_symlink()]
    if source.is_symlink() or links:
        named = ", ".join(path.relative_to(change).as_posix() for path in links[:_SHOWN] or [source])
        raise NotDataError(f"The change's configuration has links, which are not followed: {named}. Use files.")
    for path in list(_data(checkout / _CONFIG)):
        path.unlink()
    for path in files:
        target = checkout / path.relative_to(change)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def touched(checkout: Path, change: Path) -> str:
    """What a change changes besides the configuration, as Markdown; empty if nothing.

    Args:
        checkout: What it is compared with.
        change: The change.
    """
    found: dict[str, list[str]] = {}
    names = {path.relative_to(root).as_posix() for root in (checkout, change) for path in _code(root)}
    names |= {path.relative_to(change).as_posix() for path in _others(change)}
    for name in sorted(names):
        if not _same(checkout / name, change / name):
            part = next((called for prefix, called in _PARTS if name.startswith(prefix)), _OTHER)
            found.setdefault(part, []).append(name)
    if not found:
        return ""
    lines = [f"### This change touches {', '.join(sorted(found))}", ""]
    for part, files in sorted(found.items()):
        shown = ", ".join(f"`{name}`" for name in files[:_SHOWN])
        more = f" and {len(files) - _SHOWN} more" if len(files) > _SHOWN else ""
        lines.append(f"- {part}: {shown}{more}")
    return "\n".join([*lines, "", _MEANING, "", ""])


def _data(directory: Path) -> Iterator[Path]:
    for path in sorted(directory.rglob("*")):
        own = f"{_CONFIG}/{path.relative_to(directory).as_posix()}".startswith(_OWN)
        if path.suffix in _DATA and path.is_file() and not path.is_symlink() and not own:
            yield path


def _code(root: Path) -> Iterator[Path]:
    """The files that decide what the program does: all of the parts but the configuration's data."""
    for prefix in sorted({prefix.partition("/")[0] for prefix, _ in _PARTS}):
        for top in root.glob(f"{prefix}*"):
            for path in _files(top):
                name = path.relative_to(root).as_posix()
                if any(name.startswith(prefix) for prefix, _ in _PARTS) and not _is_data(name):
                    yield path


def _others(change: Path) -> Iterator[Path]:
    """What a change has besides: a checkout has more, such as what its jobs made."""
    for top in change.iterdir():
        if top.name not in _HARMLESS and top.suffix != ".md":
            for path in _files(top):
                name = path.relative_to(change).as_posix()
                if not any(name.startswith(prefix) for prefix, _ in _PARTS) and not name.startswith(f"{_CONFIG}/"):
                    yield path


def _files(top: Path) -> Iterator[Path]:
    for path in [top] if top.is_file() or top.is_symlink() else top.rglob("*"):
        if "__pycache__" not in path.parts and (path.is_symlink() or not path.is_dir()):
            yield path


def _is_data(name: str) -> bool:
    """Whether a file is the organization's data; approvals are named all the same, since they lift the guard."""
    return (
        name.startswith(f"{_CONFIG}/")
        and Path(name).suffix in _DATA
        and not name.startswith(_OWN)
        and name != "config/approvals.yaml"
    )


def _same(one: Path, other: Path) -> bool:
    if one.is_symlink() or other.is_symlink():
        return one.is_symlink() and other.is_symlink() and one.readlink() == other.readlink()
    return one.is_file() and other.is_file() and one.read_bytes() == other.read_bytes()

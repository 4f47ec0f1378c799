"""CDKTF's output directory, written as CDKTF would have."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

MANIFEST: Final = "manifest.json"
CONTENT: Final = "cdk.tf.json"
MODULE: Final = "module"
"""The directory beside a workload's JSON that holds its Terraform module, if it has one."""
_quoted: Final = json.JSONEncoder(ensure_ascii=False).encode
# Keys with characters that JavaScript sorts by the halves that they are made of; and such a half, which has no bytes.
_SORTED_OTHERWISE: Final = re.compile(r'^ *"(?:[^"\\]|\\.)*[\U00010000-\U0010ffff](?:[^"\\]|\\.)*":', re.MULTILINE)
_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")

Manifest = dict[str, Any]
"""The content of manifest.json: ``version``, and an entry for each of the ``stacks``."""


def directory_of(out: Path, stack: str) -> Path:
    """A stack's directory."""
    return out / "stacks" / stack


def read_manifest(out: Path) -> Manifest:
    """What an output directory says that it holds."""
    found: Manifest = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    return found


def write_manifest(out: Path, version: str, stacks: Mapping[str, Any]) -> None:
    """Say what an output directory holds."""
    (out / MANIFEST).write_text(as_text({"stacks": stacks, "version": version}), encoding="utf-8")


def as_text(content: Any) -> str:
    """JSON as CDKTF writes it: with sorted keys, and the line broken in what is empty, too."""
    return _as_text(content, "\n")


def _as_text(value: Any, line: str) -> str:
    inner = f"{line}  "
    if isinstance(value, dict):
        members = [f"{inner}{_quoted(key)}: {_as_text(value[key], inner)}" for key in sorted(value)]
        return f"{{{','.join(members)}{line}}}"
    if isinstance(value, list):
        return f"[{','.join([f'{inner}{_as_text(item, inner)}' for item in value])}{line}]"
    return _quoted(value) if isinstance(value, str) else json.dumps(value)


def read_text(out: Path, stack: str) -> str:
    """A stack's JSON, as it is written."""
    return (directory_of(out, stack) / CONTENT).read_text(encoding="utf-8")


def write_text(out: Path, stack: str, text: str) -> None:
    """Write a stack's JSON."""
    (directory_of(out, stack) / CONTENT).write_text(text, encoding="utf-8")


def read(out: Path, stack: str) -> dict[str, Any]:
    """A stack's JSON."""
    found: dict[str, Any] = json.loads(read_text(out, stack))
    return found


def rewritten(text: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> tuple[str, dict[str, Any]] | None:
    """A stack's JSON, changed after CDKTF has written it.

    Args:
        text: What CDKTF has written.
        change: Gives the JSON as it is to be.

    Returns:
        The text as it is to be, and what it says; None if it holds what Python would write differently than JavaScript.
    """
    fractions: list[str] = []

    def fraction(digits: str) -> float:
        fractions.append(digits)
        return float(digits)

    content = change(json.loads(text, parse_float=fraction))
    if any(repr(float(digits)) != digits for digits in fractions) or _is_written_otherwise(text):
        return None
    return as_text(content), content


def _is_written_otherwise(text: str) -> bool:
    return _HALF.search(text) is not None or (not text.isascii() and _SORTED_OTHERWISE.search(text) is not None)


def copy_lock(lock_file: Path, out: Path, stacks: Iterable[str]) -> None:
    """Give stacks the committed provider lock, so that `terraform init` asks no registry which provider to take."""
    content = lock_file.read_bytes()
    for stack in stacks:
        (directory_of(out, stack) / lock_file.name).write_bytes(content)


def copy_modules(modules: Mapping[str, str], out: Path) -> None:
    """Give workloads' stacks their Terraform modules, by the stacks' names: the output is complete by itself."""
    for stack, module in modules.items():
        target = directory_of(out, stack) / MODULE
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(module, target)


def move(part: Path, out: Path, stacks: Iterable[str]) -> None:
    """Move stacks from one output directory to another. What Terraform left there stays."""
    for stack in stacks:
        source, target = directory_of(part, stack), directory_of(out, stack)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            source.rename(target)
        except OSError:  # there is one with something in it
            shutil.copytree(source, target, copy_function=_replace, dirs_exist_ok=True)


def _replace(source: str, target: str) -> None:
    from pathlib import Path  # noqa: PLC0415 - for annotations only elsewhere

    Path(source).replace(target)

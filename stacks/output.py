"""CDKTF's output directory, written as CDKTF would have."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

MANIFEST: Final = "manifest.json"
CONTENT: Final = "cdk.tf.json"
MODULE: Final = "module"
"""The directory beside a workload's JSON that holds its Terraform module, if it has one."""

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
    text = json.dumps({"stacks": stacks, "version": version}, indent=2, sort_keys=True, ensure_ascii=False)
    # CDKTF's own writer breaks the line in an empty list.
    text = re.sub(r"^( *)(.*)\[\](,?)$", r"\1\2[\n\1]\3", text, flags=re.MULTILINE)
    (out / MANIFEST).write_text(text, encoding="utf-8")


def copy_lock(lock_file: Path, out: Path, stacks: Iterable[str]) -> None:
    """Give stacks the committed provider lock, so that `terraform init` asks no registry which provider to take."""
    content = lock_file.read_bytes()
    for stack in stacks:
        (directory_of(out, stack) / lock_file.name).write_bytes(content)


def copy_module(module: Path, out: Path, stack: str) -> None:
    """Give a workload's stack its Terraform module: the output is complete by itself."""
    target = directory_of(out, stack) / MODULE
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(module, target)


def move(part: Path, out: Path, stacks: Iterable[str]) -> None:
    """Move stacks from one output directory to another. What Terraform left there stays."""
    for stack in stacks:
        target = directory_of(out, stack)
        shutil.copytree(directory_of(part, stack), target, copy_function=_replace, dirs_exist_ok=True)


def _replace(source: str, target: str) -> None:
    from pathlib import Path  # noqa: PLC0415 - for annotations only elsewhere

    Path(source).replace(target)

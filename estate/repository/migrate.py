"""A repository of CDKTF, as one of CDK Terrain: which files change, and whether its stacks stay the same. Found before anything is written."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from config.facts import bindings
from estate.paths import CHECKOUT, WORK, config_directory
from estate.repository.files import File, different, write
from estate.repository.record import NAME, Record
from estate.repository.template import kept
from estate.repository.terrain import terrain
from estate.repository.upgrade import NOT_COPIED, synthesized
from estate.version import DISTRIBUTION, version

_SCRATCH: Final = WORK / "migrate"
_PIPFILE: Final = "Pipfile"
_PACKAGES: Final = "package.json"


class MigrateError(Exception):
    """A repository cannot be moved; the message says why and what helps."""


@dataclass(frozen=True)
class Migration:
    """What moving a repository changes. Nothing has been changed yet.

    Args:
        files: Files that are written differently; those of the app that somebody has edited in a way that is not
            understood are left as they are.
        same: The stacks whose JSON differs in the announced places only.
        different: The stacks whose JSON differs elsewhere, with the paths in it.
        record: What to record when the files are written.
    """

    files: tuple[File, ...]
    same: tuple[str, ...]
    different: dict[str, list[str]]
    record: Record

    def write(self) -> Iterator[str]:
        """Write the files; gives the path of each."""
        yield from write(CHECKOUT, list(self.files))
        (CHECKOUT / NAME).write_bytes(self.record.text())
        yield NAME


def find(record: Record, before: str) -> Migration:
    """Find out what this app, which is of CDK Terrain, changes in a repository that CDKTF's has written.

    Args:
        record: The repository's.
        before: The Python with the app before.

    Raises:
        MigrateError: The repository was written by another version of the app.
        RenameError: A source of the repository cannot be renamed with certainty.
        SynthError: The repository does not synthesize, before or after.
    """
    if record.version != version():
        raise MigrateError(
            f"This repository was written by version {record.version}, and this is {version()}. Upgrade it first: `estate upgrade`."
        )
    old = synthesized(_SCRATCH / "before", config_directory(), checkout=CHECKOUT, python=before)
    sources = {file.name: file for file in _renamed()}
    scratch = _SCRATCH / "repository"
    shutil.rmtree(scratch, ignore_errors=True)
    shutil.copytree(CHECKOUT, scratch, ignore=shutil.ignore_patterns(*NOT_COPIED), symlinks=True)
    list(write(scratch, list(sources.values())))
    # From here on they import what is installed here; the schemas of the configuration are made from them.
    os.environ.setdefault("ESTATE_EXTENSIONS", str(scratch / "extensions"))
    wanted = kept(version(), record.project)
    changed = {file.name: file for file in different(CHECKOUT, record, wanted, version())}
    for name in (_PIPFILE, _PACKAGES):
        if name in changed and changed[name].edited:
            changed[name] = _edited(changed[name], wanted[name])
    # What somebody has written there is renamed, not written over.
    changed |= {name: file for name, file in sources.items() if name not in changed or changed[name].edited}
    files = tuple(changed[name] for name in sorted(changed))
    list(write(scratch, list(files)))
    new = synthesized(_SCRATCH / "after", config_directory(), checkout=scratch)
    same, different_ = [], {}
    for stack in sorted({path.parent.name for out in (old, new) for path in out.glob("stacks/*/cdk.tf.json")}):
        paths = list(_differences(_comparable(old, stack), _comparable(new, stack)))
        if paths:
            different_[stack] = paths
        else:
            same.append(stack)
    return Migration(files, tuple(same), different_, Record.of(version(), record.project, wanted))


def _renamed() -> Iterator[File]:
    """The repository's own sources that import CDKTF, with other imports."""
    for path in sorted(CHECKOUT.rglob("*.py")):
        name = path.relative_to(CHECKOUT)
        if not {*name.parts} & {*NOT_COPIED}:
            text = path.read_text(encoding="utf-8")
            renamed = terrain(text, name.as_posix())
            if renamed != text:
                yield File(name.as_posix(), text.encode(), renamed.encode())


def _edited(file: File, wanted: bytes) -> File:
    """A file that somebody has edited, with what CDK Terrain needs in place of what CDKTF needs."""
    text = (file.before or b"").decode()
    if file.name == _PIPFILE:
        pins = dict(re.findall(r"^([\w-]+) = (.*)$", wanted.decode(), re.MULTILINE))
        text = re.sub(r"^aws-organization-cdktf\b", DISTRIBUTION, text, flags=re.MULTILINE)
        text = re.sub(
            r"^cdktf-cdktf-provider-aws\b.*$",
            f"{bindings.DISTRIBUTION} = {pins[bindings.DISTRIBUTION]}",
            text,
            flags=re.MULTILINE,
        )
        text = re.sub(r"^cdktf( = \"python -m )", r"cdktn\1", text, flags=re.MULTILINE)
        understood = f"\n{DISTRIBUTION} = " in text
    else:
        command, number = next(iter(json.loads(wanted)["devDependencies"].items()))
        text, count = re.subn(r'"cdktf-cli": "[^"]*"', f'"{command}": "{number}"', text)
        understood = count == 1
    return File(file.name, file.before, text.encode()) if understood else file


def _comparable(out: Path, stack: str) -> Any:
    """A stack's JSON without what is announced to differ: CDK's version, and the provider's version and its source."""
    path = out / "stacks" / stack / "cdk.tf.json"
    found = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    found.get("//", {}).get("metadata", {}).pop("version", None)
    for name in ("source", "version"):
        found.get("terraform", {}).get("required_providers", {}).get("aws", {}).pop(name, None)
    return found


def _differences(old: Any, new: Any, path: str = "") -> Iterator[str]:
    """The paths at which two JSON values differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted(old.keys() | new.keys()):
            yield from _differences(old.get(name), new.get(name), f"{path}.{name}".lstrip("."))
    elif old != new:
        yield path

"""The configuration's files: their YAML as people gave it, and written as a whole."""

from __future__ import annotations

import filecmp
import io
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from config.sources.files import ORGANIZATION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def round_trip() -> YAML:
    """What reads and writes the configuration's files."""
    yaml = YAML()
    yaml.width = 4096  # lines of people stay as long as they are
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def text_of(yaml: YAML, data: Any) -> str:
    """The text of a file."""
    stream = io.StringIO()
    yaml.dump(data, stream)
    return stream.getvalue()


@contextmanager
def as_a_whole(directory: Path) -> Iterator[Path]:
    """Write to a draft of a directory, which then becomes that directory's content, organization.yaml last.

    Without organization.yaml there is no configuration yet: a command that is killed before begins anew, with the same end. An
    error keeps what was written until then, for whoever mends it.

    Args:
        directory: It need not exist. Hidden files in it are none of the configuration.

    Yields:
        The draft, beside the directory.
    """
    draft = directory.with_name(f".{directory.name}.adopting")
    if draft.exists():
        shutil.rmtree(draft)  # of a command that was killed
    if directory.is_dir():
        shutil.copytree(directory, draft, ignore=shutil.ignore_patterns(".*"))
    else:
        draft.mkdir(parents=True)
    before = {path.relative_to(draft) for path in draft.rglob("*") if path.is_file()}
    try:
        try:
            yield draft
        except Exception:
            _publish(draft, directory, before)
            raise
        _publish(draft, directory, before)
    finally:
        shutil.rmtree(draft)


def _publish(draft: Path, directory: Path, before: set[Path]) -> None:
    after = {path.relative_to(draft) for path in draft.rglob("*") if path.is_file()}
    for path in before - after:
        (directory / path).unlink()
    for path in sorted(after, key=lambda each: (each.as_posix() == ORGANIZATION, each)):
        target = directory / path
        if not (target.is_file() and filecmp.cmp(draft / path, target, shallow=False)):
            target.parent.mkdir(parents=True, exist_ok=True)
            (draft / path).replace(target)

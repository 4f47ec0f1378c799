"""The configuration's files edited by commands: comments and order stay, and nothing is written that `check` would refuse."""

import io
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from config import Configuration, load
from config.files import ACCOUNTS, LOCK, ORGANIZATION, POLICIES

_DATA: Final = (ORGANIZATION, LOCK, "approvals.yaml", ACCOUNTS, POLICIES)
"""What a configuration is made of; beside it the directory may hold schemas and code."""

Edit = Callable[[CommentedMap], None]
"""Changes a file's content in place."""


def edited(text: str, edit: Edit) -> str:
    r"""The text of a YAML file with a change, everything else as it was written.

    Args:
        text: The file's text: a mapping.
        edit: The change.

    Example:
        >>> edited("name: Shop  # ours\nou: live\n", lambda account: account.update(name="Web shop"))
        'name: Web shop  # ours\nou: live\n'
    """
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1 << 20  # lines stay as long as they are
    yaml.indent(mapping=2, sequence=4, offset=2)
    content = yaml.load(text)
    edit(content)
    written = io.StringIO()
    yaml.dump(content, written)
    return written.getvalue()


def tried(directory: Path, files: Mapping[str, str | None]) -> Configuration:
    """The configuration as it would be with other files.

    Args:
        directory: The configuration's directory, which is left as it is.
        files: Texts of files by their paths below it; None for a file that is gone.

    Raises:
        ConfigError: It would have errors; it holds all of them.
    """
    with tempfile.TemporaryDirectory() as place:
        other = Path(place)
        for name in _DATA:
            source = directory / name
            if source.is_dir():
                shutil.copytree(source, other / name, copy_function=_link)
            elif source.is_file():
                _link(source, other / name)
        write(other, files)  # replaces links, and leaves what they lead to
        return load(other)


def _link(source: str | Path, target: str | Path) -> None:
    """Show a file in another place; a thousand of them are copied in a third of a second."""
    try:
        Path(target).symlink_to(Path(source).resolve())
    except OSError:  # as on Windows, where it takes a right of its own
        shutil.copyfile(source, target)


def write(directory: Path, files: Mapping[str, str | None]) -> None:
    """Write and remove files; a reader never sees half of one."""
    for name, text in files.items():
        path = directory / name
        if text is None:
            path.unlink(missing_ok=True)
            continue
        draft = path.with_name(f".{path.name}.new")
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)

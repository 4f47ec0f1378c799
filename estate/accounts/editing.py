"""The configuration's files edited by commands: comments and order stay, and nothing is written that `check` would refuse."""

import io
from collections.abc import Callable, Mapping
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from config import Configuration, load

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
    return load(directory, changed=files)


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

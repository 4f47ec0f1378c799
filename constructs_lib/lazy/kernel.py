"""The JavaScript half: a script that Node loads when jsii starts it."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SCRIPT = Path(__file__).with_name("preload.cjs")
_OPTIONS = "NODE_OPTIONS"


@contextmanager
def preload() -> Iterator[None]:
    """Have a kernel that starts meanwhile load the script; other programs that are started later don't."""
    before = os.environ.get(_OPTIONS)
    if not _SCRIPT.is_file():  # inside a zip, where Node cannot read
        yield
        return
    # The second option is the one with which jsii starts the process that works; here, both are one.
    path = str(_SCRIPT).replace("\\", "\\\\").replace('"', '\\"')
    os.environ[_OPTIONS] = f'{before or ""} --require "{path}" --preserve-symlinks'.lstrip()
    try:
        yield
    finally:
        if before is None:
            del os.environ[_OPTIONS]
        else:
            os.environ[_OPTIONS] = before

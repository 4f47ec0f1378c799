"""usual.py with the library's lazy bindings: `lazy.py SPEC OUT`."""

import runpy
from pathlib import Path

import constructs_lib  # noqa: F401

runpy.run_path(str(Path(__file__).with_name("usual.py")))

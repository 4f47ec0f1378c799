"""The app of `several_types.py` in processes of its own, and what it left there."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

APP = Path(__file__).with_name("several_types.py")
ROOT = Path(__file__).parents[3]


@dataclass
class Run:
    """A run of the app in a process of its own; it starts when made and has ended when its result is asked for.

    `library` is the directory that Python finds the library in; None if it is installed where `python` is.
    """

    out: Path
    arguments: tuple[str, ...] = ()
    library: Path | None = ROOT
    python: Path = Path(sys.executable)
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self):
        inherited = {
            key: value for key, value in os.environ.items() if not key.startswith(("JSII_", "CONSTRUCTS_LIB_"))
        }
        inherited["PYTHONPATH"] = str(self.library or "")
        self.process = subprocess.Popen(
            [self.python, APP, self.out, *self.arguments],
            env={**inherited, "PYTHONSAFEPATH": "1", **self.environment},
            cwd=self.out.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @cached_property
    def ended(self):
        output, errors = self.process.communicate(timeout=300)
        assert self.process.returncode == 0, errors
        return output, errors

    @property
    def report(self):
        return json.loads(self.ended[0])

    @property
    def is_lazy(self):
        return self.report["loaded"] < self.report["packaged"] / 100

    @property
    def errors(self):
        return self.ended[1]

    @property
    def files(self):
        assert self.ended
        return {path.relative_to(self.out): path.read_bytes() for path in self.out.rglob("*") if path.is_file()}

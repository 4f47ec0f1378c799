"""Synthesize the app as `cdktf synth` does, without the start-up of the command line."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from estate.paths import CHECKOUT
from stacks.output import MANIFEST

OUT = Path(os.environ.get("CDKTF_OUTDIR") or CHECKOUT / "cdktf.out").resolve()
"""Where CDKTF writes to, too."""


class SynthError(RuntimeError):
    """The app did not synthesize; the message is what it printed."""


def read_stacks(out: Path = OUT) -> dict[str, Any]:
    """The Terraform JSON of each synthesized stack, by name.

    Args:
        out: Where it was synthesized to.
    """
    return {
        path.parent.name: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(out.glob("stacks/*/cdk.tf.json"))
    }


def stacks_of(config: Path) -> dict[str, Any]:
    """Synthesize every stack of a configuration, and read them; also those that are refused: one may ask why.

    Args:
        config: The configuration's directory.

    Raises:
        SynthError: With what the app printed.
    """
    with tempfile.TemporaryDirectory() as directory:
        out = Path(directory) / "cdktf.out"
        try:
            synthesize(out=out, variables={**os.environ, "ESTATE_CONFIG": str(config)})
        except SynthError:
            if not (out / MANIFEST).exists():  # it is written before what was made is judged
                raise
        return read_stacks(out)


def synthesize(
    only: Collection[str] = (),
    *,
    out: Path = OUT,
    variables: Mapping[str, str] | None = None,
    checkout: Path = CHECKOUT,
    python: str = sys.executable,
) -> None:
    """Run `main.py` in a process of its own.

    Args:
        only: The stacks to synthesize; all by default.
        out: Where to.
        variables: The environment; this process's by default.
        checkout: Whose `main.py`.
        python: What it runs in.

    Raises:
        SynthError: With what the app printed.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    base = os.environ if variables is None else variables
    finished = subprocess.run(  # noqa: S603 - our own app
        [python, str(checkout / "main.py")],
        cwd=checkout,
        env={**base, "CDKTF_OUTDIR": str(out), "ESTATE_STACKS": ",".join(only)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode:
        raise SynthError((finished.stderr or finished.stdout).strip())

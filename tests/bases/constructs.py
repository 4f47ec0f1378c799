"""Synthesizes the constructs that the sample organization leaves out: `python -m tests.bases.constructs OUT`, by each base."""

import shutil
import sys
from pathlib import Path

import constructs_lib  # noqa: F401  makes the bindings lazy
from tests.constructs_lib.test_beyond_the_sample import applied, mocked, synthesized

if __name__ == "__main__":
    made = (
        applied(account="111111111111", member="222222222222", instance="arn:aws:sso:::instance/ssoins-1"),
        synthesized("mocked", mocked),
    )
    for scope in made:
        shutil.copytree(Path(scope.outdir) / "stacks", Path(sys.argv[1]) / "stacks", dirs_exist_ok=True)

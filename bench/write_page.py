"""`python -m bench.write_page CONFIG STACKS FILE`: `estate report` of stacks that were synthesized before; what it takes is what comes after."""

import gc
import sys
from pathlib import Path

gc.disable()  # as the command does

# ruff: noqa: E402
# isort: split
from config.loading.loader import load_with_levels
from estate.report.gathering import Sources, report
from estate.report.page import page
from estate.terraform.synth import read_stacks


def write(config: Path, out: Path, file: Path) -> None:
    """Write the page."""
    configuration, levels = load_with_levels(config, prove_access=False)
    stacks = read_stacks(out)
    if missing := configuration.accounts.keys() - stacks.keys():
        sys.exit(f"{out} lacks the stacks of {len(missing)} accounts.")
    found = report(Sources(config, configuration, levels, stacks))
    file.write_text(page(found), encoding="utf-8")
    gc.freeze()


if __name__ == "__main__":
    write(*map(Path, sys.argv[1:]))

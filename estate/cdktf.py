"""Run the pinned CDKTF command line (`pipenv run cdktf …`) so that it finds its providers."""

import os
import sys
from pathlib import Path

from estate.paths import CHECKOUT
from estate.providers import environment

_CLI = CHECKOUT / "node_modules" / "cdktf-cli" / "bundle" / "bin" / "cdktf"


def main() -> None:
    """Replace this process by `cdktf`, with the arguments it was called with."""
    if not _CLI.is_file():
        sys.exit("cdktf is not installed in this checkout. Run `make setup` first.")
    # The app runs in this interpreter, whether or not the virtual environment is active.
    variables = environment()
    variables["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), variables.get("PATH", "")])
    if "CDKTF_OUTDIR" in variables:
        # The app's name for it; the command line knows its own option only.
        variables.setdefault("CDKTF_OUTPUT", variables["CDKTF_OUTDIR"])
    os.chdir(CHECKOUT)
    os.execvpe("node", ["node", str(_CLI), *sys.argv[1:]], variables)  # noqa: S606, S607 - node, found by PATH


if __name__ == "__main__":
    main()

"""Run the pinned CDKTF command line (`pipenv run cdktf …`) so that it finds its providers."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from estate.paths import CHECKOUT, config_directory
from estate.terraform.providers import environment
from estate.version import CDK

_CLI = CHECKOUT / "node_modules" / f"{CDK}-cli" / ("bin/cdktn" if CDK == "cdktn" else "bundle/bin/cdktf")
# Where the command line itself finds it, also if it is a link to an installation elsewhere.
_BINDING = _CLI.resolve().parents[3] / "@cdktf" / "node-pty-prebuilt-multiarch"

# What cdktn-cli asks for, in its package.json; with an older Node it ends in a stack trace.
_NODE_OF_CDKTN = (22, 19)

# The commands that work on the stacks they name. The command line itself has the app synthesize all of them.
_ON_STACKS = frozenset({"apply", "deploy", "destroy", "diff", "output", "plan"})


def stacks_named(arguments: Sequence[str]) -> list[str]:
    """The stacks that a command needs; none if it is not sure, and then it gets all.

    Args:
        arguments: What `cdktf` is called with.

    Example:
        >>> stacks_named(["deploy", "network", "--auto-approve"])
        ['network']
        >>> stacks_named(["deploy", "*"])
        []
    """
    if not arguments or arguments[0] not in _ON_STACKS:
        return []
    named = [argument for argument in arguments[1:] if not argument.startswith("-")]
    known = {path.stem for path in (config_directory() / "accounts").glob("*.yaml")}
    return named if known.issuperset(named) else []


def unusable(node: str = "node") -> str:
    """Why the command line would crash: its terminal binding has a binary for some machines only.

    Args:
        node: The program.

    Returns:
        One line, or nothing if the binding can be loaded.
    """
    script = "console.log(process.version, 'on', process.platform, process.arch); require(process.argv[1])"
    command = [node, "-e", script, str(_BINDING)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - node
    if not done.returncode:
        return ""
    return (
        f"cdktf has no terminal binding for Node {done.stdout.strip()}: it has for Linux, macOS and Windows, x64 and arm64. "
        "`estate plan`, `estate deploy` and `python main.py` need none."
    )


def too_old(node: str = "node") -> str:
    """Why CDK Terrain's command line would crash: it needs a newer Node than the app.

    Args:
        node: The program.

    Returns:
        One line, or nothing if it is new enough.
    """
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - node
    found = tuple(map(int, done.stdout.strip().removeprefix("v").split(".")[:2]))
    if found >= _NODE_OF_CDKTN:
        return ""
    return (
        f"cdktn needs Node {'.'.join(map(str, _NODE_OF_CDKTN))} or newer, this is {done.stdout.strip()}: https://nodejs.org/en/download. "
        "`estate plan`, `estate deploy` and `python main.py` run with Node 20, too."
    )


def main() -> None:
    """Replace this process by `cdktf`, with the arguments it was called with."""
    if not _CLI.is_file():
        sys.exit(f"{CDK} is not installed in this checkout. Run `make setup` first.")
    if problem := unusable() if CDK == "cdktf" else too_old():
        sys.exit(problem)
    # The app runs in this interpreter, whether or not the virtual environment is active.
    variables = environment()
    variables["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), variables.get("PATH", "")])
    if "CDKTF_OUTDIR" in variables:
        # The app's name for it; the command line knows its own option only.
        variables.setdefault("CDKTF_OUTPUT", variables["CDKTF_OUTDIR"])
    variables.setdefault("ESTATE_STACKS", ",".join(stacks_named(sys.argv[1:])))
    os.chdir(CHECKOUT)
    os.execvpe("node", ["node", str(_CLI), *sys.argv[1:]], variables)  # noqa: S606, S607 - node, found by PATH


if __name__ == "__main__":
    main()

"""`estate unlock`: who holds the locks of states, and away with those that nobody needs any more."""

import os
from pathlib import Path
from typing import Annotated

import typer


def unlock(
    stacks: Annotated[list[str] | None, typer.Argument(help="Stacks; all if none is named.")] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Show who holds the locks of stacks' states, ask, and remove them.

    Remove a lock only if you know that its holder is dead: two runs on one state lose what one of them did.
    """
    import json

    from botocore.exceptions import BotoCoreError, ClientError

    from estate.console import fail, say
    from estate.terraform.failures import cure_of
    from estate.terraform.stack import Stack
    from estate.terraform.states import state_of
    from estate.terraform.synth import OUT, SynthError, synthesize

    out = Path(os.environ.get("CDKTF_OUTDIR") or OUT)
    try:
        if not (out / "manifest.json").is_file():
            synthesize(out=out)
        names = stacks or sorted(json.loads((out / "manifest.json").read_text(encoding="utf-8"))["stacks"])
        found = 0
        for name in names:
            stack = Stack(name, out, {})
            state = state_of(stack)
            for holder in state.holders():
                found += 1
                say(f"{name}: held by {holder}")
                alive = [run for run in stack.runs if run.alive]
                if alive:
                    say(f"  Terraform is still at work on it here, process {alive[0].pid}: wait for it.")
                    continue
                if yes or typer.confirm("  Remove this lock?"):
                    state.release(holder)
                    say("  Removed.")
    except (SynthError, FileNotFoundError, RuntimeError, BotoCoreError, ClientError) as error:
        fail(f"{error}\n{cure_of(str(error))}".rstrip())
    if not found:
        say("No state is locked.")

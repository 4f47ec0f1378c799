"""`estate bootstrap`: from an empty management account to the running organization."""

import os
from pathlib import Path
from typing import Annotated

import typer


def bootstrap(
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Answer every question with yes, for pipelines.")] = False,
    jobs: Annotated[int | None, typer.Option(min=1, help="Stacks at once; as many as there is room for.")] = None,
    role: Annotated[
        str | None,
        typer.Option(help="The role in member accounts that deploys; each account's `entry_role` if not said."),
    ] = None,
) -> None:
    """Make the organization, its accounts and everything in them, step by step.

    Interrupt it whenever you like and run it again: it looks at what is there and does what is left. Needs the management
    account's credentials. The journal is .estate/bootstrap/journal.jsonl, Terraform's output is in .estate/logs/.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    from config import ConfigError
    from estate.bootstrap.bootstrap import Bootstrap
    from estate.bootstrap.once import BusyError, interruptible, only_one
    from estate.console import fail
    from estate.deployed import DeployedError
    from estate.guard.rule import RulesError
    from estate.paths import config_directory
    from estate.terraform.failures import cure_of, explain
    from estate.terraform.planning import room
    from estate.terraform.providers import environment
    from estate.terraform.screen import Screen
    from estate.terraform.stack import TerraformError
    from estate.terraform.stopped import StoppedError
    from estate.terraform.synth import OUT, SynthError

    out = Path(os.environ.get("CDKTF_OUTDIR") or OUT).resolve()
    screen = Screen(yes=yes)
    try:
        with only_one(out.parent / ".estate" / "bootstrap"), interruptible(out.parent / ".estate" / "runs"):
            plans, applies = jobs or room(), jobs or room(applying=True)
            Bootstrap(config_directory(), out, screen, environment(), role, plans, applies).run()
    except TerraformError as error:
        screen.failure(error.stack, explain(error), error.log)
        raise typer.Exit(1) from None
    except (
        ClientError,
        BotoCoreError,
        ConfigError,
        DeployedError,
        RulesError,
        SynthError,
        StoppedError,
        BusyError,
    ) as error:
        fail(f"{error}\n{cure_of(str(error))}".rstrip())
    except KeyboardInterrupt:
        fail("Interrupted. What was done is done; run the command again to go on.")
    screen.say("\nThe organization is as its configuration says.", "bold green")

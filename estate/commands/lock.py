"""`estate lock`: write the ids of the deployed organization into the configuration."""

import os
from pathlib import Path
from typing import Annotated

import typer


def lock(
    accept: Annotated[  # noqa: FBT002 - a command line flag
        bool, typer.Option("--accept", help="Take the deployed ids even where the lock has others.")
    ] = False,
    *,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Through the roles that only read, as pipelines do.")
    ] = False,
) -> None:
    """Write `organization.lock.yaml` from the deployed organization."""
    from botocore.exceptions import BotoCoreError, ClientError

    from config import ConfigError, load
    from config.loading.found import FOUND
    from config.loading.lock import differences, read_lock, write_lock
    from config.model.lock import Lock
    from estate.adoption.settling import settle
    from estate.console import fail, say
    from estate.deployed import DeployedError, deployed_lock
    from estate.kept.access import NoAccessError, reading
    from estate.paths import config_directory
    from estate.terraform.stack import Stack, TerraformError
    from estate.terraform.state_profile import through_profile
    from estate.terraform.synth import OUT, SynthError, synthesize

    directory = config_directory()
    out = Path(os.environ.get("CDKTF_OUTDIR") or OUT)
    try:
        organization = load(directory)
        management = organization.management.slug
        if not (out / "stacks" / management / "cdk.tf.json").is_file():
            synthesize([management], out=out)
        stack = Stack(management, out)
        if read_only:
            stack = through_profile(stack, reading(organization, management).state_role)
        deployed = deployed_lock(organization, stack)
        locked = read_lock(directory)
    except (ConfigError, DeployedError, NoAccessError, SynthError, TerraformError, BotoCoreError, ClientError) as error:
        fail(str(error))
    if locked and not accept:
        units = {unit.slug for unit in organization.units.values()}
        relevant = Lock(
            **{
                **dict(locked),
                "accounts": {slug: id_ for slug, id_ in locked.accounts.items() if slug in organization.accounts},
                "organizational_units": {
                    slug: id_ for slug, id_ in locked.organizational_units.items() if slug in units
                },
            }
        )
        if found := differences(relevant, deployed):
            fail(
                "The lock contradicts the deployed organization; nothing was written.\n  "
                + "\n  ".join(found)
                + "\nIf the deployed ids are right, run: estate lock --accept"
            )
    path = write_lock(directory, deployed)
    if not read_only:
        try:
            settled = settle(organization, directory, out)
        except (SynthError, BotoCoreError, ClientError) as error:
            fail(str(error))
        if settled:
            say(f"Taken over, and no longer in {FOUND}/: what the stacks {', '.join(settled)} have in their states.")
    say(f"{path}: {len(deployed.accounts) + 1} accounts, {len(deployed.organizational_units)} OUs. Commit it.")

"""`estate full-access`: where AWS's policy FullAWSAccess is attached, and where it is not to be."""

from typing import Annotated

import typer


def full_access(
    *,
    apply: Annotated[
        bool, typer.Option("--apply", help="Attach and detach it in AWS; without, it is only listed.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Compare where FullAWSAccess is attached with `without_full_access`; attach and detach it.

    It needs credentials of the management account. Ends with 2 if something is left to do.
    """
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    from estate.console import fail, say
    from estate.full_access import steps, take
    from estate.opening import open_organization

    organization = open_organization()
    left = 0
    try:
        client = boto3.client("organizations", region_name=organization.home_region)
        found = steps(organization, client)
        for step in found:
            say(str(step))
        if not found:
            say("FullAWSAccess is attached as the configuration says.")
        ready = [step for step in found if not step.waits_for]
        if apply and ready and not yes:
            typer.confirm(f"Change {len(ready)} of these in AWS?", abort=True)
        for step in ready if apply else ():
            take(step, client)
            say(f"{step.node.selector}: {'attached' if step.attach else 'detached'}")
        left = len(found) - (len(ready) if apply else 0)
    except (BotoCoreError, ClientError) as error:
        fail(str(error))
    if left:
        raise typer.Exit(2)

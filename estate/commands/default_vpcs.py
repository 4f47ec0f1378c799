"""`estate default-vpcs`: the VPCs that AWS made and nobody asked for."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from config import Account, Configuration, Organization


def default_vpcs(
    remove: Annotated[bool, typer.Option("--remove", help="Remove them; without, they are only listed.")] = False,  # noqa: FBT002 - a command line flag
    role: Annotated[
        str | None, typer.Option(help="The role in the accounts to do it with; the account's `entry_role` if not said.")
    ] = None,
) -> None:
    """List, or remove, the default VPCs of all accounts with `baseline.default_vpc: removed`."""
    from botocore.exceptions import BotoCoreError, ClientError

    from estate.console import fail, say
    from estate.default_vpcs import find
    from estate.default_vpcs import remove as remove_vpc
    from estate.opening import open_organization

    organization = open_organization()
    kept = False
    try:
        for account, regions in _wanted(organization).items():
            session = _session(organization, account, role or account.entry_role)
            for vpc in find(session, regions):
                if vpc.used_by:
                    kept = True
                    say(f"{account.slug} {vpc.region} {vpc.vpc_id}: in use by {', '.join(vpc.used_by)}")
                elif remove:
                    remove_vpc(session, vpc)
                    say(f"{account.slug} {vpc.region} {vpc.vpc_id}: removed")
                else:
                    say(f"{account.slug} {vpc.region} {vpc.vpc_id}: can be removed")
    except (BotoCoreError, ClientError) as error:
        fail(str(error))
    if remove and kept:
        fail("Some default VPCs are in use and stay.")


def _wanted(organization: "Configuration") -> "dict[Account, list[str]]":
    """The accounts whose default VPCs are to go, with the regions that they use."""
    from config.capabilities.baseline import BASELINE

    found = {}
    for account in organization.accounts.values():
        baseline = BASELINE.in_account(organization, account)
        if baseline and baseline.default_vpc == "removed" and account.id:
            found[account] = sorted(set(baseline.regions or organization.governed_regions))
    return found


def _session(organization: "Organization", account: "Account", role: str) -> Any:
    import boto3

    if account is organization.management:
        return boto3.Session()
    given = boto3.client("sts", region_name=organization.home_region).assume_role(
        RoleArn=f"arn:{organization.partition}:iam::{account.id}:role/{role}", RoleSessionName="default-vpcs"
    )["Credentials"]
    return boto3.Session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])

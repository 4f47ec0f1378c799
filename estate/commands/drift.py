"""`estate drift`: what AWS has otherwise than the configuration, without Terraform."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from estate.paths import WORK, config_directory

if TYPE_CHECKING:
    from config.nodes import Organization
    from estate.adoption.difference import Drift
    from estate.adoption.snapshot import Snapshot


def drift(
    *,
    snapshot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Compare with what was read before; no credentials are needed.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    who: Annotated[
        bool, typer.Option("--who", help="Look up in CloudTrail who changed each thing last, of the last 90 days.")
    ] = False,
) -> None:
    """Compare the organization in AWS with the configuration: accounts, OUs, policies, attachments, trusted services, Identity Center.

    Nothing is written. Ends with 2 if something differs. What is in the accounts is for the plans to tell.
    """
    import json

    from botocore.exceptions import BotoCoreError, ClientError

    from config import ConfigError, load
    from estate.adoption.drift import drifts
    from estate.adoption.reading import NotAdoptableError
    from estate.adoption.snapshot import SnapshotError, read_snapshot
    from estate.console import fail, say

    try:
        organization = load(config_directory())
        read = read_snapshot(snapshot) if snapshot else _read(organization)
        if read.organization["Id"] != (organization.organization_id or read.organization["Id"]):
            fail(
                f"AWS answers for {read.organization['Id']}, and the configuration is of {organization.organization_id}."
            )
        found = drifts(organization, read)
        by = {each.id: _who(each.id) for each in found} if who else {}
    except (ConfigError, NotAdoptableError, SnapshotError) as error:
        fail(str(error))
    except (BotoCoreError, ClientError) as error:
        fail(str(error))
    if as_json:
        say(json.dumps([_entry(each, by) for each in found], indent=2))
    else:
        for each in found:
            say(f"{each.kind} {each.id}: {each.message} {each.cure}{_by(by.get(each.id))}")
        say(f"{len(found)} differences." if found else "AWS is as the configuration says.")
    if found:
        raise typer.Exit(2)


def _read(organization: "Organization") -> "Snapshot":
    """Read the organization, and nothing in its accounts."""
    import boto3

    from config.capabilities.identity_center import IDENTITY_CENTER
    from estate.adoption.clients import Clients
    from estate.adoption.reading import Reader
    from estate.adoption.snapshot import Snapshot
    from estate.console import progress

    center = IDENTITY_CENTER.of(organization)
    region = center.region if center else boto3.Session().region_name or organization.home_region
    found = Snapshot(region, done=["inside"] if center else ["identity-center", "inside"])
    Reader(
        Clients(boto3.Session(region_name=region), region), found, WORK / "adoption" / "drift.json", (), progress
    ).read()
    return found


def _who(id_: str) -> dict[str, str] | None:
    """Who changed a thing last, if the trail can be read and knows of it."""
    import boto3
    from botocore.exceptions import ClientError

    name = id_.rsplit(":", maxsplit=1)[-1].split("/", maxsplit=1)[0]
    client: Any = boto3.client("cloudtrail", region_name="us-east-1")  # where Organizations writes its events
    try:
        events = client.lookup_events(
            LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": name}], MaxResults=1
        )["Events"]
    except ClientError:
        return None
    return (
        {"name": events[0]["EventName"], "by": events[0].get("Username", "?"), "at": str(events[0]["EventTime"])}
        if events
        else None
    )


def _by(event: dict[str, str] | None) -> str:
    return f" ({event['name']} by {event['by']}, {event['at']})" if event else ""


def _entry(each: "Drift", by: dict[str, dict[str, str] | None]) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "id": each.id,
        "message": each.message,
        "cure": each.cure,
        "last_change": by.get(each.id),
    }

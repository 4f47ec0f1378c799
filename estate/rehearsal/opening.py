"""From what `--trail` says to the calls that were recorded there."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from config.capabilities.logging import archive_account
from config.nodes import Organization
from estate.rehearsal.athena import Table
from estate.rehearsal.bucket import Bucket, keys
from estate.rehearsal.condense import Calls, Shape, condense
from estate.rehearsal.sources import Directory, TrailError, Wanted

_BUCKET: Final = re.compile(r"s3://([a-z0-9][a-z0-9.-]+)(?:/(.*))?")
_TABLE: Final = re.compile(r"athena:([\w.-]+)/(\w+)\.(\w+)")


def condensed(trail: str, wanted: Wanted, organization: Organization, role: str) -> Mapping[Shape, Calls]:
    """The recorded calls.

    Args:
        trail: A directory, ``s3://BUCKET/PREFIX`` or ``athena:WORKGROUP/DATABASE.TABLE``.
        wanted: Which records count.
        organization: The configuration, for the log archive's account and region.
        role: The role of that account that reads; with the credentials themselves if empty.

    Raises:
        TrailError: It is nothing of these, or cannot be read.
    """
    if bucket := _BUCKET.fullmatch(trail):
        prefix = bucket[2] or ""
        reader = keys(_session(organization, role))
        return condense(Bucket(bucket[1], prefix if prefix[-1:] in ("", "/") else f"{prefix}/", reader), wanted)
    if table := _TABLE.fullmatch(trail):
        return Table(table[1], table[2], table[3], _session(organization, role)).condensed(wanted)
    if not Path(trail).is_dir():
        raise TrailError(
            f"--trail is {trail!r}; expected a directory with CloudTrail's files, s3://BUCKET/PREFIX, or"
            " athena:WORKGROUP/DATABASE.TABLE."
        )
    return condense(Directory(Path(trail)), wanted)


def _session(organization: Organization, role: str) -> Any:
    """Who reads the archive."""
    session = boto3.Session(region_name=organization.home_region)
    if not role:
        return session
    account = archive_account(organization)
    if account is None or account.id is None:
        raise TrailError(f"--role is {role!r}, but no account that keeps the logs has an id yet.")
    arn = f"arn:{organization.partition}:iam::{account.id}:role/{role}"
    try:
        given = session.client("sts").assume_role(RoleArn=arn, RoleSessionName="estate-rehearse")["Credentials"]
    except (BotoCoreError, ClientError) as error:
        raise TrailError(f"--role {role}: {arn} cannot be assumed: {error}") from error
    return boto3.Session(
        given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], region_name=organization.home_region
    )

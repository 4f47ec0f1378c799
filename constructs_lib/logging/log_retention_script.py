"""What the runbook of `LogRetentionConstruct` runs, in the Python of Systems Manager: nothing but boto3 is there."""

import time
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

YOUNG_SECONDS = 3600


def give_retention(events: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Give a retention to each log group that has none; one that has a retention keeps it.

    What is younger than an hour is left for the next run, since whoever makes a log group sets its retention by a second call.

    Args:
        events: `Days`, and `Excluded`: how the names begin of log groups that are left alone.

    Returns:
        The names of the log groups that were given one.

    Raises:
        RuntimeError: Some log groups could not be given one; the others were.
    """
    logs = boto3.client("logs", config=Config(retries={"mode": "standard", "max_attempts": 10}))
    latest = (time.time() - YOUNG_SECONDS) * 1000
    given, failed = [], []
    for page in logs.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            name = group["logGroupName"]
            if (
                "retentionInDays" in group
                or group["creationTime"] > latest
                or name.startswith(tuple(events["Excluded"]))
            ):
                continue
            try:
                logs.put_retention_policy(logGroupName=name, retentionInDays=events["Days"])
                given.append(name)
            except ClientError as error:
                failed.append(f"{name}: {error}")
    if failed:
        raise RuntimeError("; ".join(failed))
    return {"Given": given}

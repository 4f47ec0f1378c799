"""Condense CloudTrail's files to distinct call shapes: who, what, where, on what, and the keys that policies read, with counts.

A month of an organization is millions of records and some thousands of shapes. Files are read one at a time by each process, so
memory grows with the shapes and the largest file, not with the month.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from os import cpu_count as cpus
from pathlib import Path
from typing import Any, Final, NamedTuple

_EXAMPLES: Final = 3
_PER_TASK: Final = 16


class TrailError(ValueError):
    """The files cannot be read; the message says which and why."""


class Touched(NamedTuple):
    """A resource of a call.

    Args:
        arn: Its ARN, if it was recorded.
        account: The id of its account, if it was recorded.
    """

    arn: str | None
    account: str | None


class Shape(NamedTuple):
    """Calls that no policy can tell apart.

    Args:
        source: The service's endpoint, ``ec2.amazonaws.com``.
        name: What was called, ``RunInstances``.
        region: The region of the endpoint.
        account: The account whose log has it.
        kind: The type of identity, ``AssumedRole``.
        caller: The ARN of the role, user or root user.
        caller_account: The account of the caller.
        invoked_by: The service that called on somebody's behalf.
        mfa: Whether the session was opened with MFA, as recorded.
        address: The address, where some policy reads it.
        endpoint: The VPC endpoint.
        touched: The resources that were recorded.
        category: ``Management``, ``Data``, …; ``Service`` for what a service did and nobody called.
        failed: Whether AWS refused or could not do it.
    """

    source: str
    name: str
    region: str | None
    account: str | None
    kind: str | None
    caller: str | None
    caller_account: str | None
    invoked_by: str | None
    mfa: str | None
    address: str | None
    endpoint: str | None
    touched: tuple[Touched, ...]
    category: str
    failed: bool


@dataclass(slots=True)
class Calls:
    """The calls of a shape.

    Args:
        count: How many.
        first: Time of the first, ISO 8601.
        last: Time of the last.
        examples: Ids of some of the events.
    """

    count: int
    first: str
    last: str
    examples: tuple[str, ...]

    def add(self, other: "Calls") -> None:
        """Take further calls in."""
        self.count += other.count
        self.first = min(self.first, other.first)
        self.last = max(self.last, other.last)
        self.examples = tuple(sorted({*self.examples, *other.examples})[:_EXAMPLES])


def condense(directory: Path, *, accounts: frozenset[str], address: bool = False) -> dict[Shape, Calls]:
    """Read every CloudTrail file below a directory.

    Args:
        directory: Holds ``….json.gz`` or ``….json`` files as CloudTrail writes them, at any depth (``AWSLogs/…``).
        accounts: The ids of the organization's accounts.
        address: Whether calls from different addresses are different shapes.

    Raises:
        TrailError: There is no such file, or one cannot be read.
    """
    files = sorted(path for pattern in ("*.json.gz", "*.json") for path in directory.rglob(pattern))
    if not files:
        raise TrailError(
            f"{directory} has no CloudTrail file; expected AWSLogs/…/*.json.gz, as CloudTrail delivers them, at any depth."
        )
    read = partial(_condensed, accounts=accounts, address=address)
    tasks = [files[start : start + _PER_TASK] for start in range(0, len(files), _PER_TASK)]
    found: dict[Shape, Calls] = {}
    if len(tasks) == 1:
        return read(tasks[0])
    with ProcessPoolExecutor(cpus() or 1) as pool:
        for part in pool.map(read, tasks):
            for shape, calls in part.items():
                _count(found, shape, calls)
    return found


def _condensed(files: Sequence[Path], *, accounts: frozenset[str], address: bool) -> dict[Shape, Calls]:
    found: dict[Shape, Calls] = {}
    for file in files:
        for record in _records(file):
            identity: Mapping[str, Any] = record.get("userIdentity") or {}
            if _is_copy(record, identity, accounts):
                continue
            time, event = str(record.get("eventTime", "")), str(record.get("eventID", ""))
            _count(found, _shape(record, identity, address=address), Calls(1, time, time, (event,)))
    return found


def _records(file: Path) -> Iterable[Mapping[str, Any]]:
    try:
        data = file.read_bytes()
        content = json.loads(gzip.decompress(data) if file.suffix == ".gz" else data)
    except (OSError, EOFError, ValueError) as error:
        raise TrailError(f"{file} is no CloudTrail file: {error}. Take it away, or fetch it again.") from error
    # Digest files and configuration snapshots lie beside; they have no records.
    records = content.get("Records", ()) if isinstance(content, dict) else ()
    return [each for each in records if isinstance(each, dict)]


def _is_copy(record: Mapping[str, Any], identity: Mapping[str, Any], accounts: frozenset[str]) -> bool:
    """Whether it is the other account's record of a call across accounts whose caller's record is among these, too."""
    caller = identity.get("accountId")
    return bool(record.get("sharedEventID")) and caller in accounts and record.get("recipientAccountId") != caller


def _shape(record: Mapping[str, Any], identity: Mapping[str, Any], *, address: bool) -> Shape:
    session: Mapping[str, Any] = identity.get("sessionContext") or {}
    return Shape(
        str(record.get("eventSource", "")),
        str(record.get("eventName", "")),
        record.get("awsRegion"),
        record.get("recipientAccountId"),
        identity.get("type"),
        (session.get("sessionIssuer") or {}).get("arn") or identity.get("arn"),
        identity.get("accountId"),
        identity.get("invokedBy"),
        (session.get("attributes") or {}).get("mfaAuthenticated"),
        record.get("sourceIPAddress") if address else None,
        record.get("vpcEndpointId"),
        tuple(Touched(each.get("ARN"), each.get("accountId")) for each in record.get("resources") or ()),
        "Service" if record.get("eventType") == "AwsServiceEvent" else record.get("eventCategory") or "Management",
        bool(record.get("errorCode")),
    )


def _count(found: dict[Shape, Calls], shape: Shape, calls: Calls) -> None:
    if shape in found:
        found[shape].add(calls)
    else:
        found[shape] = calls

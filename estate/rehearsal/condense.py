"""Condense CloudTrail's records to distinct call shapes: who, what, where, on what, and the keys that policies read, with counts.

A month of an organization is millions of records and some thousands of shapes. Files are read some at a time by each process, so
memory grows with the shapes and not with the month. `estate.rehearsal.athena` has the same condensation as SQL.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

import gc
import gzip
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from os import cpu_count as cpus
from typing import Any, Final, NamedTuple

from estate.rehearsal.sources import File, Source, TrailError, Wanted

EXAMPLES: Final = 3
_TASK_BYTES: Final = 16 << 20
"""As they lie, compressed. What a process finds is handed over once for so many, and a rehearsal of less needs no second process."""
_TASK_FILES: Final = 2048


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
        self.examples = tuple(sorted({*self.examples, *other.examples})[:EXAMPLES])


def condense(source: Source, wanted: Wanted) -> dict[Shape, Calls]:
    """Read CloudTrail's files.

    Args:
        source: Where they are.
        wanted: Which records count, and what tells them apart.

    Raises:
        TrailError: There is no such file, or one cannot be read.
    """
    tasks = _tasks(source.files(wanted))
    first = list(islice(tasks, 2))
    if not first:
        raise TrailError(
            f"{source} has no CloudTrail file of the time and the accounts that matter; expected AWSLogs/…/*.json.gz, as CloudTrail"
            " delivers them, at any depth."
        )
    read = partial(_condensed, source, wanted=wanted)
    if len(first) == 1:
        return read(first[0])
    found: dict[Shape, Calls] = {}
    with ProcessPoolExecutor(
        cpus() or 1, initializer=gc.disable
    ) as pool:  # JSON makes no circles, and looking for them takes long
        for part in _as_done(pool, (partial(read, task) for task in chain(first, tasks))):
            for shape, calls in part.items():
                _count(found, shape, calls)
    return found


def _as_done(pool: ProcessPoolExecutor, tasks: Iterable[partial[dict[Shape, Calls]]]) -> Iterator[dict[Shape, Calls]]:
    """What each task found, with no more of them begun than keep the processes busy."""
    waiting: set[Future[dict[Shape, Calls]]] = set()
    for task in tasks:
        waiting.add(pool.submit(task))
        if len(waiting) > 2 * (cpus() or 1):
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            yield from (each.result() for each in done)
    yield from (each.result() for each in waiting)


def _tasks(files: Iterable[File]) -> Iterator[list[str]]:
    some: list[str] = []
    size = 0
    for file in files:
        some.append(file.name)
        size += file.size
        if size >= _TASK_BYTES or len(some) >= _TASK_FILES:
            yield some
            some, size = [], 0
    if some:
        yield some


def _condensed(source: Source, names: Sequence[str], *, wanted: Wanted) -> dict[Shape, Calls]:
    found: dict[Shape, Calls] = {}
    for name, data in source.read(names):
        for record in _records(name, data):
            identity: Mapping[str, Any] = record.get("userIdentity") or {}
            time, event = str(record.get("eventTime", "")), str(record.get("eventID", ""))
            if wanted.leaves_out(record.get("recipientAccountId"), time) or _is_copy(record, identity, wanted.accounts):
                continue
            _count(found, _shape(record, identity, address=wanted.address), Calls(1, time, time, (event,)))
    return found


def _records(name: str, data: bytes) -> Iterable[Mapping[str, Any]]:
    try:
        content = json.loads(gzip.decompress(data) if name.endswith(".gz") else data)
    except (OSError, EOFError, ValueError) as error:
        raise TrailError(f"{name} is no CloudTrail file: {error}. Take it away, or fetch it again.") from error
    # Digest files and configuration snapshots lie beside; they have no records.
    records = (content.get("Records") or ()) if isinstance(content, dict) else ()
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
        tuple(
            Touched(each.get("ARN") or None, each.get("accountId") or None) for each in record.get("resources") or ()
        ),
        "Service" if record.get("eventType") == "AwsServiceEvent" else record.get("eventCategory") or "Management",
        bool(record.get("errorCode")),
    )


def _count(found: dict[Shape, Calls], shape: Shape, calls: Calls) -> None:
    if shape in found:
        found[shape].add(calls)
    else:
        found[shape] = calls

"""Faults on demand: answer errors, throttling or nothing for a while, to see what a client does."""

from __future__ import annotations

import fnmatch
import threading
import time
from dataclasses import dataclass, field

from estate.local.answers import AwsError

_READS = ("Get", "List", "Describe", "Head", "BatchGet", "Lookup", "Search", "Select", "Simulate", "Validate")
"""How the names of operations begin that change nothing."""


@dataclass
class Fault:
    """A fault for the calls that match.

    Args:
        service: botocore's name of the service, or a pattern such as `*`.
        operation: Name of the operation, or a pattern such as `Put*`.
        code: The error code to answer; an empty one only delays.
        message: The error's message.
        status: HTTP status of the answer.
        times: How many calls fail before the fault is over; None for no such limit.
        seconds: How long the fault lasts; None for no such limit.
        after: How many matching calls are let through first.
        delay: Seconds that a call waits before it is answered.
        writes: Only calls that change something fail: all but those whose names say that they read, and those of STS.
        spared: A bucket in which writing goes on, such as that of the states.
    """

    service: str = "*"
    operation: str = "*"
    code: str = "ThrottlingException"
    message: str = "Rate exceeded"
    status: int = 400
    times: int | None = None
    seconds: float | None = None
    after: int = 0
    delay: float = 0
    writes: bool = False
    spared: str = ""
    _began: float = field(default_factory=time.monotonic, repr=False)

    def over(self) -> bool:
        """Return whether the fault has done what it was asked for."""
        if self.seconds is not None and time.monotonic() - self._began >= self.seconds:
            return True
        return self.times is not None and self.times <= 0

    def strikes(self, service: str, operation: str, bucket: str = "") -> bool:
        """Return whether this call fails, and count it."""
        matches = fnmatch.fnmatchcase(service, self.service) and fnmatch.fnmatchcase(operation, self.operation)
        if self.writes and (service == "sts" or operation.startswith(_READS) or (bucket and bucket == self.spared)):
            return False
        if self.over() or not matches:
            return False
        if self.after > 0:
            self.after -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True


class Faults:
    """The faults that are on."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Turn a fault on."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Turn all faults off."""
        with self._lock:
            self._faults.clear()

    def active(self) -> list[Fault]:
        """Return the faults that are not over."""
        with self._lock:
            self._faults = [fault for fault in self._faults if not fault.over()]
            return list(self._faults)

    def strike(self, service: str, operation: str, bucket: str = "") -> None:
        """Let a call fail if a fault strikes it; wait first where the fault says so.

        Args:
            service: botocore's name of the service.
            operation: The operation.
            bucket: The bucket that a call of S3 is about.

        Raises:
            AwsError: the fault's.
        """
        with self._lock:
            fault = next((fault for fault in self._faults if fault.strikes(service, operation, bucket)), None)
        if fault is None:
            return
        time.sleep(fault.delay)
        if fault.code:
            raise AwsError(fault.code, fault.message, status=fault.status)

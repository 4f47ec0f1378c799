"""One bootstrap at a time in a checkout, and one that ends well when it is asked to end."""

import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from estate.private import open_private, private_directory
from estate.terraform.running import all_runs


class BusyError(RuntimeError):
    """Another bootstrap works in this checkout."""


@contextmanager
def only_one(directory: Path) -> Iterator[None]:
    """Keep others out; the operating system lets them in again when this process ends, however it ends.

    Raises:
        BusyError: Somebody is in.
    """
    private_directory(directory)
    with open_private(directory / "lock", "a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise BusyError(f"Another bootstrap works in this checkout: process {file.read().strip()}.") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


@contextmanager
def interruptible(runs: Path) -> Iterator[None]:
    """Treat a request to end (SIGTERM, as CI systems send it) as Ctrl-C in a terminal, which reaches Terraform too."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        for run in all_runs(runs):
            if run.pid != os.getpid() and run.alive:
                with suppress(ProcessLookupError):
                    os.kill(run.pid, signal.SIGINT)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)

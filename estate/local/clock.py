"""What time it is in the local AWS: that of this machine, and the days that a test lets pass."""

from __future__ import annotations

import datetime as dt

from estate.local.extension import Shelf

_passed = Shelf[list[float]](list, regional=False)


def now() -> dt.datetime:
    """The time, for what takes days in AWS: invitations that expire, accounts that are closed for good."""
    return dt.datetime.now(dt.UTC) + dt.timedelta(days=sum(_passed.of("")))


def pass_days(days: float) -> None:
    """Let days pass; a reset takes them back."""
    _passed.of("").append(days)

"""What the library raises when it is handed a value it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from constructs_lib.policies.findings import Finding


_SHOWN = 200


class InvalidValueError(ValueError):
    """A value that a construct refuses; its message says what arrived, what was expected and how to mend it.

    Args:
        name: The argument, as the caller wrote it (``max_session_duration``, ``accounts['production'].email``).
        arrived: The refused value.
        expected: What would have been accepted, as the object of "expected …".
        cure: A sentence that tells the reader what to do; left out when `expected` says it all.

    Example:
        >>> raise InvalidValueError("max_session_duration", 600, expected="3600 to 43200 seconds")
        Traceback (most recent call last):
        constructs_lib.errors.InvalidValueError: max_session_duration is 600; expected 3600 to 43200 seconds.
    """

    def __init__(self, name: str, arrived: object, *, expected: str, cure: str = "") -> None:
        self.name = name
        self.arrived = arrived
        self.expected = expected
        self.cure = cure
        shown = repr(arrived)
        if len(shown) > _SHOWN:
            shown = f"{shown[:_SHOWN]}…"
        super().__init__(f"{name} is {shown}; expected {expected}.{' ' if cure else ''}{cure}")


class InvalidPolicyError(ValueError):
    """A policy that AWS would refuse, or that would not do what it says; one line per finding.

    Args:
        findings: What is wrong, where, and how to mend it.
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))

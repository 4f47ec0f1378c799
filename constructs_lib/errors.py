"""What the library raises when it is handed a value it refuses."""

from __future__ import annotations


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
        super().__init__(f"{name} is {arrived!r}; expected {expected}.{' ' if cure else ''}{cure}")

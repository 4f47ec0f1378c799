"""What an evaluation answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from constructs_lib.policies.document import Statement


class Layer(StrEnum):
    """The kinds of policy that take part in a decision; the value is the word for it."""

    SCP = "SCP"
    RCP = "RCP"
    RESOURCE = "resource policy"
    IDENTITY = "identity policy"
    BOUNDARY = "permissions boundary"
    SESSION = "session policy"
    ROOT = "root user"
    """No policy: the root user may do in its own account whatever nothing forbids."""
    FREE = "no permission"
    """No policy: the call needs no permission."""


_WITHOUT_POLICY: Final = {Layer.ROOT: "root user", Layer.FREE: "no permission is needed"}


@dataclass(frozen=True, slots=True)
class Reason:
    """One policy's part in a decision, or the lack of one.

    Args:
        layer: The kind of policy.
        node: For an SCP or RCP, where in the organization it is attached.
        policy: The policy's name; None if it is that no policy allows the request.
        index: The position of the statement in its document, from 0.
        statement: The statement that decided.
    """

    layer: Layer
    node: str | None = None
    policy: str | None = None
    index: int | None = None
    statement: Statement | None = None

    @property
    def is_explicit(self) -> bool:
        """Whether a statement decided, and not the lack of one."""
        return self.statement is not None

    @property
    def sid(self) -> str | None:
        """The statement's name, if it has one."""
        return self.statement.sid if self.statement else None

    def __str__(self) -> str:
        place = f" at {self.node}" if self.node else ""
        if self.statement is None:
            return _WITHOUT_POLICY.get(self.layer) or f"no {self.layer}{place} allows it"
        label = f"{self.sid!r}" if self.sid else f"number {self.index}"
        return f"{self.layer} {self.policy!r}{place}, statement {label}"


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer for one request.

    Args:
        allowed: Whether AWS would let it through.
        reasons: If denied: every statement that denies it, or, where none does, every layer in which nothing allows
            it. If allowed: the statements that allow it. The first one decided.
        exempt: The layers that do not apply, though there are such policies.
        because: Why each of them does not, for people.
    """

    allowed: bool
    reasons: tuple[Reason, ...]
    exempt: tuple[Layer, ...] = ()
    because: Mapping[Layer, str] = field(default_factory=dict, compare=False)

    @property
    def reason(self) -> Reason:
        """What decided."""
        return self.reasons[0]

    @property
    def is_explicit_deny(self) -> bool:
        """Whether a Deny statement decided."""
        return not self.allowed and self.reason.is_explicit

    def __str__(self) -> str:
        return f"{'allowed' if self.allowed else 'denied'}: {self.reason}"

"""What a check found: what is wrong, where, how much, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


class Severity(StrEnum):
    """How bad a finding is."""

    REFUSE = "refuse"
    """AWS rejects it, or it does not do what it says: synth fails."""
    WARN = "warn"
    """It works, and is probably not what was meant."""


@dataclass(frozen=True)
class Finding:
    """One thing wrong with a policy.

    Args:
        severity: Whether synth fails.
        code: Short stable name of the rule, for overrides and searches.
        message: What is wrong, as a sentence.
        cure: What to do, as a sentence.
        policy: The policy's name.
        node: Where it is attached, for findings about attachments: ``root``, ``ou:…``, ``account:…``.
        statement: Index of the statement, from 0.
        sid: The statement's Sid.
        measured: What was measured.
        limit: What is allowed.
    """

    severity: Severity
    code: str
    message: str
    cure: str
    policy: str | None = None
    node: str | None = None
    statement: int | None = None
    sid: str | None = None
    measured: int | None = None
    limit: int | None = None

    @property
    def place(self) -> str:
        """Where it is, for people."""
        parts = []
        if self.policy:
            parts.append(f"policy {self.policy!r}")
        if self.node:
            parts.append(f"on {self.node}")
        if self.statement is not None:
            parts.append(f"statement {self.statement}" + (f" ({self.sid})" if self.sid else ""))
        return " ".join(parts)

    def __str__(self) -> str:
        figures = (
            f" (measured {self.measured:,}, limit {self.limit:,})" if self.measured is not None and self.limit else ""
        )
        return f"{self.place + ': ' if self.place else ''}{self.message}{figures} {self.cure}"

    def at(self, *, policy: str | None = None, node: str | None = None) -> Finding:
        """The same finding with its policy or node named."""
        return replace(self, policy=policy or self.policy, node=node or self.node)


def without(findings: Iterable[Finding], accepted: Collection[str]) -> list[Finding]:
    """The findings but those that somebody has looked at and accepts.

    Args:
        findings: What was found.
        accepted: Codes (``unknown-action``), or a code and the Sid of the one statement for which it is accepted
            (``unknown-action@DenyOldCalls``).
    """
    return [
        finding for finding in findings if not {finding.code, f"{finding.code}@{finding.sid}"}.intersection(accepted)
    ]


def doubted(findings: Iterable[Finding]) -> list[Finding]:
    """The findings, none of them a refusal: about what AWS has accepted already."""
    return [replace(finding, severity=Severity.WARN) for finding in findings]


def refuse(code: str, message: str, cure: str, *, measured: int | None = None, limit: int | None = None) -> Finding:
    """A finding that fails synth; its place is added by the caller."""
    return Finding(Severity.REFUSE, code, message, cure, measured=measured, limit=limit)


def warn(code: str, message: str, cure: str, *, measured: int | None = None, limit: int | None = None) -> Finding:
    """A finding that does not fail synth; its place is added by the caller."""
    return Finding(Severity.WARN, code, message, cure, measured=measured, limit=limit)


def refused(findings: Iterable[Finding]) -> list[Finding]:
    """Only the findings that fail synth."""
    return [finding for finding in findings if finding.severity is Severity.REFUSE]

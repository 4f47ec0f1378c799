"""AWS's quotas and name rules as dated, sourced data, and the checks of a single value against them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from constructs_lib.policies.data import load
from constructs_lib.policies.document import is_token
from constructs_lib.policies.findings import Finding, refuse

_SHOWN = 80
"""How much of a long value a message repeats."""


@dataclass(frozen=True)
class Quota:
    """One quota or rule of AWS.

    Args:
        name: For example ``scp.size``.
        limit: The largest value.
        unit: What is counted.
        source: The AWS page that states it.
        as_of: The date on which it was read there.
        minimum: The smallest value.
        pattern: What the whole value must match.
        means: The pattern, for people.
        note: What else to know.
        shape: Where AWS's own model of the service has it, ``iam:CreateRoleRequest.Description``.
    """

    name: str
    limit: int
    unit: str
    source: str
    as_of: str
    minimum: int = 0
    pattern: str | None = None
    means: str | None = None
    note: str | None = None
    shape: str | None = None


@cache
def quota(name: str) -> Quota:
    """The quota of this name; `names` lists them."""
    data = load("quotas")
    entry = data["quotas"][name]
    return Quota(name=name, as_of=data["as_of"], **{**entry, "source": data["sources"][entry["source"]]})


def names() -> tuple[str, ...]:
    """The names of all quotas."""
    return tuple(load("quotas")["quotas"])


def check_text(name: str, value: str) -> list[Finding]:
    """Measure a name, description or id against its quota; tokens pass.

    Example:
        >>> [str(finding) for finding in check_text("account.id", "12345678901")]
        ["account.id is '12345678901', which is 11 characters long (measured 11, limit 12) Use exactly 12 digits, written as a string."]
    """
    if is_token(value):
        return []
    rule = quota(name)
    between = f"{rule.minimum} to {rule.limit:,}" if rule.minimum != rule.limit else f"{rule.limit}"
    if not rule.minimum <= len(value) <= rule.limit:
        shown = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}..."
        message = f"{name} is {shown!r}, which is {len(value):,} {rule.unit} long"
        cure = f"Use {rule.means}." if rule.minimum == rule.limit and rule.means else f"Use {between} {rule.unit}."
        return [refuse(f"{name}-length", message, cure, measured=len(value), limit=rule.limit)]
    if rule.pattern and not re.fullmatch(rule.pattern, value, re.ASCII):
        return [refuse(f"{name}-form", f"{name} is {value!r}.", f"Use {rule.means}.")]
    return []


def check_number(name: str, value: float) -> list[Finding]:
    """Measure a duration or a count against its quota."""
    rule = quota(name)
    if rule.minimum <= value <= rule.limit:
        return []
    return [
        refuse(
            name,
            f"{name} is {value:,} {rule.unit}; AWS takes {rule.minimum:,} to {rule.limit:,}.",
            f"Use at most {rule.limit:,} {rule.unit}."
            if value > rule.limit
            else f"Use at least {rule.minimum:,} {rule.unit}.",
            measured=int(value),
            limit=rule.limit,
        )
    ]

"""What comes near a quota of AWS."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from config.nodes import Organization
from constructs_lib.policies.attachments import slots
from constructs_lib.policies.quotas import quota

_NEAR: Final = 0.9


@dataclass(frozen=True)
class Near:
    """Something that is near a quota.

    Args:
        what: A policy or a node, as selectors and slugs name it.
        measured: How much of it is used.
        limit: How much there is.
        unit: What is counted.
        before: How much was used.
    """

    what: str
    measured: int
    limit: int
    unit: str
    before: int


def near(organization: Organization) -> tuple[Near, ...]:
    """Whatever uses nine tenths of a quota or more."""
    return tuple(
        Near(what, measured, limit, unit, measured)
        for what, (measured, limit, unit) in sorted(_used(organization).items())
        if measured >= limit * _NEAR
    )


def nearer(before: Organization, after: Organization) -> tuple[Near, ...]:
    """Whatever uses nine tenths of a quota or more, and more than before."""
    was = _used(before)
    return tuple(
        Near(what, measured, limit, unit, was.get(what, (0, 0, ""))[0])
        for what, (measured, limit, unit) in sorted(_used(after).items())
        if measured >= limit * _NEAR and measured > was.get(what, (0, 0, ""))[0]
    )


def _used(organization: Organization) -> dict[str, tuple[int, int, str]]:
    found: dict[str, tuple[int, int, str]] = {}
    for policy in organization.policies.values():
        size = quota(f"{policy.kind}.size")
        for part in policy.parts:
            found[f"policy {part.slug}"] = (len(part.content.encode()), size.limit, "bytes")
    attached = Counter(
        (node.selector, policy.kind)
        for policy in organization.policies.values()
        for node in policy.targets
        for _ in policy.parts
    )
    lists = {node.selector for node in organization.without_full_access}
    for (selector, kind), count in attached.items():
        room = slots(kind, full_access=selector not in lists)
        found[f"{kind.upper()}s on {selector}"] = (count, room, "policies")
    return found

"""How many policies may be attached to one root, OU or account, and to which it makes no sense."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from constructs_lib.policies.findings import Finding, refuse, warn
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.quotas import quota

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from constructs_lib.policies.document import PolicyDocument

FULL_ACCESS = {PolicyKind.SCP: "FullAWSAccess", PolicyKind.RCP: "RCPFullAWSAccess"}
"""The policies that AWS attaches to every node when their kind is switched on."""
FULL_ACCESS_ID = "p-FullAWSAccess"
"""The id of AWS's service control policy that allows everything, the same in every organization."""
_EXEMPT = (PolicyKind.SCP, PolicyKind.RCP)


def slots(kind: PolicyKind, *, full_access: bool = True) -> int:
    """How many own policies of this kind fit on one node.

    Args:
        kind: A kind of organization policy.
        full_access: Whether AWS's full-access policy stays attached; it takes a slot.
    """
    return quota(f"{kind}.attached").limit - (full_access and kind in FULL_ACCESS)


def check_attachments(
    node: str,
    kind: PolicyKind,
    policies: Sequence[str],
    *,
    inherited: Sequence[str] = (),
    full_access: bool = True,
    is_management_account: bool = False,
) -> list[Finding]:
    """Count the policies of one kind that are attached to one node itself.

    Args:
        node: For example ``root``, ``ou:workloads/production`` or ``account:production``.
        kind: Their kind.
        policies: The names of those attached here, without AWS's full-access policy.
        inherited: The names of those attached above; they are in force here, but do not count.
        full_access: Whether AWS's full-access policy is attached here too; it counts.
        is_management_account: Whether the node is the management account, which SCPs and RCPs do not restrict.
    """
    found = [
        refuse("attached-twice", f"{name!r} is attached {count} times.", "Attach it once.")
        for name, count in Counter(policies).items()
        if count > 1
    ]
    limit = quota(f"{kind}.attached").limit
    counted = len(policies) + (full_access and kind in FULL_ACCESS)
    if counted > limit:
        found.append(_too_many(kind, counted, limit, inherited, full_access=full_access))
    if kind is PolicyKind.SCP and not counted:
        found.append(
            refuse(
                "attached-too-few",
                "No service control policy is attached, which AWS refuses: nothing would be allowed.",
                f"Keep {FULL_ACCESS[kind]} attached, or attach a policy that allows something.",
                measured=0,
                limit=quota("scp.attached-minimum").limit,
            )
        )
    if is_management_account and kind in _EXEMPT and policies:
        found.append(
            warn(
                "management-account-exempt",
                f"{', '.join(policies)}: the management account is not restricted by such policies.",
                "Attach them to the OUs, and keep workloads out of the management account.",
            )
        )
    above = set(inherited)
    found += (
        warn("attached-above", f"{name!r} is in force here already: it is attached above.", "Attach it in one place.")
        for name in dict.fromkeys(policies)
        if name in above
    )
    return [replace(finding, node=node) for finding in found]


def check_allows(document: PolicyDocument, kind: PolicyKind, *, full_access: bool = True) -> list[Finding]:
    """Statements that allow what is allowed anyway.

    Args:
        document: The policy.
        kind: Its kind.
        full_access: Whether AWS's full-access policy is attached somewhere where this one is.
    """
    if kind is not PolicyKind.SCP or not full_access:
        return []
    return [
        replace(
            warn(
                "allow-beside-full-access",
                f"The Allow changes nothing where {FULL_ACCESS[kind]} is attached, too, as AWS attaches it to every node.",
                "Write what shall not be possible as a Deny (NotAction for all but a few services).",
            ),
            statement=index,
            sid=statement.sid,
        )
        for index, statement in enumerate(document.statements)
        if statement.effect == "Allow"
    ]


def _too_many(kind: PolicyKind, counted: int, limit: int, inherited: Sequence[str], *, full_access: bool) -> Finding:
    with_full = f", {FULL_ACCESS[kind]} among them" if full_access and kind in FULL_ACCESS else ""
    apart = f"; {len(inherited)} more are inherited and do not count" if inherited else ""
    return refuse(
        "attached-too-many",
        f"{counted} policies of kind {kind} are attached{with_full}, and {limit} may be{apart}.",
        "Combine policies (constructs_lib.policies.pack), or attach some of them to a node above.",
        measured=counted,
        limit=limit,
    )


def check_organization_counts(policies: Iterable[PolicyKind], *, ous: int, deepest: int) -> list[Finding]:
    """Count what the organization as a whole may have.

    Args:
        policies: The kind of every organization policy.
        ous: The number of OUs.
        deepest: How many OUs lie one in another in the deepest place.
    """
    by_kind = Counter(policies)
    scps = by_kind.pop(PolicyKind.SCP, 0)
    counts = {
        "scp.per-organization": scps,
        "other-policies.per-organization": max(by_kind.values(), default=0),
        "ou.per-organization": ous,
        "ou.depth": deepest,
    }
    return [
        refuse(
            name,
            f"{name} is {count:,}.",
            f"AWS allows {quota(name).limit:,} {quota(name).unit}.",
            measured=count,
            limit=quota(name).limit,
        )
        for name, count in counts.items()
        if count > quota(name).limit
    ]

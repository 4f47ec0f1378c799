"""Where an organization's policies are attached, and whether AWS takes so many there."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from constructs_lib.policies.attachments import check_attachments, check_organization_counts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from constructs_lib.organization.tree import OrganizationTree
    from constructs_lib.organization.values import Policy
    from constructs_lib.policies.findings import Finding
    from constructs_lib.policies.kinds import PolicyKind


def check_policies(tree: OrganizationTree, policies: Sequence[Policy]) -> list[Finding]:
    """Count the policies of the organization, and those on each of its nodes.

    Args:
        tree: The units and accounts.
        policies: All policies with their targets.
    """
    attached: dict[tuple[str, PolicyKind], list[str]] = defaultdict(list)
    for policy in policies:
        for target in policy.targets:
            attached[tree.node(target, f"Policy({policy.slug!r}).targets"), policy.kind].append(policy.name)
    found = check_organization_counts(
        (policy.kind for policy in policies),
        ous=len(tree.units),
        deepest=max((tree.path(unit.slug).count("/") + 1 for unit in tree.units), default=0),
    )
    for (node, kind), names in attached.items():
        inherited = [name for above in tree.above(node) for name in attached.get((above, kind), ())]
        found += check_attachments(
            node, kind, names, inherited=inherited, is_management_account=node == f"account:{tree.management}"
        )
    return found

"""What AWS Control Tower or the Landing Zone Accelerator look after: known, explained, and not touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from estate.adoption.snapshot import Snapshot

POLICY_PREFIXES: Final[Mapping[str, str]] = {
    "aws-guardrails-": "control-tower",
    "AWSAccelerator": "lza",
    "LZA-": "lza",
}
"""How the names of policies begin that something else writes, and what writes them."""

RECORDERS: Final = ("aws-controltower-", "AWSAccelerator-", "AWSLandingZoneAccelerator-")
"""How the names of Config's recorders and delivery channels begin that these make."""
GROUPS: Final = frozenset(
    {
        "AWSAccountFactory",
        "AWSAuditAccountAdmins",
        "AWSControlTowerAdmins",
        "AWSLogArchiveAdmins",
        "AWSLogArchiveViewers",
        "AWSSecurityAuditPowerUsers",
        "AWSSecurityAuditors",
        "AWSServiceCatalogAdmins",
    }
)
"""Groups that Control Tower makes in Identity Center."""
PERMISSION_SETS: Final = frozenset(
    {
        "AWSAdministratorAccess",
        "AWSOrganizationsFullAccess",
        "AWSPowerUserAccess",
        "AWSReadOnlyAccess",
        "AWSServiceCatalogAdminFullAccess",
        "AWSServiceCatalogEndUserAccess",
    }
)
"""Permission sets that Control Tower makes."""


def managers(snapshot: Snapshot, prefixes: Mapping[str, str] = POLICY_PREFIXES) -> dict[str, str]:
    """Tell what something else manages.

    Policies are known by their names. An OU on which such a policy hangs is one that their writer has enrolled, and so are
    the accounts right in it; the root never is.

    Args:
        snapshot: The organization.
        prefixes: How the names of policies begin, and what writes them.

    Returns:
        By id of a policy, an OU or an account: ``control-tower`` or ``lza``.
    """
    found: dict[str, str] = {}
    for id_, policy in snapshot.policies.items():
        by = next((by for prefix, by in prefixes.items() if policy["Name"].startswith(prefix)), None)
        if by is None:
            continue
        found[id_] = by
        found |= dict.fromkeys((target for target in policy["Targets"] if target in snapshot.units), by)
    for id_, account in snapshot.accounts.items():
        if account["Parent"] in found:
            found[id_] = found[account["Parent"]]
    return found

"""Inspector's member accounts, which moto keeps after they are gone."""

from __future__ import annotations

from moto.inspector2.models import Inspector2Backend

from estate.local.services.inspector2 import extension


@extension.amends("A member that was disassociated is removed, as AWS says, and not merely disabled.")
def _remove_disassociated_members() -> None:
    def disassociate(self: Inspector2Backend, account_id: str) -> None:
        self.members[account_id].status = "REMOVED"

    Inspector2Backend.disassociate_member = disassociate  # type: ignore[method-assign]

"""An account that a security service's administrator enrols."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping


@typed
@dataclass(frozen=True)
class Member:
    """An existing account of the organization.

    Args:
        account_id: Its id.
        email: Its root user's e-mail address, by which some services want it confirmed.
    """

    account_id: str
    email: str


def require_members(members: Mapping[str, Member]) -> list[tuple[str, Member]]:
    """The members in the order of their slugs, each with a proper slug and id."""
    for slug, member in members.items():
        require_slug("members", slug)
        require_account_id(f"members[{slug!r}].account_id", member.account_id)
    return sorted(members.items(), key=lambda item: item[0])

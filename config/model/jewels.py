"""What nobody should reach who need not, and who rightly does: the key `jewels` of organization.yaml."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from config.errors import did_you_mean, one_of
from config.model.approvals import Day, Text
from config.model.base import Matches, Model, refuse
from config.model.types import Slug

KINDS: Final = {
    "organization": "moving, closing and removing accounts",
    "guardrails": "changing and detaching guardrails",
    "people": "giving access to people in Identity Center",
    "deployment-rights": "changing the roles that deploy, and that reach states",
    "break-glass": "changing the roles by which accounts are repaired",
    "states": "reading and writing Terraform's states",
    "audit-trail": "stopping, changing and deleting the trail",
    "log-archive": "changing, emptying and opening the log archive",
    "keys": "deleting keys of the management, security, log-archive and terraform accounts, and changing who may use them",
}
"""The jewels of every organization, as far as its stacks make them."""

_NAME: Final = r"(?:role|user|root|permission-set|group|person|pipeline|federated|service|outside):\S.*|anybody"
_EXPECTED: Final = "somebody as `estate access` names them, such as 'role:production/Backup' or 'group:Auditors'"
PrincipalName = Annotated[
    str,
    Matches(
        rf"(?:permission-set:\*/(?!.*\*)\S.*|(?!.*\*)(?:{_NAME}))",
        f"{_EXPECTED}, or 'permission-set:*/Admin'; no other wildcards",
        "Name one; accept others by further entries.",
    ),
]
PrincipalPattern = Annotated[str, Matches(_NAME, f"{_EXPECTED}; * stands for anything")]


def _check_action(value: str) -> str:
    from constructs_lib.policies.rules.actions import unknown_action  # noqa: PLC0415 - reads all of AWS's actions

    unknown = unknown_action(value)
    if unknown or "*" in value or "?" in value:
        raise refuse("one action such as 's3:GetObject'", f"{unknown.message} {unknown.cure}" if unknown else "")
    return value


class AcceptedPath(Model):
    """Says that somebody may reach a jewel for a time who is not among its rightful principals."""

    principal: PrincipalName = Field(
        description="Who; the message names them. A permission set may be named for every account: `permission-set:*/Admin`."
    )
    until: Day = Field(description="The last day on which it is accepted.")
    reason: Text = Field(description="Why it is right.")


class JewelEntry(Model):
    """What is worth protecting. The key is one of the jewels that every organization has, or a name of your own."""

    principals: tuple[PrincipalPattern, ...] = Field(
        default=(), description="Who reaches it rightly, beside those whom the configuration makes for it."
    )
    accepted: tuple[AcceptedPath, ...] = Field(
        default=(), description="Who else reaches it and may, each until a day; everybody else is refused."
    )
    account: Slug | None = Field(default=None, description="The account that it is in; for one of your own.")
    actions: tuple[Annotated[str, AfterValidator(_check_action)], ...] = Field(
        default=(), description="The calls that harm it; for one of your own."
    )
    resources: tuple[Annotated[str, Matches(r"arn:[^*?]+", "an ARN without wildcards")], ...] = Field(
        default=(), description="On what; something of the kind in the account if not said."
    )


def check_jewels(jewels: dict[str, JewelEntry]) -> dict[str, JewelEntry]:
    """Refuse entries that say too much of a jewel that every organization has, or too little of another.

    Args:
        jewels: By key.
    """
    for key, entry in jewels.items():
        own = entry.account is not None or entry.actions or entry.resources
        if key in KINDS and own:
            raise refuse(
                f"{key!r} to have `principals` and `accepted` only", "What it is, is known; name yours otherwise."
            )
        if key not in KINDS and not (entry.account and entry.actions):
            cure = did_you_mean(key, KINDS) or f"Or name one of those that every organization has: {one_of(KINDS)}."
            raise refuse(f"`account` and `actions` of {key!r}, a jewel of your own", cure)
    return jewels


Jewels = Annotated[dict[Slug, JewelEntry], AfterValidator(check_jewels)]

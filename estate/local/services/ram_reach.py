"""Whom RAM's shares reach: accounts that are named, or whose organization or OU is; others are invited."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from estate.local.answers import AwsError
from estate.local.extension import Call, Json, Shelf
from estate.local.membership import membership, organization_of

if TYPE_CHECKING:
    from collections.abc import Iterator

TRUSTED_SERVICE = "ram.amazonaws.com"
_ORGANIZATION_ARN = re.compile(
    r"arn:[a-z-]+:organizations::\d{12}:(?:organization|ou)/(o-[a-z0-9]+)(?:/(ou-[a-z0-9-]+))?"
)
own_shares = Shelf[dict[str, Json]](dict)
"""Shares by ARN, in the account and region that has them."""


def all_shares() -> Iterator[Json]:
    """Yield the shares of all accounts."""
    for _, _, found in own_shares.each():
        yield from found.values()


def shares_with(call: Call) -> list[Json]:
    """The shares of others that reach the account of a call, in its region."""
    return [
        share
        for share in all_shares()
        if share["owningAccountId"] != call.account_id
        and f":{call.region}:" in share["resourceShareArn"]
        and _reaches(share, call.account_id, call.partition)
    ]


def shared_resources(account_id: str, partition: str, region: str) -> Iterator[tuple[str, str]]:
    """Yield the owner and the ARN of everything that others share with an account in a region."""
    for share in all_shares():
        owner = share["owningAccountId"]
        if (
            owner != account_id
            and f":{region}:" in share["resourceShareArn"]
            and _reaches(share, account_id, partition)
        ):
            for (kind, arn), association in share["associations"].items():
                if kind == "RESOURCE" and association["status"] == "ASSOCIATED":
                    yield owner, arn


def _reaches(share: Json, account_id: str, partition: str) -> bool:
    place = membership(account_id, partition)
    for (kind, entity), association in share["associations"].items():
        if kind != "PRINCIPAL" or association["status"] != "ASSOCIATED":
            continue
        found = _ORGANIZATION_ARN.fullmatch(entity)
        if entity == account_id or (found and place and f"{found[2] or found[1]}/" in place.path):
            return True
    return False


def is_external(call: Call, share: Json, principal: str) -> bool:
    """Return whether a principal has to be invited; refuse one that the share or the organization does not admit."""
    organization = organization_of(call.account_id, call.partition)
    enabled = organization is not None and any(
        service["ServicePrincipal"] == TRUSTED_SERVICE for service in organization.services
    )
    if found := _ORGANIZATION_ARN.fullmatch(principal):
        units = {unit.id for unit in organization.ou} if organization else set()
        known = organization and organization.org and found[1] == organization.org.id
        if not enabled or not known or (found[2] and found[2] not in units):
            raise AwsError(
                "UnknownResourceException",
                f"Organization or unit {principal} could not be found (or sharing with the organization is not enabled).",
            )
        return False
    if not re.fullmatch(r"\d{12}", principal):
        return False  # roles, users and service principals of accounts that RAM does not look into
    if enabled and organization and any(account.id == principal for account in organization.accounts):
        return False
    if not share["allowExternalPrincipals"]:
        raise AwsError(
            "OperationNotPermittedException",
            f"The resource share {share['name']} does not allow {principal}, which is outside the organization.",
        )
    return True

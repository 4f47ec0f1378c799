"""Costs: tags that are spelt in one way, production that stays up."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from config.errors import KeyPath, Problem
from config.files import Files
from config.model.base import enabled
from config.nodes import Account, Organization
from config.rules.governed import ungoverned

ENVIRONMENT: Final = "environment"
"""The tag that says what an account is for."""
_PRODUCTION: Final = frozenset({"live", "prd", "prod", "production"})
_SCALING: Final[KeyPath] = ("settings", "scheduled_scaling")


def allocation_tags(organization: Organization, files: Files) -> Iterator[Problem]:
    """A tag policy for all accounts fixes how each cost-allocation tag is written, and enforces it."""
    cost, file = enabled(organization.cost), files.organization.file
    enforced = _enforced(organization)
    for index, key in enumerate(cost.allocation_tags if cost else ()):
        path = ("cost", "allocation_tags", index)
        expected = "a tag policy at the root that enforces how it is written"
        if key not in enforced:
            yield file.warning(path, f"{key!r}, which no tag policy is about", expected, "Write one in policies/.")
        elif not enforced[key]:
            cure = "Say in it for which resources (`enforced_for`)."
            yield file.warning(path, f"{key!r}, which a tag policy is about but does not enforce", expected, cure)


def _enforced(organization: Organization) -> dict[str, bool]:
    """Tag keys of tag policies for the whole organization, and whether they are enforced for anything."""
    found: dict[str, bool] = {}
    for policy in organization.policies_on(organization.root):
        content: Mapping[str, Any] = json.loads(policy.content) if policy.type == "tag_policy" else {}
        for name, settings in content.get("tags", {}).items():
            key = settings.get("tag_key", {}).get("@@assign", name)
            found[key] = found.get(key, False) or bool(settings.get("enforced_for", {}).get("@@assign"))
    return found


def production_stays_up(organization: Organization, files: Files) -> Iterator[Problem]:
    """Nothing in production stops at night by accident: not by inheritance, and not for want of a tag."""
    for account in organization.accounts.values():
        scaling = enabled(account.settings.scheduled_scaling)
        if scaling is None or scaling.even_in_production:
            continue
        file = files.accounts[account.slug].file
        said = "say `enabled: false` here, or `even_in_production: true` if it is meant"
        if ENVIRONMENT not in account.tags:
            arrived = f"an account without the tag {ENVIRONMENT!r}, whose machines would stop at night"
            expected = "to know that it is not production"
            yield file.problem(_SCALING, arrived, expected, f"Give it that tag; {said}.")
        elif is_production(account):
            arrived = f"{account.slug!r}, which is production, and whose machines would stop at night"
            expected = "production to stay up"
            yield file.problem(_SCALING, arrived, expected, f"{said[0].upper()}{said[1:]}.")


def is_production(account: Account) -> bool:
    """Whether an account is for production, by its tag or by the OU that it is in."""
    return account.tags.get(ENVIRONMENT, "").lower() in _PRODUCTION or any(
        unit.slug in _PRODUCTION for unit in account.chain
    )


def scaling_regions(organization: Organization, files: Files) -> Iterator[Problem]:
    """Schedules are in governed regions."""
    for account in organization.accounts.values():
        if scaling := enabled(account.settings.scheduled_scaling):
            for key, regions in (("regions", scaling.regions), ("keys", scaling.keys)):
                yield from ungoverned(account, organization, files, ("scheduled_scaling", key), regions)

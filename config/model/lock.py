"""The ids that AWS gave: organization.lock.yaml."""

from typing import Annotated

from pydantic import Field

from config.model.base import Matches, Model
from config.model.types import AccountId, Slug
from constructs_lib.policies.quotas import quota


def _id(name: str, expected: str) -> Matches:
    """An id as AWS makes them."""
    return Matches(quota(name).pattern or "", expected, quota=name)


OrganizationId = Annotated[str, _id("organization.id", "an organization id such as 'o-a1b2c3d4e5'")]
RootId = Annotated[str, _id("root.id", "a root id such as 'r-ab12'")]
UnitId = Annotated[str, _id("ou.id", "an OU id such as 'ou-ab12-c3d4e5f6'")]


class Lock(Model):
    """Ids by slug, written by `estate lock` from the deployed organization and never by hand."""

    organization_id: OrganizationId
    root_id: RootId
    management_account_id: AccountId
    accounts: dict[Slug, AccountId] = Field(default_factory=dict, description="Account ids by slug.")
    organizational_units: dict[Slug, UnitId] = Field(default_factory=dict, description="OU ids by slug.")

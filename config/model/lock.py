"""The ids that AWS gave: organization.lock.yaml."""

from typing import Annotated

from pydantic import Field

from config.model.base import Matches, Model
from config.model.types import AccountId, Slug

OrganizationId = Annotated[str, Matches("o-[a-z0-9]{10,32}", "an organization id such as 'o-a1b2c3d4e5'")]
RootId = Annotated[str, Matches("r-[0-9a-z]{4,32}", "a root id such as 'r-ab12'")]
UnitId = Annotated[str, Matches("ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}", "an OU id such as 'ou-ab12-c3d4e5f6'")]


class Lock(Model):
    """Ids by slug, written by `estate lock` from the deployed organization and never by hand."""

    organization_id: OrganizationId
    root_id: RootId
    management_account_id: AccountId
    accounts: dict[Slug, AccountId] = Field(default_factory=dict, description="Account ids by slug.")
    organizational_units: dict[Slug, UnitId] = Field(default_factory=dict, description="OU ids by slug.")

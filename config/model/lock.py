"""The ids that AWS gave: organization.lock.yaml."""

from pydantic import Field

from config.model.approvals import Day
from config.model.base import Model
from config.model.types import AccountId, Email, OrganizationId, PolicyId, RootId, ServicePrincipal, Slug, UnitId


class Existing(Model):
    """What was there before Terraform, and that it has yet to take over; written by `estate adopt`, removed by `estate lock`.

    What an id in the configuration cannot say: that the organization, an attachment or a registration exists.
    """

    policy_attachments: tuple[str, ...] = Field(default=(), description="Import ids, `<target>:<policy>`.")
    delegated_administrators: tuple[str, ...] = Field(default=(), description="Import ids, `<account>/<service>`.")
    ram_sharing: bool = Field(default=False, description="Whether RAM shares with the organization.")


class Closed(Model):
    """An account that was closed: its slug and its address serve no other account."""

    id: AccountId
    email: Email = Field(description="The address of its root user, which AWS lets no other account have.")
    until: Day = Field(description="Until this day AWS Support can reopen it; then it is gone for good.")


class Lock(Model):
    """Ids by slug, written by `estate lock` from the deployed organization and never by hand."""

    organization_id: OrganizationId
    root_id: RootId
    management_account_id: AccountId
    accounts: dict[Slug, AccountId] = Field(default_factory=dict, description="Account ids by slug.")
    organizational_units: dict[Slug, UnitId] = Field(default_factory=dict, description="OU ids by slug.")
    policies: dict[Slug, PolicyId] = Field(
        default_factory=dict, description="Ids of the policies that were taken over."
    )
    service_access: tuple[ServicePrincipal, ...] = Field(
        default=(), description="Services that were trusted when the organization was taken over; they stay trusted."
    )
    policy_types: tuple[str, ...] = Field(
        default=(), description="Policy types that were switched on when it was taken over; they stay on."
    )
    ram_sharing: bool = Field(
        default=True, description="False if RAM was trusted, but did not share with the organization: that stays so."
    )
    parents: dict[AccountId, UnitId | RootId] = Field(
        default_factory=dict, description="Where the accounts are that something else manages, and moves."
    )
    existing: Existing | None = Field(default=None, description="What Terraform has yet to take over.")
    closed: dict[Slug, Closed] = Field(default_factory=dict, description="The accounts that were closed, by slug.")

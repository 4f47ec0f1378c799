"""The organization as a whole: organization.yaml."""

from typing import Self

from pydantic import Field, model_validator

from config.model.base import Model, refuse
from config.model.capabilities.cost import Cost
from config.model.capabilities.identity_center import IdentityCenterEntry
from config.model.capabilities.logging import Logging
from config.model.capabilities.security import Security
from config.model.ci import Ci
from config.model.policy import PolicyType
from config.model.settings import PartialSettings
from config.model.state import LocalState, State
from config.model.statement import StatementEntry
from config.model.types import (
    AccountId,
    Arn,
    EmailPattern,
    ExternalId,
    OrganizationSlug,
    Region,
    RoleDescription,
    RoleName,
    Selector,
    ServicePrincipal,
    SessionDuration,
    Slug,
    Tags,
    UnitName,
)
from config.regions import Partition


class Regions(Model):
    """Where the organization works."""

    home: Region = Field(description="Where global things live, and where accounts work that name no region.")
    governed: tuple[Region, ...] = Field(default=(), description="All regions in use; guardrails close the others.")

    @model_validator(mode="after")
    def _governed_holds_home(self) -> Self:
        if self.governed and self.home not in self.governed:
            raise refuse(f"`governed` to hold the home region {self.home}", f"Add {self.home} to `governed`.")
        return self


class ExecutionRole(Model):
    """The role in every account that Terraform works with."""

    name: RoleName = "TerraformExecutionRole"
    external_id: ExternalId | None = Field(default=None, description="What the caller must name to assume it.")
    max_session_duration: SessionDuration = Field(default=3600, description="Seconds.")


class UnitEntry(Model):
    """An organizational unit; its key is its slug, unique in the whole tree, so that it may move."""

    name: UnitName | None = Field(default=None, description="Shown in the AWS console; made from the slug if not said.")
    tags: Tags = Field(default_factory=dict, description="Tags of the OU and of everything below it.")
    defaults: PartialSettings = Field(default_factory=dict, description="Settings of every account below it.")
    organizational_units: dict[Slug, "UnitEntry"] = Field(default_factory=dict, description="OUs inside this one.")


class ShareEntry(Model):
    """Something of one account that others may use (AWS RAM)."""

    name: UnitName | None = Field(default=None, description="Shown in the AWS console; the slug if not said.")
    account: Slug = Field(description="The account that owns what is shared.")
    subnets: tuple[Slug, ...] = Field(default=(), description="Subnets of that account's `network`, by slug.")
    transit_gateway: bool = Field(default=False, description="That account's `transit_gateway`.")
    ipam_pools: tuple[Region, ...] = Field(default=(), description="Pools of that account's `ipam`, by region.")
    arns: tuple[Arn, ...] = Field(default=(), description="Anything else, by ARN.")
    principals: tuple[Selector, ...] = Field(
        min_length=1, description="Who may use it; `root` is the whole organization."
    )
    allow_external_principals: bool = Field(default=False, description="Whether accounts outside may be invited.")
    external_principals: tuple[AccountId, ...] = Field(default=(), description="Accounts outside the organization.")

    @model_validator(mode="after")
    def _shares_something(self) -> Self:
        if not (self.subnets or self.transit_gateway or self.ipam_pools or self.arns):
            raise refuse("`subnets`, `transit_gateway`, `ipam_pools` or `arns` to share")
        if self.external_principals and not self.allow_external_principals:
            raise refuse("`allow_external_principals: true` with `external_principals`", "Say so, or remove them.")
        return self


class TrustedBy(Model):
    """Who may assume a role."""

    account: Slug = Field(description="The account the callers are in.")
    roles: tuple[RoleName, ...] = Field(
        default=(), description="Their roles' names, which get the permission too; without any, the account decides."
    )


class RoleEntry(Model):
    """A role that one account offers to another: its trust and the callers' permission come from this one entry."""

    name: RoleName = Field(description="The IAM role's name.")
    description: RoleDescription = ""
    accounts: tuple[Selector, ...] = Field(min_length=1, description="The accounts that have the role.")
    trusted_by: tuple[TrustedBy, ...] = Field(min_length=1, description="Who may assume it.")
    external_id: ExternalId | None = Field(default=None, description="What the caller must name to assume it.")
    max_session_duration: SessionDuration = Field(default=3600, description="Seconds.")
    managed_policies: tuple[Arn, ...] = Field(default=(), description="ARNs of policies it gets.")
    statements: tuple[StatementEntry, ...] = Field(default=(), description="What it may do, written out.")

    @model_validator(mode="after")
    def _may_do_something(self) -> Self:
        if not self.managed_policies and not self.statements:
            raise refuse("`managed_policies` or `statements`: a role without either may do nothing")
        return self


class OrganizationFile(Model):
    """An AWS organization."""

    name: UnitName = Field(description="The organization's name, for people.")
    slug: OrganizationSlug = Field(description="Starts the names of resources; never changes.")
    partition: Partition = Field(default="aws", description="AWS's commercial regions, or GovCloud (US).")
    email: EmailPattern = Field(description="Accounts' root addresses; {account} becomes the account's slug.")
    regions: Regions
    trusted_services: tuple[ServicePrincipal, ...] = Field(
        default=(), description="Services that may work in all accounts of the organization."
    )
    policy_types: tuple[PolicyType, ...] = Field(
        default=("service_control_policy",), description="Policy types switched on."
    )
    delegated_administrators: dict[ServicePrincipal, Slug] = Field(
        default_factory=dict, description="Which account administers a service for the whole organization."
    )
    state: State = Field(default_factory=LocalState, description="Where Terraform's state is kept.")
    execution_role: ExecutionRole = Field(default_factory=ExecutionRole)
    break_glass_role: RoleName = Field(
        default="OrganizationAccountAccessRole",
        description="The role in every account by which people repair it; guardrails must leave it able to.",
    )
    ci: Ci | None = Field(default=None, description="Pipelines that deploy; people do if not said.")
    logging: Logging | None = Field(default=None, description="Audit trail, log archive and alerts.")
    security: Security | None = Field(default=None, description="Security services of all accounts.")
    cost: Cost | None = Field(default=None, description="Costs of the organization as a whole.")
    identity_center: IdentityCenterEntry | None = Field(
        default=None, description="People, and what they may do in which account."
    )
    tags: Tags = Field(default_factory=dict, description="Tags that everything gets.")
    defaults: PartialSettings = Field(default_factory=dict, description="Settings of every account.")
    defaults_by_tag: dict[Selector, PartialSettings] = Field(
        default_factory=dict, description="Settings of the accounts with a tag: `tag:environment=production`."
    )
    organizational_units: dict[Slug, "UnitEntry"] = Field(default_factory=dict)
    shares: dict[Slug, ShareEntry] = Field(default_factory=dict, description="What accounts share with others.")
    roles: dict[Slug, RoleEntry] = Field(default_factory=dict, description="Roles that accounts offer to others.")

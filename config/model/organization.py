"""The organization as a whole: organization.yaml."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from config.errors import one_of
from config.facts.regions import REGIONS, UNSUPPORTED_PARTITIONS, Partition
from config.model.account import OwnPurpose, Purpose, PurposeEntry
from config.model.base import Matches, Model, refuse
from config.model.ci import Ci
from config.model.jewels import Jewels
from config.model.policy import PolicyType
from config.model.rollout import SettingsRollout
from config.model.settings import PartialSettings
from config.model.state import LocalState, State
from config.model.types import (
    EmailPattern,
    ExternalId,
    ManagedBy,
    OrganizationId,
    OrganizationSlug,
    Region,
    RoleName,
    Selector,
    ServicePrincipal,
    SessionDuration,
    Slug,
    Tags,
    TagSelector,
    UnitId,
    UnitName,
)


def _supported(partition: Any) -> Any:
    if isinstance(partition, str) and partition in UNSUPPORTED_PARTITIONS:
        raise refuse(one_of(REGIONS), UNSUPPORTED_PARTITIONS[partition])
    return partition


class Regions(Model):
    """Where the organization works."""

    home: Region = Field(description="Where global things live, and where accounts work that name no region.")
    governed: tuple[Region, ...] = Field(default=(), description="All regions in use; guardrails close the others.")
    per_resource: bool = Field(
        default=False,
        description="Whether resources name their region, in place of a provider for each region; needs AWS provider 6.",
    )

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
    id: UnitId | None = Field(default=None, description="Its AWS id, for an OU that exists already: it is taken over.")
    managed_by: ManagedBy | None = Field(
        default=None, description="What else manages the OU: Terraform then leaves it alone, and needs its `id`."
    )
    tags: Tags = Field(default_factory=dict, description="Tags of the OU and of everything below it.")
    own_tags: Tags | None = Field(
        default=None, description="The OU's own tags, in place of all others; nothing below it inherits them."
    )
    defaults: PartialSettings = Field(default_factory=dict, description="Settings of every account below it.")
    organizational_units: dict[Slug, "UnitEntry"] = Field(default_factory=dict, description="OUs inside this one.")

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.managed_by is not None and self.id is None:
            raise refuse("the `id` of an OU that something else manages", "Copy it from AWS.")
        return self


VariableName = Annotated[str, Matches(r"[a-z][a-z0-9_]*", "a name of lower-case letters, digits and _")]


def _check_variable(value: Any) -> Any:
    if all(isinstance(each, str | int) for each in (value if isinstance(value, tuple) else (value,))):
        return value
    raise refuse("text, a whole number, true or false, or a list of these")


_SCALARS: list[dict[str, Any]] = [{"type": kind} for kind in ("string", "integer", "boolean")]
VariableValue = Annotated[
    Any,
    AfterValidator(_check_variable),
    WithJsonSchema({"anyOf": [*_SCALARS, {"type": "array", "items": {"anyOf": _SCALARS}}]}),
]


class OrganizationFile(Model):
    """An AWS organization."""

    # Every capability of the organization adds its key (`config.registry`).
    name: UnitName = Field(description="The organization's name, for people.")
    slug: OrganizationSlug = Field(description="Starts the names of resources; never changes.")
    id: OrganizationId | None = Field(
        default=None, description="Its AWS id, for an organization that exists already: it is taken over."
    )
    partition: Annotated[Partition, BeforeValidator(_supported)] = Field(
        default="aws",
        description="AWS's commercial regions (`aws`), GovCloud (US), China or the European Sovereign Cloud (docs/partitions.md).",
    )
    email: EmailPattern = Field(description="Accounts' root addresses; {account} becomes the account's slug.")
    regions: Regions
    variables: dict[VariableName, VariableValue] = Field(
        default_factory=dict,
        description="Values of your own, by name: `$(name)` in a text stands for one (docs/variables.md).",
    )
    engine: Literal["terraform", "opentofu"] = Field(
        default="terraform", description="What runs the stacks; `TERRAFORM_BINARY_NAME` overrides it."
    )
    trusted_services: tuple[ServicePrincipal, ...] = Field(
        default=(), description="Services that may work in all accounts of the organization."
    )
    untrusted_services: tuple[ServicePrincipal, ...] = Field(
        default=(), description="Services that were trusted when the organization was taken over, and no longer are."
    )
    policy_types: tuple[PolicyType, ...] = Field(
        default=("service_control_policy",), description="Policy types switched on."
    )
    disabled_policy_types: tuple[PolicyType, ...] = Field(
        default=(), description="Policy types that were on when the organization was taken over, and no longer are."
    )
    without_full_access: tuple[Selector, ...] = Field(
        default=(),
        description="The root, OUs and accounts to which AWS's policy FullAWSAccess is not attached: there, only what service "
        "control policies allow is possible. `estate full-access` attaches and detaches it in AWS.",
    )
    delegated_administrators: dict[ServicePrincipal, Slug] = Field(
        default_factory=dict, description="Which account administers a service for the whole organization."
    )
    state: State = Field(default_factory=LocalState, description="Where Terraform's state is kept.")
    execution_role: ExecutionRole = Field(default_factory=ExecutionRole)
    break_glass_role: RoleName = Field(
        default="OrganizationAccountAccessRole",
        description="The role in every account by which people repair it, and deploy it for the first time. AWS makes it in "
        "accounts that it creates; make it yourself in those that exist already. Guardrails must leave it able to.",
    )
    ci: Ci | None = Field(default=None, description="Pipelines that deploy; people do if not said.")
    left_alone: tuple[str, ...] = Field(
        default=(),
        description="Ids, as `estate drift` prints them, of what AWS has beside the configuration and may keep.",
    )
    jewels: Jewels = Field(
        default_factory=dict,
        description="What nobody reaches who need not: who rightly does, and who may for a time. Synthesis refuses everybody else.",
    )
    tags: Tags = Field(default_factory=dict, description="Tags that everything gets.")
    default_tags: bool = Field(
        default=True,
        description="Whether all that Terraform makes gets the tags of its account, and `stack`. Off: it has the tags that are "
        "written for itself, as what was taken over has them.",
    )
    purposes: dict[OwnPurpose, PurposeEntry] = Field(
        default_factory=dict, description="Purposes of accounts beside the built-in ones, by name (docs/accounts.md)."
    )
    defaults: PartialSettings = Field(default_factory=dict, description="Settings of every account.")
    defaults_by_purpose: dict[Purpose, PartialSettings] = Field(
        default_factory=dict, description="Settings of the accounts with a purpose, built-in or of your own."
    )
    defaults_by_tag: dict[TagSelector, PartialSettings] = Field(
        default_factory=dict, description="Settings of the accounts with a tag: `tag:environment=production`."
    )
    rollouts: dict[Slug, SettingsRollout] = Field(
        default_factory=dict, description="Settings that reach accounts in waves (docs/waves.md)."
    )
    organizational_units: dict[Slug, "UnitEntry"] = Field(default_factory=dict)

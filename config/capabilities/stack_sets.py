"""Templates of CloudFormation in all accounts of OUs, those to come included."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from config.capabilities.capability import AccountInput, OrganizationCapability, Part
from config.capabilities.templates import TemplatePath, template
from config.errors import KeyPath, Problem, one_of
from config.model.base import Matches, Model, refuse
from config.model.types import Region, Selector, Slug
from config.nodes import Account, Configuration, Organization, Root, Unit
from config.sources.files import Files
from config.sources.resolving import Resolving

KEY: Final = "stack_sets"
SERVICE: Final = "member.org.stacksets.cloudformation.amazonaws.com"
_OF_IAM: Final = "AWS::IAM::"
Capability = Literal["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"]
ParameterName = Annotated[str, Matches(r"[A-Za-z0-9]{1,255}", "a parameter's name of letters and digits")]


class StackSetEntry(Model):
    """A template that CloudFormation keeps in each account of OUs, the management account left out.

    The guardrail `protect-resources` with `arn:aws:cloudformation:*:*:stack/StackSet-*` keeps accounts from changing its stacks;
    exempt `stacksets-exec-*`, by which CloudFormation works there.

    CloudFormation wants to be told once that it may work in the organization, beside `trusted_services`; Terraform has no resource for it, and AWS
    refuses stack sets without: `aws cloudformation activate-organizations-access` in the management account, before the first one is deployed.
    """

    name: Annotated[str, Matches(r"[A-Za-z][A-Za-z0-9-]{0,127}", "a name such as 'audit-role'")] | None = Field(
        default=None, description="Its name in CloudFormation; the slug if not said. Another name makes it anew."
    )
    template: TemplatePath
    targets: tuple[Selector, ...] = Field(
        min_length=1, description="`root`, or OUs: each account in them has a stack, in OUs below as well."
    )
    regions: tuple[Region, ...] = Field(default=(), description="Where; in all governed regions if not said.")
    parameters: dict[ParameterName, str] = Field(
        default_factory=dict, description="The template's parameters, as text."
    )
    capabilities: tuple[Capability, ...] = Field(
        default=(),
        description="What the template may make: CAPABILITY_IAM, or CAPABILITY_NAMED_IAM with names of its own.",
    )
    auto_deployment: bool = Field(
        default=True, description="Whether accounts get a stack as they come into an OU, and lose it as they leave."
    )
    retain_stacks_on_account_removal: bool = Field(
        default=False, description="Whether the stack stays in an account that leaves."
    )
    max_concurrent_percentage: int = Field(
        default=25, ge=1, le=100, description="In how many of a region's accounts at once, in per cent."
    )
    failure_tolerance_percentage: int = Field(
        default=0, ge=0, le=100, description="In how many it may fail before CloudFormation stops, in per cent."
    )

    @model_validator(mode="after")
    def _retained(self) -> Self:
        if self.retain_stacks_on_account_removal and not self.auto_deployment:
            raise refuse("`retain_stacks_on_account_removal` with `auto_deployment` only")
        return self


@dataclass(frozen=True, eq=False)
class StackSet:
    """A template in each account of OUs."""

    slug: str
    name: str
    template: str
    targets: tuple[Root | Unit, ...]
    regions: tuple[str, ...]
    parameters: Mapping[str, str]
    capabilities: tuple[Capability, ...]
    auto_deployment: bool
    retain_stacks_on_account_removal: bool
    max_concurrent_percentage: int
    failure_tolerance_percentage: int


def _resolve(entries: Mapping[str, StackSetEntry], resolving: Resolving) -> dict[str, StackSet]:
    found = {}
    for slug, entry in sorted(entries.items()):
        path: KeyPath = (KEY, slug)
        text = template((*path, "template"), entry.template, resolving)
        if text is not None and _OF_IAM in text and not entry.capabilities:
            expected = "`capabilities: [CAPABILITY_NAMED_IAM]` (or CAPABILITY_IAM): the template makes identities"
            resolving.problem((*path, "template"), f"{entry.template!r} without `capabilities`", expected)
        targets: list[Root | Unit] = []
        for node in resolving.nodes((*path, "targets"), entry.targets):
            if isinstance(node, Account):
                expected = "`root` and OUs: AWS takes no others of a stack set that is the organization's"
                resolving.problem((*path, "targets"), repr(node.selector), expected, "Name the account's OU.")
            else:
                targets.append(node)
        if text is not None:
            found[slug] = StackSet(
                slug,
                entry.name or slug,
                text,
                tuple(targets),
                tuple(sorted(set(entry.regions or resolving.configuration.governed_regions))),
                entry.parameters,
                tuple(sorted(set(entry.capabilities))),
                entry.auto_deployment,
                entry.retain_stacks_on_account_removal,
                entry.max_concurrent_percentage,
                entry.failure_tolerance_percentage,
            )
    return found


def stack_sets_account(organization: Organization) -> Account:
    """The account that has the stack sets: who administers them, else the management account."""
    return organization.delegated_administrators.get(SERVICE) or organization.management


def _trusted(organization: Configuration, files: Files) -> Iterator[Problem]:
    """CloudFormation may work in all accounts, and does so in governed regions."""
    file, found = files.organization.file, STACK_SETS.of(organization) or {}
    if not files.organization.clean:
        return
    governed = organization.governed_regions
    for slug, each in found.items():
        if SERVICE not in organization.trusted_services:
            cure = f"Add {SERVICE} to `trusted_services`."
            yield file.problem((KEY, slug), f"a stack set without {SERVICE}", "it to be trusted", cure)
        for region in each.regions:
            if region not in governed:
                cure = "Add it to `regions.governed` in organization.yaml."
                yield file.problem((KEY, slug, "regions"), repr(region), f"a governed region: {one_of(governed)}", cure)


def _own(inputs: AccountInput) -> tuple[StackSet, ...] | None:
    if inputs.account is not stack_sets_account(inputs.organization):
        return None
    return tuple((STACK_SETS.of(inputs.organization) or {}).values()) or None


STACK_SETS: Final[OrganizationCapability[Mapping[str, StackSet]]] = OrganizationCapability(
    key=KEY,
    annotation=dict[Slug, StackSetEntry],
    default_factory=dict,
    description="Templates of CloudFormation in all accounts of OUs.",
    resolve=_resolve,
    rules=(_trusted,),
    parts=(
        Part(
            name=KEY,
            build="stacks.capabilities.stack_sets:add",
            value=_own,
            types=frozenset({"aws_cloudformation_stack_set", "aws_cloudformation_stack_set_instance"}),
            cost=("What the templates make, in each account and region.",),
            whose="all",
        ),
    ),
)

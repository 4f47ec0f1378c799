"""Services of several accounts under one name (VPC Lattice)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field

from config.capabilities.capability import AccountInput, OrganizationCapability, Part
from config.model.base import Matches, Model
from config.model.types import LONGEST_SLUG, SLUG_PATTERN, Slug
from config.nodes import Account
from config.sources.resolving import Resolving

KEY: Final = "service_networks"


ServiceNetworkName = Annotated[
    str,
    Matches(
        rf"(?!(?:svc|servicenetwork|targetgroup|rule|listener|sn)-)(?=.{{3}}){SLUG_PATTERN}",
        "a slug of 3 or more characters that begins with none of `listener-`, `rule-`, `servicenetwork-`, `sn-`, `svc-` and "
        "`targetgroup-`",
        longest=LONGEST_SLUG,
    ),
]


class ServiceNetworkEntry(Model):
    """A service network of VPC Lattice, by the slug that it is called. It lets in signed calls of the organization's principals only."""

    account: Slug = Field(description="The account that has it; others put services and VPCs into it by `shares`.")


@dataclass(frozen=True, eq=False)
class ServiceNetwork:
    """A service network, and whose it is."""

    slug: str
    account: Account


def _resolve(entries: Mapping[str, ServiceNetworkEntry], resolving: Resolving) -> dict[str, ServiceNetwork]:
    found = {slug: resolving.account((KEY, slug, "account"), entry.account) for slug, entry in sorted(entries.items())}
    return {slug: ServiceNetwork(slug, account) for slug, account in found.items() if account}


def _own(inputs: AccountInput) -> tuple[str, ...] | None:
    found = SERVICE_NETWORKS.of(inputs.organization) or {}
    return tuple(slug for slug, each in found.items() if each.account is inputs.account) or None


SERVICE_NETWORKS: Final[OrganizationCapability[Mapping[str, ServiceNetwork]]] = OrganizationCapability(
    key=KEY,
    annotation=dict[ServiceNetworkName, ServiceNetworkEntry],
    default_factory=dict,
    description="Service networks of VPC Lattice, which accounts put services and VPCs into.",
    resolve=_resolve,
    parts=(
        Part(
            name=KEY,
            build="stacks.capabilities.service_networks:add",
            value=_own,
            types=frozenset({"aws_vpclattice_auth_policy", "aws_vpclattice_service_network"}),
            cost=("Nothing by itself: services, what they answer and what goes through are charged where they are.",),
        ),
    ),
)

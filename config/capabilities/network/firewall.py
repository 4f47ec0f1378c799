"""A firewall in a VPC that traffic of others passes through, and what the rest of the VPC is then for."""

from collections.abc import Collection, Mapping
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from config.capabilities.network.parts import Attachment, Subnet
from config.model.base import Matches, Switchable, refuse
from config.model.types import Slug

LogType = Literal["ALERT", "FLOW", "TLS"]
TIERS: Final = frozenset({"attachment", "firewall", "public"})
"""The tiers of a VPC with a firewall: AWS knows no way from a gateway to others in it that would lead through."""


EndpointService = Annotated[
    str,
    Matches(
        r"(?:cn\.)?com\.amazonaws\.vpce\.[a-z0-9-]+\.vpce-svc-[0-9a-f]{8,17}",
        "the name of an endpoint service such as 'com.amazonaws.vpce.eu-central-1.vpce-svc-0a1b2c3d'",
    ),
]


class Firewall(Switchable):
    """AWS Network Firewall, or appliances behind a Gateway Load Balancer, between the transit gateway and whatever is beyond: the internet, other VPCs.

    Load balancers for the internet belong into another VPC that is attached: in this one, their zone chooses the firewall of what they ask, and
    the transit gateway that of the answers.
    """

    policy: Slug | None = Field(default=None, description="What it lets through: one of `firewall_policies`.")
    endpoint_service: EndpointService | None = Field(
        default=None,
        description="The endpoint service of a Gateway Load Balancer with appliances that inspect, in place of AWS Network Firewall and `policy`: of a "
        "vendor, or of whoever runs them. It lets the account in, and is in the zones of `subnets`. Between the two, switch the firewall off and "
        "deploy: AWS takes no second route to a destination.",
    )
    gateway_load_balancer: Slug | None = Field(
        default=None,
        description="In place of both, one of the account's `network.gateway_load_balancers`. To and from the others as above.",
    )
    subnets: tuple[Slug, ...] = Field(
        default=(),
        description="Where it is, one subnet a zone: all zones of the tier `firewall` if not said. One alone is cheaper, and as reliable "
        "as its zone. Fewer later: switch it off in between, since AWS lets go of no endpoint that routes lead to.",
    )
    logs: tuple[LogType, ...] = Field(
        default=("ALERT", "FLOW"), description="What it writes to the log archive (`logging`)."
    )
    delete_protection: bool = Field(
        default=True, description="Whether AWS refuses to delete it. Say false, and deploy, before it is switched off."
    )

    @model_validator(mode="after")
    def _one_that_inspects(self) -> Self:
        said = [key for key in ("policy", "endpoint_service", "gateway_load_balancer") if getattr(self, key)]
        if self.enabled and len(said) != 1:
            raise refuse("one of `policy`, `endpoint_service` and `gateway_load_balancer`")
        if self.appliances and (others := sorted({"delete_protection", "logs"} & self.model_fields_set)):
            raise refuse(f"`{others[0]}` of AWS Network Firewall only, not beside `{said[-1]}`", "Remove it.")
        return self

    @property
    def appliances(self) -> bool:
        """Whether appliances inspect, and not AWS Network Firewall."""
        return bool(self.endpoint_service or self.gateway_load_balancer)


def places(firewall: Firewall, subnets: Mapping[str, Subnet]) -> dict[str, str]:
    """Zone to the subnet that the firewall is in there."""
    slugs = firewall.subnets or tuple(slug for slug, each in sorted(subnets.items()) if each.tier == "firewall")
    found: dict[str, str] = {}
    for slug in sorted(slugs):
        if slug in subnets:
            found.setdefault(subnets[slug].zone, slug)
    return dict(sorted(found.items()))


def refuse_ways_past(
    firewall: Firewall, subnets: Mapping[str, Subnet], nat: str, attachment: Attachment | None
) -> None:
    """Refuse a VPC in which something would go past its firewall, or through one half of it only.

    Args:
        firewall: The firewall.
        subnets: The VPC's subnets.
        nat: Where its NAT gateways are.
        attachment: Its attachment to the transit gateway.
    """
    if others := sorted(slug for slug, each in subnets.items() if each.routed_as not in TIERS):
        raise refuse(
            f"subnets of the tiers {_list(TIERS)} only beside a `firewall`, but there is {others[0]!r}",
            "What comes from the transit gateway would reach it past the firewall: put it into another VPC.",
        )
    where = places(firewall, subnets)
    if not where:
        raise refuse("a subnet of the tier `firewall` for the `firewall`")
    if wrong := sorted(slug for slug in firewall.subnets if slug in subnets and subnets[slug].tier != "firewall"):
        raise refuse(f"`firewall.subnets` of the tier `firewall`, but {wrong[0]!r} is of another one")
    if attachment is None:
        raise refuse("an `attachment` beside a `firewall`: it inspects what comes by the transit gateway")
    if wrong := sorted(slug for slug in attachment.subnets if slug in subnets and subnets[slug].tier != "attachment"):
        raise refuse(
            f"`attachment.subnets` of the tier `attachment` beside a `firewall`, but {wrong[0]!r} is of another one"
        )
    if not attachment.appliance_mode:
        raise refuse(
            "`attachment.appliance_mode: true` beside a `firewall`: both directions have to enter by the same zone"
        )
    if nat == "single" and len(where) > 1:
        raise refuse(
            "`nat: per-zone` beside a `firewall` in several zones: else answers would come back by another zone's",
            "Or name one of `firewall.subnets`.",
        )


def _list(words: Collection[str]) -> str:
    return ", ".join(sorted(words))

"""AWS services that are reached inside a VPC."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.errors import did_you_mean
from config.model.base import Matches, Switchable, refuse
from config.model.cidr import AnyCidr
from config.model.types import Slug

ServiceName = Annotated[str, Matches(r"[a-z][a-z0-9.-]*", "a service such as 'ssm' or 'ecr.api'")]


class Endpoints(Switchable):
    """AWS services that are reached inside the VPC."""

    gateways: tuple[Literal["dynamodb", "s3"], ...] = Field(
        default=("dynamodb", "s3"), description="Services with an endpoint that costs nothing."
    )
    interfaces: tuple[ServiceName, ...] = Field(
        default=(), description="Services with an endpoint that AWS charges by hour and zone, such as `ssm`, `ecr.api`."
    )
    subnets: tuple[Slug, ...] = Field(
        default=(),
        description="Where those endpoints are, one subnet a zone; the first private one of each if not said.",
    )
    central: bool = Field(
        default=False,
        description="Whether `interfaces` are for all VPCs that say `resolver: true`, too: they find them by private zones, which a Route "
        "53 Profile of the organization's `resolver` gives to them. The VPC is one of that account.",
    )
    allowed: tuple[AnyCidr, ...] = Field(
        default=(),
        description="Who else may talk to `interfaces`, beside the VPC; private ranges if they are `central` and nothing is said.",
    )
    organization_only: bool = Field(
        default=False,
        description="Whether principals of other organizations are turned away, whatever `policies` allow them.",
    )
    policies: dict[ServiceName, Slug] = Field(
        default_factory=dict,
        description="Service to the one of `endpoint_policies` that says what can be done by its endpoint; `default` is for the others. AWS's "
        "own lets everything through.",
    )

    @model_validator(mode="after")
    def _policies_of_endpoints(self) -> Self:
        known = {"default", *self.gateways, *self.interfaces}
        if self.enabled and (others := sorted(set(self.policies) - known)):
            raise refuse(
                f"`policies` of services with an endpoint, or `default`, but there is {others[0]!r}",
                did_you_mean(others[0], known),
            )
        if self.enabled and self.policies and not (self.gateways or self.interfaces):
            raise refuse("`gateways` or `interfaces` with `policies`: without an endpoint they decide nothing")
        return self

    def policy_of(self, service: str) -> str | None:
        """Which of `endpoint_policies` a service's endpoint has; None for AWS's own."""
        return self.policies.get(service, self.policies.get("default"))

"""Gateway Load Balancers, which appliances that inspect traffic stand behind."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.model.base import Matches, Model, Switchable, refuse
from config.model.types import SLUG_PATTERN, Selector, Slug

BalancerName = Annotated[
    str,
    Matches(
        rf"(?!internal-){SLUG_PATTERN}",
        "a slug of up to 32 characters that does not begin with `internal-`",
        longest=32,
    ),
]
HealthPath = Annotated[str, Matches(r"/[\x21-\x7e]*", "a path such as '/health'", longest=1024)]


class HealthCheck(Model):
    """How it is found out whether an appliance works."""

    protocol: Literal["HTTP", "HTTPS", "TCP"] = Field(default="TCP", description="What it answers by.")
    port: int = Field(default=80, ge=1, le=65535, description="Where it answers.")
    path: HealthPath | None = Field(default=None, description="What it is asked for by HTTP; `/` if not said.")
    interval_seconds: int = Field(default=10, ge=5, le=300, description="How often it is asked.")

    @model_validator(mode="after")
    def _path_of_http(self) -> Self:
        if self.path is not None and self.protocol == "TCP":
            raise refuse("no `path` with `protocol: TCP`", "Remove it, or ask by HTTP.")
        return self


class GatewayLoadBalancer(Switchable):
    """A Gateway Load Balancer, its target group by GENEVE, and the endpoint service that VPCs connect to.

    Whoever runs the appliances registers them in the target group, whose ARN is an output of the stack, as is the service's name.
    """

    vpc: Slug = Field(
        default="main",
        description="The VPC that the appliances are in: `main`, or one of `vpcs`; none with a `firewall`.",
    )
    subnets: tuple[Slug, ...] = Field(
        default=(),
        description="Where it is, one subnet a zone: the first private one of each if not said. Endpoints can be in its zones only.",
    )
    targets: Literal["instance", "ip"] = Field(default="instance", description="What appliances are registered as.")
    health_check: HealthCheck = Field(default_factory=HealthCheck)
    cross_zone: bool = Field(
        default=False,
        description="Whether appliances get traffic of other zones, too: it goes on where those of its zone fail, and is charged between zones.",
    )
    accounts: tuple[Selector, ...] = Field(
        default=(),
        description="Whose VPCs may have endpoints beside the account's own. They need not be accepted; others do not see the service.",
    )
    delete_protection: bool = Field(
        default=True, description="Whether AWS refuses to delete it. Say false, and deploy, before it is removed."
    )

"""A network whose subnets other accounts use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.default_security_group import DefaultSecurityGroup
from cdktf_cdktf_provider_aws.subnet import Subnet
from cdktf_cdktf_provider_aws.vpc import Vpc
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.network.subnets import plan_subnets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdktf import TerraformProvider


class SharedVpcConstruct(Construct):
    """A VPC with subnets in several availability zones, closed until something is opened.

    No subnet gives out public addresses, no route leads out, and the default security group lets nothing through.

    Children: ``Resource`` (the VPC), ``default-security-group``, ``subnet-<tier>-<zone's letter>``.

    Args:
        scope: A stack of the account that owns the network, or a construct in it.
        id_: The construct's id.
        name: The name tag of the VPC, and what those of the subnets start with.
        cidr_block: Its addresses, an IPv4 network from /16 to /28.
        availability_zones: The zones, ``eu-central-1a`` or such. Each letter has its place in the network, so a zone
            more or less leaves the other subnets alone.
        tiers: What the subnets are for, one in each zone. New tiers go to the end. Default: ``private`` only.
        subnet_bits: How many bits longer a subnet's prefix is than the VPC's. Default: 4, so a /16 gives sixteen /20: two
            tiers with eight zones each.
        tags: Tags of all of it, beside the provider's default tags.
        provider: Account and region; the stack's default provider unless told otherwise.

    Raises:
        InvalidValueError: If the network is malformed or too small, or a zone or tier is there twice.

    Example:
        >>> vpc = SharedVpcConstruct(
        ...     stack, "shared", name="shared", cidr_block="10.0.0.0/16",
        ...     availability_zones=["eu-central-1a", "eu-central-1b", "eu-central-1c"],
        ... )
        >>> RamShareConstruct(stack, "subnets", name="subnets", resources=vpc.subnet_arns, principals=…)

    Source:
        https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        cidr_block: str,
        availability_zones: Sequence[str],
        tiers: Sequence[str] = ("private",),
        subnet_bits: int = 4,
        tags: Mapping[str, str] | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        if not availability_zones:
            raise InvalidValueError("availability_zones", availability_zones, expected="at least one")
        self._name = name
        self._tags = dict(tags or {})
        self._provider = provider
        planned = plan_subnets(cidr_block, availability_zones, tiers, subnet_bits)
        self._vpc = Vpc(
            self,
            "Resource",
            cidr_block=cidr_block,
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags={**self._tags, "Name": name},
            provider=provider,
        )
        self._close_default_security_group()
        self._subnets = {
            subnet.key: self._make_subnet(subnet.key, subnet.zone, subnet.cidr_block) for subnet in planned
        }

    @property
    def vpc_id(self) -> str:
        """The id of the VPC, ``vpc-…``."""
        return self._vpc.id

    @property
    def vpc_arn(self) -> str:
        """The ARN of the VPC."""
        return self._vpc.arn

    @property
    def subnet_ids(self) -> dict[str, str]:
        """The ids of the subnets by tier and zone: ``private-a``."""
        return {key: subnet.id for key, subnet in self._subnets.items()}

    @property
    def subnet_arns(self) -> dict[str, str]:
        """The ARNs of the subnets by tier and zone, as `RamShareConstruct` takes them."""
        return {key: subnet.arn for key, subnet in self._subnets.items()}

    def _close_default_security_group(self) -> None:
        # Taking it over without a rule removes the rules it is born with.
        DefaultSecurityGroup(
            self,
            "default-security-group",
            vpc_id=self._vpc.id,
            tags={**self._tags, "Name": f"{self._name}-default-closed"},
            provider=self._provider,
        )

    def _make_subnet(self, key: str, zone: str, cidr_block: str) -> Subnet:
        return Subnet(
            self,
            f"subnet-{key}",
            vpc_id=self._vpc.id,
            availability_zone=zone,
            cidr_block=cidr_block,
            map_public_ip_on_launch=False,
            tags={**self._tags, "Name": f"{self._name}-{key}"},
            provider=self._provider,
        )

"""A network whose subnets other accounts use."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from cdktf import Fn, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.default_security_group import DefaultSecurityGroup
from cdktf_cdktf_provider_aws.subnet import Subnet
from cdktf_cdktf_provider_aws.vpc import Vpc
from cdktf_cdktf_provider_aws.vpc_ipv4_cidr_block_association import VpcIpv4CidrBlockAssociation
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_network, require_slug, require_unique

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdktf import TerraformProvider

    from constructs_lib.network.subnets import VpcSubnet

# The provider would make a VPC anew that gets a pool, or loses it. A VPC that names none has this, too: it may have been made from one.
_MADE_ONCE = TerraformResourceLifecycle(ignore_changes=["ipv4_ipam_pool_id"])


@typed
class SharedVpcConstruct(Construct):
    """A VPC with subnets in several availability zones, closed until something is opened.

    No subnet gives out public addresses, no route leads out, and the default security group lets nothing through.

    Children: ``Resource`` (the VPC), ``default-security-group``, ``secondary-<key>`` per secondary range, ``subnet-<key>``.

    Args:
        scope: A stack of the account that owns the network, or a construct in it.
        id_: The construct's id.
        name: The name tag of the VPC, and what those of the subnets start with.
        cidr_block: Its addresses, an IPv4 network from /16 to /28.
        subnets: Its subnets, each with its addresses written out: none moves when another comes or goes.
            `plan_subnets` makes them from a few numbers. Default: none, they are made elsewhere or later.
        secondary_cidr_blocks: Further ranges for subnets, by key. Default: none.
        ipam_pool_id: The pool of IPAM that a VPC which is made takes `cidr_block` from. AWS tells nobody afterwards which it was, so it counts
            no more once the VPC is there: it can come and go. Default: none.
        ipv6: Whether AWS gives it an IPv6 range, of which subnets with an `ipv6_number` have parts. Default: no.
        tags: Tags of all of it, beside the provider's default tags.
        provider: Account and region; the stack's default provider unless told otherwise.

    Raises:
        InvalidValueError: If the network is malformed, or a subnet is outside it, overlaps another or is there twice.

    Example:
        >>> vpc = SharedVpcConstruct(
        ...     stack, "shared", name="shared", cidr_block="10.0.0.0/16",
        ...     subnets=plan_subnets("10.0.0.0/16", ["eu-central-1a", "eu-central-1b", "eu-central-1c"]),
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
        subnets: Sequence[VpcSubnet] = (),
        secondary_cidr_blocks: Mapping[str, str] | None = None,
        ipam_pool_id: str | None = None,
        ipv6: bool = False,
        tags: Mapping[str, str] | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        secondary = dict(sorted((secondary_cidr_blocks or {}).items()))
        _refuse_misplaced(cidr_block, secondary, subnets)
        _refuse_ipv6(subnets, ipv6=ipv6)
        self._name = name
        self._tags = dict(tags or {})
        self._provider = provider
        self._vpc = Vpc(
            self,
            "Resource",
            cidr_block=cidr_block,
            ipv4_ipam_pool_id=ipam_pool_id,
            assign_generated_ipv6_cidr_block=True if ipv6 else None,
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags={**self._tags, "Name": name},
            lifecycle=_MADE_ONCE,
            provider=provider,
        )
        self._close_default_security_group()
        self._secondary = [
            VpcIpv4CidrBlockAssociation(
                self, f"secondary-{key}", vpc_id=self._vpc.id, cidr_block=cidr, provider=provider
            )
            for key, cidr in secondary.items()
        ]
        self._subnets = {subnet.key: self._make_subnet(subnet) for subnet in subnets}

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

    def _make_subnet(self, subnet: VpcSubnet) -> Subnet:
        number = subnet.ipv6_number
        return Subnet(
            self,
            f"subnet-{subnet.key}",
            vpc_id=self._vpc.id,
            availability_zone=subnet.availability_zone,
            cidr_block=subnet.cidr_block,
            ipv6_cidr_block=None if number is None else Fn.cidrsubnet(self._vpc.ipv6_cidr_block, 8, number),
            assign_ipv6_address_on_creation=True if subnet.ipv6_for_all and number is not None else None,
            map_public_ip_on_launch=False,
            tags={**self._tags, **subnet.tags, "Name": subnet.name or f"{self._name}-{subnet.key}"},
            depends_on=list(self._secondary) or None,
            provider=self._provider,
        )


def _refuse_ipv6(subnets: Sequence[VpcSubnet], *, ipv6: bool) -> None:
    numbers: dict[int, str] = {}
    for subnet in subnets:
        number = subnet.ipv6_number
        if number is None:
            continue
        if not ipv6 or number in numbers:
            expected = f"another number than {numbers[number]!r} has" if ipv6 else "none in a VPC without `ipv6`"
            raise InvalidValueError(f"subnets[{subnet.key!r}].ipv6_number", number, expected=expected)
        numbers[number] = subnet.key


def _refuse_misplaced(cidr_block: str, secondary: Mapping[str, str], subnets: Sequence[VpcSubnet]) -> None:
    networks = [require_network("cidr_block", cidr_block, 16, 28)]
    for key, cidr in secondary.items():
        require_slug("secondary_cidr_blocks", key)
        networks.append(require_network(f"secondary_cidr_blocks[{key!r}]", cidr, 16, 28))
        if any(networks[-1].overlaps(other) for other in networks[:-1]):
            raise InvalidValueError(f"secondary_cidr_blocks[{key!r}]", cidr, expected="a range beside the others")
    require_unique("subnets", (subnet.key for subnet in subnets))
    taken: dict[str, IPv4Network] = {}
    for subnet in subnets:
        own = IPv4Network(subnet.cidr_block)
        if not any(own.subnet_of(network) for network in networks):
            raise InvalidValueError(
                f"subnets[{subnet.key!r}].cidr_block",
                subnet.cidr_block,
                expected=f"a part of the VPC's {' or '.join(map(str, networks))}",
            )
        for key, other in taken.items():
            if own.overlaps(other):
                raise InvalidValueError(
                    f"subnets[{subnet.key!r}].cidr_block",
                    subnet.cidr_block,
                    expected=f"no overlap with {key!r} ({other})",
                )
        taken[subnet.key] = own

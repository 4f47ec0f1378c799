"""Where queries for names come into a VPC, or go out of it."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Address
from typing import TYPE_CHECKING, Final, Literal

from cdktf_cdktf_provider_aws.route53_resolver_endpoint import (
    Route53ResolverEndpoint,
    Route53ResolverEndpointIpAddress,
)
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_network, require_one_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cdktf import TerraformProvider

_DNS: Final = 53
_PROTOCOLS: Final = ("tcp", "udp")
_FEWEST: Final = 2


def parse_target(name: str, target: str) -> tuple[str, int]:
    """Address and port of whom a query is asked of.

    Args:
        name: What it is called in an error.
        target: ``10.0.0.2`` or ``10.0.0.2:5353``.

    Raises:
        InvalidValueError: If it is neither.
    """
    address, _, port = target.partition(":")
    try:
        IPv4Address(address)
        number = int(port or _DNS)
    except (AddressValueError, ValueError):
        raise InvalidValueError(name, target, expected="an IPv4 address, or one with a port") from None
    return address, number


@typed
class ResolverEndpointConstruct(Construct):
    """An endpoint of Route 53 Resolver, and who may talk to it, or whom it may talk to.

    Children: ``Resource`` (the endpoint), ``SecurityGroup``, and its rules: ``from-<network>-<protocol>`` of an inbound one,
    ``to-<address>-<port>-<protocol>`` of an outbound one.

    Args:
        scope: A stack of the account that has the VPC.
        id_: The construct's id.
        name: Its name, and what those of its security group begin with.
        direction: ``INBOUND``: others ask for names of VPCs here; ``OUTBOUND``: from here others are asked.
        vpc_id: The VPC.
        subnet_ids: Subnets in two zones or more.
        allowed: The networks that may ask an inbound one. Default: none.
        targets: Whom an outbound one may ask: ``10.0.0.2``, ``10.0.0.2:5353``. Default: nobody.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If there are fewer than two subnets, or a network or target is none.

    Example:
        >>> outbound = ResolverEndpointConstruct(
        ...     stack, "outbound", name="hub-outbound", direction="OUTBOUND", vpc_id=vpc.vpc_id,
        ...     subnet_ids=[vpc.subnet_ids["private-a"], vpc.subnet_ids["private-b"]], targets=["10.200.0.2"],
        ... )

    Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-choose-vpc.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        direction: Literal["INBOUND", "OUTBOUND"],
        vpc_id: str,
        subnet_ids: Sequence[str],
        allowed: Iterable[str] = (),
        targets: Iterable[str] = (),
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_one_of("direction", direction, ("INBOUND", "OUTBOUND"))
        if len(set(subnet_ids)) < _FEWEST:
            raise InvalidValueError("subnet_ids", list(subnet_ids), expected="subnets in two zones or more")
        group = SecurityGroup(
            self,
            "SecurityGroup",
            name=name,
            description=f"DNS queries, {direction.lower()}",
            vpc_id=vpc_id,
            tags={"Name": name},
            provider=provider,
        )
        for network in sorted({str(require_network("allowed", each, 0, 32)) for each in allowed}):
            for protocol in _PROTOCOLS:
                VpcSecurityGroupIngressRule(
                    self,
                    f"from-{network.replace('.', '-').replace('/', '-')}-{protocol}",
                    security_group_id=group.id,
                    description="DNS queries",
                    ip_protocol=protocol,
                    from_port=_DNS,
                    to_port=_DNS,
                    cidr_ipv4=network,
                    provider=provider,
                )
        for address, port in sorted({parse_target("targets", target) for target in targets}):
            for protocol in _PROTOCOLS:
                VpcSecurityGroupEgressRule(
                    self,
                    f"to-{address.replace('.', '-')}-{port}-{protocol}",
                    security_group_id=group.id,
                    description="DNS queries",
                    ip_protocol=protocol,
                    from_port=port,
                    to_port=port,
                    cidr_ipv4=f"{address}/32",
                    provider=provider,
                )
        self._endpoint = Route53ResolverEndpoint(
            self,
            "Resource",
            name=name,
            direction=direction,
            security_group_ids=[group.id],
            ip_address=[Route53ResolverEndpointIpAddress(subnet_id=subnet_id) for subnet_id in subnet_ids],
            tags={"Name": name},
            provider=provider,
        )

    @property
    def endpoint_id(self) -> str:
        """Its id, ``rslvr-in-…`` or ``rslvr-out-…``."""
        return self._endpoint.id

"""A VPC whose clients reach the services of a service network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cdktf_cdktf_provider_aws.data_aws_ram_resource_share import DataAwsRamResourceShare
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from cdktf_cdktf_provider_aws.vpclattice_service_network_vpc_association import (
    VpclatticeServiceNetworkVpcAssociation,
)
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_between, require_network

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdktf import TerraformProvider

HTTPS: Final = 443
_LARGEST_PORT: Final = 65535


@typed
class ServiceNetworkAssociationConstruct(Construct):
    """Has a VPC join a service network of VPC Lattice, of this account or of one that shares it. A VPC is in one at most.

    Children: ``SecurityGroup`` (who in the VPC may call), ``allow-<network>-<port>`` per range and port, ``share`` (what another
    account shares, looked up while planning), ``Resource``.

    Args:
        scope: A stack of the account that has the VPC.
        id_: The construct's id.
        name: What the name tags start with.
        vpc_id: The VPC.
        allowed: The IPv4 ranges whose machines may call services, of the VPC's own.
        ports: The ports that the services are called by. Default: HTTPS.
        service_network: The id or ARN of the service network. Default: the one that is shared.
        share: The name of the share (AWS RAM) that it comes by, of another account; no other service network does. Default: none.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If nobody may call, by no port or none that there is, or not exactly one of `service_network` and
            `share` is said.

    Example:
        >>> ServiceNetworkAssociationConstruct(
        ...     stack, "services", name="shop", vpc_id=vpc.vpc_id, allowed=["10.1.0.0/16"], share="services"
        ... )

    Source: https://docs.aws.amazon.com/vpc-lattice/latest/ug/service-network-associations.html,
    https://docs.aws.amazon.com/vpc-lattice/latest/ug/security-groups.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        vpc_id: str,
        allowed: Sequence[str],
        ports: Sequence[int] = (HTTPS,),
        service_network: str | None = None,
        share: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        if not allowed or not ports:
            raise InvalidValueError(
                "allowed", list(allowed), expected="ranges, and ports, that services are called from"
            )
        if (service_network is None) == (share is None):
            raise InvalidValueError("service_network", service_network, expected="either a service network or a share")
        group = SecurityGroup(
            self,
            "SecurityGroup",
            name=f"{name}-services",
            description="Calls of services from the VPC",
            vpc_id=vpc_id,
            tags={"Name": f"{name}-services"},
            provider=provider,
        )
        for network in sorted({str(require_network("allowed", each, 0, 32)) for each in allowed}):
            for port in sorted({require_between("ports", each, 1, _LARGEST_PORT) for each in ports}):
                VpcSecurityGroupIngressRule(
                    self,
                    f"allow-{network.replace('.', '-').replace('/', '-')}-{port}",
                    security_group_id=group.id,
                    description="Calls of services",
                    ip_protocol="tcp",
                    from_port=port,
                    to_port=port,
                    cidr_ipv4=network,
                    provider=provider,
                )
        VpclatticeServiceNetworkVpcAssociation(
            self,
            "Resource",
            service_network_identifier=service_network or self._shared(str(share), provider),
            vpc_identifier=vpc_id,
            security_group_ids=[group.id],
            tags={"Name": f"{name}-services"},
            provider=provider,
        )

    def _shared(self, share: str, provider: TerraformProvider | None) -> str:
        found = DataAwsRamResourceShare(
            self,
            "share",
            name=share,
            resource_owner="OTHER-ACCOUNTS",
            resource_share_status="ACTIVE",
            provider=provider,
        )
        # The bindings choose nothing from a list, so this is Terraform's own language. Lattice knows what another account shares by its ARN.
        return f'${{one([for arn in {found.fqn}.resource_arns : arn if strcontains(arn, ":servicenetwork/")])}}'

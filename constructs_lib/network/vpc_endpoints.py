"""AWS services inside a VPC, without a way through the internet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.network.endpoint_zones import EndpointName
from constructs_lib.policies.endpoints import only_of_organization
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.partitions import endpoint_service
from constructs_lib.policy_text import policy_text
from constructs_lib.typed import typed
from constructs_lib.validation import (
    require_match,
    require_network,
    require_one_of,
    require_organization_id,
    require_region,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cdktf import TerraformProvider

    from constructs_lib.policies.document import PolicyDocument

_GATEWAYS = ("dynamodb", "s3")
_SERVICE = r"[a-z][a-z0-9.-]*"
_HTTPS = 443


@typed
class VpcEndpointsConstruct(Construct):
    """Gateway endpoints for S3 and DynamoDB (free), interface endpoints for other services (charged by hour and zone).

    Interface endpoints answer the services' usual names inside the VPC, to its own addresses only.

    Children: ``gateway-<service>`` per gateway endpoint; ``interface-<service>`` per interface endpoint, dots as hyphens;
    with these ``SecurityGroup`` and ``Https``, and ``Https-<network>`` per network in `allowed`.

    Args:
        scope: Where the endpoints live.
        id_: The construct's id.
        name: What the name tags start with.
        vpc_id: The VPC.
        vpc_cidr: Its addresses, which may call the interface endpoints.
        region: The VPC's region, part of the services' names.
        gateways: ``s3`` and ``dynamodb``. Default: both.
        route_table_ids: The route tables that lead to the gateway endpoints.
        interfaces: Services such as ``ssm`` or ``ecr.api``. Default: none.
        subnet_ids: The subnets that the interface endpoints are in, one in each zone.
        allowed: Other networks that may call the interface endpoints. Default: none.
        private_dns: Whether the services' usual names lead to the interface endpoints in the VPC; if not, zones do
            (`EndpointZonesConstruct`). Default: yes.
        organization_id: Only principals of this organization can use the endpoints. Default: any principal.
        policies: What can be done by the endpoint of a service. Default: everything.
        tags: Tags of all of it, beside the provider's default tags.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If a service is malformed, or endpoints have no route table or subnet to be reached by.

    Example:
        >>> VpcEndpointsConstruct(
        ...     stack, "Endpoints", name="shared", vpc_id=vpc.vpc_id, vpc_cidr="10.16.0.0/16", region="eu-central-1",
        ...     route_table_ids=list(internet.route_table_ids.values()), interfaces=["ssm", "ssmmessages"],
        ...     subnet_ids=[vpc.subnet_ids["private-a"], vpc.subnet_ids["private-b"]],
        ... )

    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        vpc_id: str,
        vpc_cidr: str,
        region: str,
        gateways: Iterable[str] = _GATEWAYS,
        route_table_ids: Sequence[str] = (),
        interfaces: Iterable[str] = (),
        subnet_ids: Sequence[str] = (),
        allowed: Iterable[str] = (),
        private_dns: bool = True,
        organization_id: str | None = None,
        policies: Mapping[str, PolicyDocument] | None = None,
        tags: Mapping[str, str] | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_region("region", region)
        self._name, self._vpc_id, self._tags, self._provider = name, vpc_id, dict(tags or {}), provider
        self._private_dns = private_dns
        self._interfaces: dict[str, VpcEndpoint] = {}
        self._region = region
        if organization_id:
            require_organization_id("organization_id", organization_id)
        self._organization_id, self._policies = organization_id, dict(policies or {})
        free = sorted({require_one_of("gateways", service, _GATEWAYS) for service in gateways})
        paid = sorted({require_match("interfaces", service, _SERVICE, expected="'ssm'") for service in interfaces})
        if free and not route_table_ids:
            raise InvalidValueError("route_table_ids", list(route_table_ids), expected="at least one, for the gateways")
        if paid and not subnet_ids:
            raise InvalidValueError("subnet_ids", list(subnet_ids), expected="at least one, for the interfaces")
        for service in free:
            self._make_gateway(service, route_table_ids)
        if paid:
            group = self._make_security_group(vpc_cidr, allowed)
            for service in paid:
                self._make_interface(service, subnet_ids, group)

    @property
    def endpoint_names(self) -> dict[str, EndpointName]:
        """How the interface endpoints are reached, by service."""
        return {
            service: EndpointName(found.dns_entry.get(0).dns_name, found.dns_entry.get(0).hosted_zone_id)
            for service, found in self._interfaces.items()
        }

    def _named(self, suffix: str) -> dict[str, str]:
        return {**self._tags, "Name": f"{self._name}-{suffix}"}

    def _make_gateway(self, service: str, route_table_ids: Sequence[str]) -> None:
        VpcEndpoint(
            self,
            f"gateway-{service}",
            vpc_id=self._vpc_id,
            service_name=f"com.amazonaws.{self._region}.{service}",
            vpc_endpoint_type="Gateway",
            route_table_ids=list(route_table_ids),
            policy=self._policy_of(service),
            tags=self._named(service),
            provider=self._provider,
        )

    def _make_interface(self, service: str, subnet_ids: Sequence[str], group: SecurityGroup) -> None:
        short = service.replace(".", "-")
        self._interfaces[service] = VpcEndpoint(
            self,
            f"interface-{short}",
            vpc_id=self._vpc_id,
            service_name=endpoint_service(service, self._region),
            vpc_endpoint_type="Interface",
            private_dns_enabled=self._private_dns,
            subnet_ids=list(subnet_ids),
            security_group_ids=[group.id],
            policy=self._policy_of(service),
            tags=self._named(short),
            provider=self._provider,
        )

    def _policy_of(self, service: str) -> str | None:
        own = self._policies.get(service)
        document = only_of_organization(own, self._organization_id) if self._organization_id else own
        if own is None:
            return document.to_terraform() if document else None
        return policy_text(self, document or own, PolicyKind.RESOURCE, f"{self._name}-{service}")

    def _make_security_group(self, vpc_cidr: str, allowed: Iterable[str]) -> SecurityGroup:
        require_network("vpc_cidr", vpc_cidr, 16, 28)
        group = SecurityGroup(
            self,
            "SecurityGroup",
            name=f"{self._name}-endpoints",
            description="HTTPS from the VPC to its endpoints",
            vpc_id=self._vpc_id,
            tags=self._named("endpoints"),
            provider=self._provider,
        )
        VpcSecurityGroupIngressRule(
            self,
            "Https",
            security_group_id=group.id,
            description="HTTPS from the VPC",
            ip_protocol="tcp",
            from_port=_HTTPS,
            to_port=_HTTPS,
            cidr_ipv4=vpc_cidr,
            provider=self._provider,
        )
        for network in sorted({str(require_network("allowed", each, 0, 32)) for each in allowed}):
            VpcSecurityGroupIngressRule(
                self,
                f"Https-{network.replace('.', '-').replace('/', '-')}",
                security_group_id=group.id,
                description="HTTPS from other networks",
                ip_protocol="tcp",
                from_port=_HTTPS,
                to_port=_HTTPS,
                cidr_ipv4=network,
                provider=self._provider,
            )
        return group

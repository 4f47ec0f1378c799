"""Appliances that inspect a VPC's traffic, behind a Gateway Load Balancer, and the routes that lead through them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint
from constructs import Construct

from constructs_lib.network.firewall_route import add_routes, require_zones
from constructs_lib.typed import typed
from constructs_lib.validation import require_match, require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import TerraformProvider

    from constructs_lib.network.firewall_route import FirewallRoute


@typed
class ApplianceEndpointsConstruct(Construct):
    """Endpoints of a Gateway Load Balancer's endpoint service in some zones of a VPC.

    Children: ``endpoint-<zone>`` per zone, ``route-<slug>`` per route.

    Args:
        scope: A stack of the account that has the VPC.
        id_: The construct's id.
        name: What the name tags start with.
        vpc_id: The VPC.
        service_name: The endpoint service, ``com.amazonaws.vpce.<region>.vpce-svc-…`` (in China ``cn.com.amazonaws.vpce…``), of any account that lets this one in.
        subnet_ids: The letter of each zone to a subnet that has nothing else in it.
        routes: Routes through it by slug. Default: none.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If it has no subnet, or the service is none.

    Example:
        >>> ApplianceEndpointsConstruct(
        ...     stack, "appliances", name="inspection", vpc_id=vpc.vpc_id,
        ...     service_name="com.amazonaws.vpce.eu-central-1.vpce-svc-0a1b2c3d", subnet_ids={"a": vpc.subnet_ids["firewall-a"]},
        ...     routes={"in-a": FirewallRoute(internet.route_table_ids["attachment-a"], "a", "0.0.0.0/0")},
        ... )

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/introduction.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        vpc_id: str,
        service_name: str,
        subnet_ids: Mapping[str, str],
        routes: Mapping[str, FirewallRoute] | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_match(
            "service_name",
            service_name,
            r"(?:cn\.)?com\.amazonaws\.vpce\.[a-z0-9-]+\.vpce-svc-[0-9a-f]{8,17}",
            expected="the name of an endpoint service",
        )
        require_zones(subnet_ids)
        self._endpoints = {
            zone: VpcEndpoint(
                self,
                f"endpoint-{require_slug('subnet_ids', zone)}",
                vpc_id=vpc_id,
                service_name=service_name,
                vpc_endpoint_type="GatewayLoadBalancer",
                subnet_ids=[subnet_id],
                tags={"Name": f"{name}-appliances-{zone}"},
                provider=provider,
            )
            for zone, subnet_id in sorted(subnet_ids.items())
        }
        add_routes(self, routes, self.endpoint_id, provider)

    def endpoint_id(self, zone: str) -> str:
        """The id of the endpoint, ``vpce-…``, which routes lead to: in a zone, or in the first one if there is none.

        Args:
            zone: The zone's letter.
        """
        return self._endpoints.get(zone, next(iter(self._endpoints.values()))).id

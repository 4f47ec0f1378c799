"""Names by which other VPCs find interface endpoints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cdktf_cdktf_provider_aws.route53_record import Route53Record, Route53RecordAlias
from cdktf_cdktf_provider_aws.route53_zone import Route53Zone, Route53ZoneVpc
from constructs import Construct

from constructs_lib.policies.partitions import domain
from constructs_lib.typed import typed
from constructs_lib.validation import require_region

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import TerraformProvider

_OTHERWISE: Final = {
    "codeartifact.repositories": "d.codeartifact",
    "ecr.api": "api.ecr",
    "ecr.dkr": "dkr.ecr",
    "emr": "elasticmapreduce",
    "kinesis-firehose": "firehose",
    "kinesis-streams": "kinesis",
    "sagemaker.api": "api.sagemaker",
    "sagemaker.featurestore-runtime": "featurestore-runtime.sagemaker",
    "sagemaker.runtime": "runtime.sagemaker",
}
"""Services whose names are not theirs and the region's.

Source: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
"""


@typed
@dataclass(frozen=True)
class EndpointName:
    """How an interface endpoint is reached.

    Args:
        dns_name: Its own name, as AWS made it.
        zone_id: The zone of that name.
    """

    dns_name: str
    zone_id: str


def private_name(service: str, region: str) -> str:
    """The name by which a service is called in a region.

    Args:
        service: The service, as endpoints name it: ``ssm``, ``ecr.api``.
        region: The region.

    Example:
        >>> private_name("ecr.api", "eu-central-1")
        'api.ecr.eu-central-1.amazonaws.com'
    """
    return f"{_OTHERWISE.get(service, service)}.{require_region('region', region)}.{domain(region)}"


@typed
class EndpointZonesConstruct(Construct):
    """A private zone for each interface endpoint, which answers the service's name and all below it with the endpoint's.

    Children: per service, dots as hyphens, ``zone-<service>``, ``name-<service>``, ``below-<service>``.

    Args:
        scope: A stack of the account that has the endpoints.
        id_: The construct's id.
        vpc_id: A VPC that sees the zones, as each private one needs; a Route 53 Profile brings them to others.
        region: The endpoints' region.
        endpoints: The endpoints (`VpcEndpointsConstruct.endpoint_names`) by service.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If the region is none.

    Example:
        >>> EndpointZonesConstruct(
        ...     stack, "zones", vpc_id=vpc.vpc_id, region="eu-central-1", endpoints=endpoints.endpoint_names
        ... )

    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        vpc_id: str,
        region: str,
        endpoints: Mapping[str, EndpointName],
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self._zones = {}
        for service, endpoint in sorted(endpoints.items()):
            short, name = service.replace(".", "-"), private_name(service, region)
            zone = Route53Zone(
                self,
                f"zone-{short}",
                name=name,
                comment=f"Endpoint of {service} for other VPCs",
                vpc=[Route53ZoneVpc(vpc_id=vpc_id, vpc_region=region)],
                provider=provider,
            )
            alias = Route53RecordAlias(name=endpoint.dns_name, zone_id=endpoint.zone_id, evaluate_target_health=False)
            for id_start, record in (("name", name), ("below", f"*.{name}")):
                Route53Record(
                    self,
                    f"{id_start}-{short}",
                    zone_id=zone.zone_id,
                    name=record,
                    type="A",
                    alias=alias,
                    provider=provider,
                )
            self._zones[short] = zone

    @property
    def zone_arns(self) -> dict[str, str]:
        """The zones' ARNs by service, dots as hyphens."""
        return {short: zone.arn for short, zone in self._zones.items()}

"""What a partition of AWS calls otherwise: domains of endpoints, services, sign-in pages.

Nobody has tried the partitions of China and of the European Sovereign Cloud on real AWS.
"""

from __future__ import annotations

from typing import Final

from constructs_lib.policies.data import load

_DOMAINS: Final = {"aws-cn": "amazonaws.com.cn", "aws-eusc": "amazonaws.eu"}
_STARTS: Final = {"us-gov-": "aws-us-gov", "cn-": "aws-cn", "eusc-": "aws-eusc"}
"""How regions' codes begin; all others are of the commercial partition."""
_SIGN_IN: Final = {
    "aws": "signin.aws.amazon.com",
    "aws-cn": "signin.amazonaws.cn",
    "aws-eusc": "eusc-de-east-1.signin.amazonaws-eusc.eu",
    "aws-us-gov": "signin.amazonaws-us-gov.com",
}
_OWN_PRINCIPAL: Final = {"aws-cn": ("codedeploy", "elasticmapreduce", "logs")}
"""Services whose principals end with the partition's domain; everywhere else, and all others, are of ``amazonaws.com``.

Source: https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/meta/service_principal_data_source.go
"""


def partition_of(region: str) -> str:
    """The partition that a region belongs to.

    Example:
        >>> partition_of("cn-north-1")
        'aws-cn'
    """
    return next((partition for start, partition in _STARTS.items() if region.startswith(start)), "aws")


def domain(region: str) -> str:
    """The domain of the endpoints of a region.

    Example:
        >>> f"s3.eusc-de-east-1.{domain('eusc-de-east-1')}"
        's3.eusc-de-east-1.amazonaws.eu'

    Source: https://docs.aws.amazon.com/general/latest/gr/rande.html
    """
    return _DOMAINS.get(partition_of(region), "amazonaws.com")


def via(service: str, region: str) -> str:
    """What ``kms:ViaService`` says of a service: its endpoint's name.

    Args:
        service: Such as ``s3``.
        region: The region.

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
    """
    return f"{service}.{region}.{domain(region)}"


def principal(service: str, partition: str, region: str | None = None) -> str:
    """The principal of a service.

    Args:
        service: Such as ``logs``.
        partition: The partition.
        region: The region, where the service's principal is one for each.

    Example:
        >>> principal("logs", "aws-cn", "cn-north-1")
        'logs.cn-north-1.amazonaws.com.cn'
    """
    end = _DOMAINS[partition] if service in _OWN_PRINCIPAL.get(partition, ()) else "amazonaws.com"
    return ".".join([service, region, end] if region else [service, end])


def passed_to(services: frozenset[str], partition: str) -> frozenset[str]:
    """What ``iam:PassedToService`` says of services: in China, it is the partition's own name for some of them.

    Args:
        services: Principals, such as ``ec2.amazonaws.com``.
        partition: The partition.

    Source: https://github.com/terraform-aws-modules/terraform-aws-eks/issues/3636
    """
    if partition != "aws-cn":
        return services
    own = {f"{service.removesuffix('.amazonaws.com')}.{_DOMAINS[partition]}" for service in services}
    return services | own


def endpoint_service(service: str, region: str) -> str:
    """The name of the endpoint service by which a VPC reaches a service.

    Args:
        service: As endpoints name it, such as ``ssm`` or ``ecr.api``.
        region: The region.

    Example:
        >>> endpoint_service("ecr.api", "cn-north-1")
        'cn.com.amazonaws.cn-north-1.ecr.api'

    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
    """
    own = service in load("endpoint_services")["own_prefix"].get(region, ())
    start = ".".join(reversed(domain(region).split("."))) if own else "com.amazonaws"
    end = ".cn" if service == "transcribe" and partition_of(region) == "aws-cn" else ""
    return f"{start}.{region}.{service}{end}"


def saml_audience(partition: str) -> str:
    """The address to which SAML providers send people of a partition."""
    return f"https://{_SIGN_IN[partition]}/saml"

"""Domains: on the internet, and inside VPCs."""

from typing import TYPE_CHECKING

from cdktf import TerraformOutput

from config.model.base import enabled
from config.model.capabilities.dns import Dns, PublicZone
from config.nodes import Account
from constructs_lib.network.private_zone import PrivateZoneConstruct, ZoneVpc
from constructs_lib.network.public_zone import PublicZoneConstruct
from constructs_lib.network.shared_vpc import SharedVpcConstruct
from constructs_lib.network.zone_association import ZoneAssociationConstruct
from constructs_lib.network.zone_query_logs import REGION, LoggedZone, ZoneQueryLogsConstruct
from constructs_lib.network.zone_signing import ZoneSigningConstruct
from stacks.capabilities.capability import Capability
from stacks.capabilities.network import VPC
from stacks.parts import part

if TYPE_CHECKING:
    from stacks.account import AccountStack


def _dns(account: Account) -> Dns | None:
    return enabled(account.settings.dns)


def _add(stack: "AccountStack") -> None:
    dns = _dns(stack.account)
    if dns is None:
        return
    _add_public(stack, dns)
    for slug, private in sorted(dns.private_zones.items()):
        PrivateZoneConstruct(
            stack,
            f"private-zone-{slug}",
            domain=private.domain,
            vpc=ZoneVpc(part(stack, VPC, SharedVpcConstruct).vpc_id, stack.account.region),
            other_accounts={key: ZoneVpc(other.vpc, other.region) for key, other in private.other_vpcs.items()},
            comment=private.comment,
        )
    for slug, zone_id in sorted(dns.joined_zones.items()):
        ZoneAssociationConstruct(
            stack,
            f"joined-zone-{slug}",
            zone_id=zone_id,
            vpc_id=part(stack, VPC, SharedVpcConstruct).vpc_id,
        )


def _add_public(stack: "AccountStack", dns: Dns) -> None:
    for slug, zone in sorted(dns.public_zones.items()):
        public = PublicZoneConstruct(
            stack,
            _public_zone(slug),
            domain=zone.domain,
            delegations={key: (one.domain, sorted(set(one.name_servers))) for key, one in zone.delegations.items()},
            comment=zone.comment,
        )
        TerraformOutput(
            stack,
            f"name_servers_{slug}",
            value=public.name_servers,
            description=f"Who answers for {zone.domain}, for whoever delegates it to this account.",
        )


def _public_zone(slug: str) -> str:
    return f"public-zone-{slug}"


def _public_zones(account: Account) -> dict[str, PublicZone]:
    dns = _dns(account)
    return dict(sorted(dns.public_zones.items())) if dns else {}


def _signed(account: Account) -> dict[str, PublicZone]:
    return {slug: zone for slug, zone in _public_zones(account).items() if zone.dnssec}


def _sign(stack: "AccountStack") -> None:
    """Sign zones, with keys in the region where Route 53 wants them."""
    for slug, zone in _signed(stack.account).items():
        signing = ZoneSigningConstruct(
            stack,
            f"dnssec-{slug}",
            zone_id=part(stack, _public_zone(slug), PublicZoneConstruct).zone_id,
            alias=f"dnssec-{slug}",
            account_id=stack.account_id,
            provider=stack.provider(REGION),
        )
        TerraformOutput(
            stack,
            f"ds_record_{slug}",
            value=signing.ds_record,
            description=f"The DS record of {zone.domain}, for its registrar or the zone above it.",
        )


def _logged(account: Account) -> dict[str, tuple[str, int]]:
    """The domains whose queries are logged, and for how many days that is kept."""
    return {
        slug: (zone.domain, log.retention_days)
        for slug, zone in _public_zones(account).items()
        if (log := enabled(zone.query_log))
    }


def _log_queries(stack: "AccountStack") -> None:
    """Log queries, in the region where Route 53 does."""
    zones = {
        slug: LoggedZone(part(stack, _public_zone(slug), PublicZoneConstruct).zone_id, domain, days)
        for slug, (domain, days) in _logged(stack.account).items()
    }
    ZoneQueryLogsConstruct(
        stack, "dns-query-logs", zones=zones, account_id=stack.account_id, provider=stack.provider(REGION)
    )


DNS = Capability(
    "dns",
    lambda _organization, account: _dns(account) is not None,
    _add,
    frozenset(
        {
            "aws_route53_record",
            "aws_route53_vpc_association_authorization",
            "aws_route53_zone",
            "aws_route53_zone_association",
        }
    ),
)
DNSSEC = Capability(
    "dns.dnssec",
    lambda _organization, account: bool(_signed(account)),
    _sign,
    frozenset({"aws_kms_alias", "aws_kms_key", "aws_route53_hosted_zone_dnssec", "aws_route53_key_signing_key"}),
)
QUERY_LOGS = Capability(
    "dns.query_log",
    lambda _organization, account: bool(_logged(account)),
    _log_queries,
    frozenset(
        {
            "aws_cloudwatch_log_group",
            "aws_cloudwatch_log_resource_policy",
            "aws_kms_alias",
            "aws_kms_key",
            "aws_route53_query_log",
        }
    ),
)

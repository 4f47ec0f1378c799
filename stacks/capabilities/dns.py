"""Domains: on the internet, and inside VPCs."""

from collections.abc import Mapping

from cdktf import TerraformOutput

from config.capabilities.dns import Dns, PublicZone
from constructs_lib.network.private_zone import PrivateZoneConstruct, ZoneVpc
from constructs_lib.network.public_zone import PublicZoneConstruct
from constructs_lib.network.shared_vpc import SharedVpcConstruct
from constructs_lib.network.zone_association import ZoneAssociationConstruct
from constructs_lib.network.zone_query_logs import REGION, LoggedZone, ZoneQueryLogsConstruct
from constructs_lib.network.zone_signing import ZoneSigningConstruct
from stacks.capabilities.network import VPC
from stacks.parts import part
from stacks.scope import AccountScope


def add(stack: AccountScope, dns: Dns) -> None:
    """Add zones, and the account's VPC to those of others."""
    _add_public(stack, dns)
    for slug, private in sorted(dns.private_zones.items()):
        id_ = private_zone(slug)
        stack.parts[id_] = PrivateZoneConstruct(
            stack,
            id_,
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


def _add_public(stack: AccountScope, dns: Dns) -> None:
    for slug, zone in sorted(dns.public_zones.items()):
        id_ = _public_zone(slug)
        stack.parts[id_] = public = PublicZoneConstruct(
            stack,
            id_,
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


def private_zone(slug: str) -> str:
    """The id of the construct of a private zone."""
    return f"private-zone-{slug}"


def _public_zone(slug: str) -> str:
    return f"public-zone-{slug}"


def sign(stack: AccountScope, zones: Mapping[str, PublicZone]) -> None:
    """Sign zones, with keys in the region where Route 53 wants them."""
    for slug, zone in zones.items():
        signing = ZoneSigningConstruct(
            stack,
            f"dnssec-{slug}",
            zone_id=part(stack, _public_zone(slug), PublicZoneConstruct).zone_id,
            alias=f"dnssec-{slug}",
            account_id=stack.own_id,
            provider=stack.provider(REGION),
        )
        TerraformOutput(
            stack,
            f"ds_record_{slug}",
            value=signing.ds_record,
            description=f"The DS record of {zone.domain}, for its registrar or the zone above it.",
        )


def log_queries(stack: AccountScope, logged: Mapping[str, tuple[str, int]]) -> None:
    """Log queries, in the region where Route 53 does."""
    zones = {
        slug: LoggedZone(part(stack, _public_zone(slug), PublicZoneConstruct).zone_id, domain, days)
        for slug, (domain, days) in logged.items()
    }
    ZoneQueryLogsConstruct(
        stack, "dns-query-logs", zones=zones, account_id=stack.own_id, provider=stack.provider(REGION)
    )

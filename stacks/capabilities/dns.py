"""Domains: on the internet, and inside VPCs."""

from typing import TYPE_CHECKING

from cdktf import TerraformOutput

from config.model.base import enabled
from config.model.capabilities.dns import Dns
from config.nodes import Account
from constructs_lib.network.private_zone import PrivateZoneConstruct, ZoneVpc
from constructs_lib.network.public_zone import PublicZoneConstruct
from constructs_lib.network.shared_vpc import SharedVpcConstruct
from constructs_lib.network.zone_association import ZoneAssociationConstruct
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
            f"public-zone-{slug}",
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

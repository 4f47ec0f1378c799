"""The organization's transit gateway, in one region or in several."""

from collections.abc import Mapping
from typing import Final

from cdktf import TerraformProvider

from config.capabilities.transit_gateway import TRANSIT_GATEWAY
from config.capabilities.transit_gateway.model import TransitGateway
from config.capabilities.transit_gateway.routing import Routing, Routings
from config.nodes import Account, Organization
from constructs_lib.network.direct_connect import DirectConnectConstruct
from constructs_lib.network.transit_gateway import TransitGatewayConstruct
from constructs_lib.network.transit_gateway_attachment import TransitGatewayAttachmentConstruct
from constructs_lib.network.transit_gateway_peering import TransitGatewayPeeringConstruct
from constructs_lib.network.transit_gateway_routing import (
    TransitGatewayRoute,
    TransitGatewayRouteTable,
    TransitGatewayRoutingConstruct,
)
from constructs_lib.network.vpn_connection import VpnConnectionConstruct
from stacks.capabilities.prefix_lists import prefix_list
from stacks.parts import part, vpc_part
from stacks.scope import AccountScope

GATEWAY: Final = "transit-gateway"
ATTACHMENT: Final = "attachment"


def gateway_owner(organization: Organization) -> Account:
    """The account that has the transit gateway."""
    return organization.accounts[TRANSIT_GATEWAY.published(organization)]


def add(stack: AccountScope, gateway: TransitGateway) -> None:
    """Add the router, and those of further regions."""
    for region, router in gateway.every(stack.account.region).items():
        id_ = gateway_part(stack, GATEWAY, region)
        stack.parts[id_] = TransitGatewayConstruct(
            stack,
            id_,
            name=gateway_part(stack, stack.organization.slug, region),
            asn=router.asn,
            accept_attachments=router.accept_attachments,
            connect_all=router.connect_all,
            provider=provider_of(stack, region),
        )


def gateway_part(stack: AccountScope, id_: str, region: str) -> str:
    """The id of a construct that the transit gateway of each region has one of."""
    return id_ if region == stack.account.region else f"{id_}-{region}"


def slugged_part(stack: AccountScope, id_: str, region: str) -> str:
    """The same, where the id ends with a slug, which may end like a region."""
    return id_ if region == stack.account.region else f"{region}-{id_}"


def add_routes(stack: AccountScope, routings: Routings) -> None:
    """Add the route tables of each region, with the VPCs of this account and of others, and what connects the regions."""
    peers: dict[tuple[str, str], str] = {}
    for asks, accepts in routings.peerings:
        peering = TransitGatewayPeeringConstruct(
            stack,
            f"transit-peering-{asks}-{accepts}",
            name=f"{stack.organization.slug}-{asks}-{accepts}",
            transit_gateway_id=gateway_id(stack, asks),
            peer_transit_gateway_id=gateway_id(stack, accepts),
            peer_region=accepts,
            peer_provider=stack.provider(accepts),
            provider=provider_of(stack, asks),
        )
        peers[asks, accepts] = peers[accepts, asks] = peering.attachment_id
    for region, routing in routings.regions.items():
        beyond = {f"region:{there}": id_ for (here, there), id_ in peers.items() if here == region}
        for name in routing.attached.beyond:
            kind, _, slug = name.partition(":")
            if kind == "vpn":
                id_ = slugged_part(stack, f"vpn-{slug}", region)
                beyond[name] = part(stack, id_, VpnConnectionConstruct).attachment_id
            elif kind == "dx":
                beyond[name] = part(stack, f"dx-{slug}", DirectConnectConstruct).attachment_id
        _add_routes(stack, region, routing, {_key(name): id_ for name, id_ in beyond.items()})


def _add_routes(stack: AccountScope, region: str, routing: Routing, beyond: Mapping[str, str]) -> None:
    attachments = {
        f"vpc-{slug}": part(stack, vpc_part(ATTACHMENT, slug), TransitGatewayAttachmentConstruct).attachment_id
        for slug in routing.attached.vpcs
    }
    accounts = {f"account-{slug}": stack.organization.accounts[slug] for slug in routing.attached.accounts}
    TransitGatewayRoutingConstruct(
        stack,
        gateway_part(stack, "transit-routing", region),
        name=gateway_part(stack, stack.organization.slug, region),
        transit_gateway_id=gateway_id(stack, region),
        tables={
            slug: TransitGatewayRouteTable(
                associations=tuple(map(_key, table.associations)),
                propagations=tuple(map(_key, table.propagations)),
                routes={
                    key: TransitGatewayRoute(
                        route.destination,
                        _key(routing.attached.single(route.attachment)) if route.attachment else None,
                        prefix_list(stack, route.prefix_list).prefix_list_id if route.prefix_list else None,
                    )
                    for key, route in table.routes.items()
                },
            )
            for slug, table in routing.tables.items()
        },
        attachments={**attachments, **beyond},
        accounts={key: stack.references.account_id(account) for key, account in accounts.items()},
        apart={
            f"account-{account}": {_key(attachment): id_ for attachment, id_ in ids.items()}
            for account, ids in routing.attached.ids.items()
        },
        accept=routing.accept,
        provider=provider_of(stack, region),
    )


def gateway_id(stack: AccountScope, region: str) -> str:
    """The id of the transit gateway that this account has in a region."""
    return part(stack, gateway_part(stack, GATEWAY, region), TransitGatewayConstruct).transit_gateway_id


def provider_of(stack: AccountScope, region: str) -> TerraformProvider | None:
    """The provider for a further region; the account's own is the default one."""
    return None if region == stack.account.region else stack.provider(region)


def _key(attachment: str) -> str:
    """``account:shop`` as a part of a construct's id."""
    return attachment.replace(":", "-")

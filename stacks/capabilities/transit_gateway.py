"""The organization's transit gateway."""

from typing import Final

from config.capabilities.transit_gateway import TRANSIT_GATEWAY, TransitGateway
from config.capabilities.transit_gateway_routing import Routing
from config.nodes import Account, Organization
from constructs_lib.network.transit_gateway import TransitGatewayConstruct
from constructs_lib.network.transit_gateway_attachment import TransitGatewayAttachmentConstruct
from constructs_lib.network.transit_gateway_routing import (
    TransitGatewayRoute,
    TransitGatewayRouteTable,
    TransitGatewayRoutingConstruct,
)
from stacks.parts import part, vpc_part
from stacks.scope import AccountScope

GATEWAY: Final = "transit-gateway"
ATTACHMENT: Final = "attachment"


def gateway_owner(organization: Organization) -> Account:
    """The account that has the transit gateway."""
    return organization.accounts[TRANSIT_GATEWAY.published(organization)]


def add(stack: AccountScope, gateway: TransitGateway) -> None:
    """Add the router."""
    stack.parts[GATEWAY] = TransitGatewayConstruct(
        stack,
        GATEWAY,
        name=stack.organization.slug,
        asn=gateway.asn,
        accept_attachments=gateway.accept_attachments,
        connect_all=gateway.connect_all,
    )


def add_routes(stack: AccountScope, routing: Routing) -> None:
    """Add the route tables, with the VPCs of this account and of others."""
    attachments = {
        f"vpc-{slug}": part(stack, vpc_part(ATTACHMENT, slug), TransitGatewayAttachmentConstruct).attachment_id
        for slug in routing.attached.vpcs
    }
    accounts = {f"account-{slug}": stack.organization.accounts[slug] for slug in routing.attached.accounts}
    TransitGatewayRoutingConstruct(
        stack,
        "transit-routing",
        name=stack.organization.slug,
        transit_gateway_id=part(stack, GATEWAY, TransitGatewayConstruct).transit_gateway_id,
        tables={
            slug: TransitGatewayRouteTable(
                associations=tuple(map(_key, table.associations)),
                propagations=tuple(map(_key, table.propagations)),
                routes={
                    key: TransitGatewayRoute(
                        route.destination, _key(routing.attached.single(route.attachment)) if route.attachment else None
                    )
                    for key, route in table.routes.items()
                },
            )
            for slug, table in routing.tables.items()
        },
        attachments=attachments,
        accounts={key: stack.references.account_id(account) for key, account in accounts.items()},
        apart={
            f"account-{account}": {_key(attachment): id_ for attachment, id_ in ids.items()}
            for account, ids in routing.attached.ids.items()
        },
        accept=routing.accept,
    )


def _key(attachment: str) -> str:
    """``account:shop`` as a part of a construct's id."""
    return attachment.replace(":", "-")

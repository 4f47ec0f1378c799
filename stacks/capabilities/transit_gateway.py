"""The organization's transit gateway."""

from typing import Final

from config.capabilities.transit_gateway import TRANSIT_GATEWAY, TransitGateway
from config.nodes import Account, Organization
from constructs_lib.network.transit_gateway import TransitGatewayConstruct
from stacks.scope import AccountScope

GATEWAY: Final = "transit-gateway"


def gateway_owner(organization: Organization) -> Account:
    """The account that has the transit gateway."""
    return organization.accounts[TRANSIT_GATEWAY.published(organization)]


def add(stack: AccountScope, gateway: TransitGateway) -> None:
    """Add the router."""
    TransitGatewayConstruct(
        stack,
        GATEWAY,
        name=stack.organization.slug,
        asn=gateway.asn,
        accept_attachments=gateway.accept_attachments,
        connect_all=gateway.connect_all,
    )

"""The organization's transit gateway."""

from typing import TYPE_CHECKING, Final

from config.model.base import enabled
from config.nodes import Account, Organization
from constructs_lib.network.transit_gateway import TransitGatewayConstruct
from stacks.capabilities.capability import Capability

if TYPE_CHECKING:
    from stacks.account import AccountStack

GATEWAY: Final = "transit-gateway"


def gateway_owner(organization: Organization) -> Account:
    """The account that has the transit gateway.

    Raises:
        LookupError: If none has.
    """
    for account in organization.accounts.values():
        if enabled(account.settings.transit_gateway):
            return account
    raise LookupError("no account has a transit gateway")


def _add(stack: "AccountStack") -> None:
    gateway = enabled(stack.account.settings.transit_gateway)
    if gateway:
        TransitGatewayConstruct(
            stack,
            GATEWAY,
            name=stack.organization.slug,
            asn=gateway.asn,
            accept_attachments=gateway.accept_attachments,
            connect_all=gateway.connect_all,
        )


TRANSIT_GATEWAY = Capability(
    "transit_gateway",
    lambda _organization, account: enabled(account.settings.transit_gateway) is not None,
    _add,
    frozenset({"aws_ec2_transit_gateway"}),
)

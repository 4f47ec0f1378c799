"""EC2's transit gateways across accounts, of which moto knows one account's: attachments, acceptance, what a table has of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.ec2.exceptions import DuplicateTransitGatewayAttachmentError, InvalidTransitGatewayID
from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.models.transit_gateway_attachments import TransitGatewayVpcAttachment
from moto.ec2.models.transit_gateway_route_tables import TransitGatewayRelations
from moto.utilities.utils import filter_resources

from estate.local.answers import AwsError
from estate.local.services.ec2 import extension
from estate.local.services.ram_reach import shared_resources

if TYPE_CHECKING:
    from collections.abc import Iterable

    from estate.local.extension import Answer, Call

_FILTERS = (
    ("resource-id", "resource_id"),
    ("resource-owner-id", "resource_owner_id"),
    ("resource-type", "resource_type"),
    ("state", "state"),
    ("transit-gateway-attachment-id", "id"),
    ("transit-gateway-id", "transit_gateway_id"),
    ("transit-gateway-owner-id", "transit_gateway_owner_id"),
    ("vpc-id", "resource_id"),
)


class _Attachment(TransitGatewayVpcAttachment):
    """A VPC's attachment, which knows whose the gateway is, and with which of its tables it is associated."""

    def __init__(self, backend: EC2Backend, owner: EC2Backend, gateway: Any, **arguments: Any) -> None:
        self.owner = owner
        super().__init__(backend, gateway, **arguments)
        accepted = owner is backend or gateway.options["AutoAcceptSharedAttachments"] == "enable"
        self.state = "available" if accepted else "pendingAcceptance"

    @property
    def transit_gateway_owner_id(self) -> str:
        return str(self.owner.account_id)

    @property
    def association(self) -> dict[str, str] | None:
        for table in self.owner.transit_gateways_route_tables.values():
            if self.id in table.route_table_associations:
                return {"State": "associated", "TransitGatewayRouteTableId": table.id}
        return None


class _Seen:
    """An attachment as the account sees it that has the gateway: with tags of its own."""

    def __init__(self, attachment: _Attachment) -> None:
        self.attachment = attachment

    def __getattr__(self, name: str) -> Any:
        return getattr(self.attachment, name)

    def get_tags(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = self.attachment.owner.describe_tags(filters={"resource-id": [self.attachment.id]})
        return found

    tag_set = tag_list = tags = property(get_tags)


@extension.amends(
    "A VPC is attached to the transit gateway of another account that shares it, if need be once that accepts."
)
def _attach_to_shared_gateways() -> None:
    delete = EC2Backend.delete_transit_gateway_vpc_attachment

    def create(
        self: EC2Backend,
        transit_gateway_id: str,
        vpc_id: str,
        subnet_ids: list[str],
        tags: Any = None,
        options: Any = None,
    ) -> Any:
        owner = _owner(self, transit_gateway_id)
        gateway = owner.transit_gateways[transit_gateway_id]
        for other in self.transit_gateway_attachments.values():
            if (other.transit_gateway_id, other.resource_id) == (transit_gateway_id, vpc_id):
                raise DuplicateTransitGatewayAttachmentError(transit_gateway_id)
        arguments = {"vpc_id": vpc_id, "subnet_ids": subnet_ids, "tags": tags, "options": options}
        made = _Attachment(self, owner, gateway, **arguments)
        self.transit_gateway_attachments[made.id] = made
        seen: Any = _Seen(made)
        owner.transit_gateway_attachments.setdefault(made.id, seen)
        if gateway.options["DefaultRouteTableAssociation"] == "enable":
            owner.set_route_table_association(made.id, gateway.default_route_table.id)
        return made

    def delete_everywhere(self: EC2Backend, transit_gateway_attachment_id: str) -> Any:
        seen = self.transit_gateway_attachments[transit_gateway_attachment_id]
        attachment = seen.attachment if isinstance(seen, _Seen) else seen
        found = delete(attachment.ec2_backend, transit_gateway_attachment_id)
        if isinstance(attachment, _Attachment):
            for backend in (attachment.owner, attachment.ec2_backend):
                backend.transit_gateway_attachments.pop(attachment.id, None)
            for table in attachment.owner.transit_gateways_route_tables.values():
                table.route_table_associations.pop(attachment.id, None)
                table.route_table_propagation = list(_others(table.route_table_propagation, attachment.id))
        return found

    EC2Backend.create_transit_gateway_vpc_attachment = create  # type: ignore[assignment, method-assign]
    EC2Backend.delete_transit_gateway_vpc_attachment = delete_everywhere  # type: ignore[assignment]


@extension.amends("Attachments are found by whose they are, and by their state.")
def _filter_attachments() -> None:
    def describe(self: EC2Backend, transit_gateways_attachment_ids: Any = None, filters: Any = None) -> list[Any]:
        found = list(self.transit_gateway_attachments.values())
        if transit_gateways_attachment_ids:
            found = [one for one in found if one.id in transit_gateways_attachment_ids]
        return filter_resources(found, filters, _FILTERS) if filters else found

    EC2Backend.describe_transit_gateway_attachments = describe  # type: ignore[assignment, method-assign]


@extension.amends("An attachment's ranges are in several route tables; one of them can let go of them.")
def _propagate_to_several_tables() -> None:
    def disable(self: EC2Backend, transit_gateway_attachment_id: str, transit_gateway_route_table_id: str) -> Any:
        relation = TransitGatewayRelations(
            self, transit_gateway_attachment_id, transit_gateway_route_table_id, state="disabled"
        )
        self.disable_route_table_propagation(transit_gateway_attachment_id, transit_gateway_route_table_id)
        return relation

    EC2Backend.disable_transit_gateway_route_table_propagation = disable  # type: ignore[assignment, method-assign]


@extension.amends("A static route says by which attachment it leads on, in a list as EC2 does.")
def _list_attachments_of_routes() -> None:
    create = EC2Backend.create_transit_gateway_route

    def create_listing(self: EC2Backend, *arguments: Any, **named: Any) -> Any:
        route: dict[str, Any] = create(self, *arguments, **named)
        if "transitGatewayAttachments" in route:
            route["transitGatewayAttachments"] = [route["transitGatewayAttachments"]]
        return route

    EC2Backend.create_transit_gateway_route = create_listing  # type: ignore[assignment, method-assign]


@extension.answers("AcceptTransitGatewayVpcAttachment")
def accept_transit_gateway_vpc_attachment(call: Call) -> Answer:
    """Let another account's VPC in."""
    backend, id_ = ec2_backends[call.account_id][call.region], call["TransitGatewayAttachmentId"]
    seen = backend.transit_gateway_attachments.get(id_)
    if not isinstance(seen, _Seen):
        raise AwsError("InvalidTransitGatewayAttachmentID.NotFound", f"{id_} is no attachment of another account.")
    attachment = seen.attachment
    if attachment.state != "pendingAcceptance":
        raise AwsError("IncorrectState", f"{id_} is in {attachment.state} state")
    attachment.state = "available"
    found = {"TransitGatewayAttachmentId": id_, "TransitGatewayId": attachment.transit_gateway_id}
    return {"TransitGatewayVpcAttachment": {**found, "VpcId": attachment.vpc_id, "State": attachment.state}}


def _owner(backend: EC2Backend, gateway_id: str) -> EC2Backend:
    if gateway_id in backend.transit_gateways:
        return backend
    for owner, arn in shared_resources(backend.account_id, backend.partition, backend.region_name):
        if arn.endswith(f":transit-gateway/{gateway_id}"):
            return ec2_backends[owner][backend.region_name]
    raise InvalidTransitGatewayID(gateway_id, f"Transit Gateway {gateway_id} was deleted or does not exist.")


def _others(found: Iterable[Any], attachment_id: str) -> Iterable[Any]:
    return (one for one in found if one.transitGatewayAttachmentId != attachment_id)

"""EC2's ways outside of AWS: VPNs with the tunnels that were asked for, and prefix lists in a transit gateway's route tables."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any, Final

from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.models.vpn_connections import VPNConnection
from moto.ec2.responses.customer_gateways import CustomerGateways
from moto.ec2.responses.vpn_connections import VPNConnections

from estate.local.answers import AwsError
from estate.local.extension import Json, Shelf
from estate.local.services.ec2 import extension

if TYPE_CHECKING:
    from collections.abc import Callable

    from estate.local.extension import Answer, Call

_TUNNELS: Final = 2
_DEFAULTS: Final = {"EnableAcceleration": False, "StaticRoutesOnly": False, "TunnelInsideIpVersion": "ipv4"}
_OTHERWISE_CALLED: Final = {
    "DPDTimeoutAction": "DpdTimeoutAction",
    "DPDTimeoutSeconds": "DpdTimeoutSeconds",
    "IKEVersions": "IkeVersions",
}
"""What EC2 takes by another name than it shows it by."""

_TUNNEL: Final = """\
<ipsec_tunnel>
  <customer_gateway><tunnel_inside_address><ip_address>{there}</ip_address></tunnel_inside_address></customer_gateway>
  <vpn_gateway>
    <tunnel_outside_address><ip_address>{outside}</ip_address></tunnel_outside_address>
    <tunnel_inside_address><ip_address>{here}</ip_address></tunnel_inside_address>
  </vpn_gateway>
  <ike><pre_shared_key>{key}</pre_shared_key></ike>
</ipsec_tunnel>"""

_references = Shelf[dict[tuple[str, str], Json]](dict)
"""By the ids of route table and prefix list."""


@extension.amends("A customer gateway keeps its certificate.")
def _keep_certificates() -> None:
    create = CustomerGateways.create_customer_gateway

    def create_with_certificate(self: CustomerGateways) -> Any:
        answer, made = _made(self.ec2_backend.customer_gateways, lambda: create(self))
        made.certificate_arn = self._get_param("CertificateArn")
        return answer

    CustomerGateways.create_customer_gateway = create_with_certificate  # type: ignore[method-assign]


@extension.amends("A VPN has the tunnels that were asked for. Keys that are in Secrets Manager are told nobody.")
def _keep_tunnels() -> None:
    create = VPNConnections.create_vpn_connection

    def create_with_tunnels(self: VPNConnections) -> Any:
        answer, made = _made(self.ec2_backend.vpn_connections, lambda: create(self))
        options = self._get_param("Options") or {}
        asked = options.get("TunnelOptions") or [{}] * _TUNNELS
        made.options = {
            **_DEFAULTS,
            **options,
            "TunnelOptions": [_tunnel(number, one) for number, one in enumerate(asked)],
        }
        backend: EC2Backend = self.ec2_backend
        if self._get_param("PreSharedKeyStorage") == "SecretsManager":
            place = f"{backend.region_name}:{backend.account_id}"
            made.pre_shared_key_arn = f"arn:{backend.partition}:secretsmanager:{place}:secret:s2svpn!{made.id}"
        return answer

    VPNConnections.create_vpn_connection = create_with_tunnels  # type: ignore[method-assign]
    VPNConnection.customer_gateway_configuration = property(_for_the_device)  # type: ignore[assignment]


@extension.answers("ModifyVpnConnection")
def modify_vpn_connection(call: Call) -> Answer:
    """Lead a VPN to another device. Where it begins stays as it is."""
    backend, id_ = ec2_backends[call.account_id][call.region], call["VpnConnectionId"]
    if id_ not in backend.vpn_connections:
        raise AwsError("InvalidVpnConnectionID.NotFound", f"{id_} is not there.")
    connection = backend.vpn_connections[id_]
    connection.customer_gateway_id = backend.get_customer_gateway(call["CustomerGatewayId"]).id
    shown = {"VpnConnectionId": id_, "CustomerGatewayId": connection.customer_gateway_id, "State": connection.state}
    return {"VpnConnection": shown}


def _for_the_device(connection: Any) -> str:
    """What the other side is set up by. Without Secrets Manager it has the keys, as AWS's has."""
    redacted = getattr(connection, "pre_shared_key_arn", None)
    tunnels = "".join(
        _TUNNEL.format(
            outside=tunnel["OutsideIpAddress"],
            here=_address(tunnel, 1),
            there=_address(tunnel, 2),
            key="REDACTED" if redacted else f"key-of-{connection.id}-{number}",
        )
        for number, tunnel in enumerate((connection.options or {}).get("TunnelOptions", ()))
    )
    return f'<vpn_connection id="{connection.id}">{tunnels}</vpn_connection>'


@extension.answers("CreateTransitGatewayPrefixListReference")
def create_transit_gateway_prefix_list_reference(call: Call) -> Answer:
    """Have a route table lead what a prefix list names to an attachment, or drop it."""
    if _key(call) in _references(call):
        raise AwsError("PrefixListReferenceAlreadyExists", f"{call['PrefixListId']} is in the route table already.")
    return {"TransitGatewayPrefixListReference": _put(call)}


@extension.answers("ModifyTransitGatewayPrefixListReference")
def modify_transit_gateway_prefix_list_reference(call: Call) -> Answer:
    """Have it lead elsewhere."""
    _kept(call)
    return {"TransitGatewayPrefixListReference": _put(call)}


@extension.answers("GetTransitGatewayPrefixListReferences")
def get_transit_gateway_prefix_list_references(call: Call) -> Answer:
    """Show those of a route table."""
    wanted = {one["Name"]: one["Values"] for one in call.get("Filters", ())}
    table = call["TransitGatewayRouteTableId"]
    return {
        "TransitGatewayPrefixListReferences": [
            one
            for (home, list_id), one in sorted(_references(call).items())
            if home == table and list_id in wanted.get("prefix-list-id", (list_id,))
        ]
    }


@extension.answers("DeleteTransitGatewayPrefixListReference")
def delete_transit_gateway_prefix_list_reference(call: Call) -> Answer:
    """Lead it nowhere any more."""
    return {"TransitGatewayPrefixListReference": {**_references(call).pop(_kept(call)), "State": "deleting"}}


def _put(call: Call) -> Json:
    backend, attachment_id = ec2_backends[call.account_id][call.region], call.get("TransitGatewayAttachmentId")
    if call["TransitGatewayRouteTableId"] not in backend.transit_gateways_route_tables:
        raise AwsError("InvalidRouteTableID.NotFound", f"{call['TransitGatewayRouteTableId']} is not there.")
    if call["PrefixListId"] not in backend.managed_prefix_lists:
        raise AwsError("InvalidPrefixListID.NotFound", f"{call['PrefixListId']} is not there.")
    found: Json = {
        "TransitGatewayRouteTableId": call["TransitGatewayRouteTableId"],
        "PrefixListId": call["PrefixListId"],
        "PrefixListOwnerId": call.account_id,
        "State": "available",
        "Blackhole": call.get("Blackhole", False),
    }
    if attachment_id:
        attachment = backend.transit_gateway_attachments.get(attachment_id)
        if attachment is None:
            raise AwsError("InvalidTransitGatewayAttachmentID.NotFound", f"{attachment_id} is not there.")
        found["TransitGatewayAttachment"] = {
            "TransitGatewayAttachmentId": attachment_id,
            "ResourceType": attachment.resource_type,
            "ResourceId": attachment.resource_id,
        }
    _references(call)[_key(call)] = found
    return found


def _kept(call: Call) -> tuple[str, str]:
    if _key(call) not in _references(call):
        raise AwsError("InvalidPrefixListID.NotFound", f"{call['PrefixListId']} is not in the route table.")
    return _key(call)


def _key(call: Call) -> tuple[str, str]:
    return call["TransitGatewayRouteTableId"], call["PrefixListId"]


def _tunnel(number: int, asked: Json) -> Json:
    shown = {_OTHERWISE_CALLED.get(key, key): value for key, value in asked.items() if key != "PreSharedKey"}
    return {"OutsideIpAddress": f"203.0.113.{number + 1}", "TunnelInsideCidr": f"169.254.10.{4 * number}/30", **shown}


def _address(tunnel: Json, number: int) -> str:
    return str(IPv4Network(tunnel["TunnelInsideCidr"])[number])


def _made(kept: dict[str, Any], create: Callable[[], Any]) -> tuple[Any, Any]:
    """Call a function that makes one thing; return its answer and the thing."""
    before = set(kept)
    answer = create()
    (id_,) = set(kept) - before
    return answer, kept[id_]

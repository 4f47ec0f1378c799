"""A VPN to a network outside of AWS."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address
from typing import TYPE_CHECKING, Any, Final

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.customer_gateway import CustomerGateway
from cdktf_cdktf_provider_aws.vpn_connection import (
    VpnConnection,
    VpnConnectionTunnel1LogOptions,
    VpnConnectionTunnel1LogOptionsCloudwatchLogOptions,
    VpnConnectionTunnel2LogOptions,
    VpnConnectionTunnel2LogOptionsCloudwatchLogOptions,
)
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_between, require_one_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cdktf import TerraformProvider

IKE_VERSIONS: Final = ("ikev1", "ikev2")
ENCRYPTION: Final = ("AES128", "AES128-GCM-16", "AES256", "AES256-GCM-16")
INTEGRITY: Final = ("SHA1", "SHA2-256", "SHA2-384", "SHA2-512")
DH_GROUPS: Final = (2, *range(14, 25))
_STATIC_ASN: Final = 65000
"""AWS's own number for customer gateways that do not speak BGP."""
_LARGEST_ASN: Final = 2_147_483_647


@typed
@dataclass(frozen=True)
class VpnTunnelOptions:
    """What both tunnels may agree upon, in both phases.

    Args:
        ike_versions: Of the key exchange. Default: IKEv2.
        encryption_algorithms: Default: AES with 256 bits.
        integrity_algorithms: Default: SHA-2.
        dh_groups: Diffie-Hellman groups by number. Default: the elliptic curves 19, 20 and 21.

    Source: https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNTunnels.html
    """

    ike_versions: tuple[str, ...] = ("ikev2",)
    encryption_algorithms: tuple[str, ...] = ("AES256", "AES256-GCM-16")
    integrity_algorithms: tuple[str, ...] = ("SHA2-256", "SHA2-384", "SHA2-512")
    dh_groups: tuple[int, ...] = (19, 20, 21)


@typed
class VpnConnectionConstruct(Construct):
    """A VPN from a transit gateway to a device outside of AWS, by two tunnels.

    Either side is known to the other by a certificate, or by keys that AWS makes and keeps in Secrets Manager: its API, and so
    Terraform's state, does not tell those then.

    Children: ``CustomerGateway``, ``Resource``.

    Args:
        scope: A stack of the account that has the transit gateway.
        id_: The construct's id.
        name: The name tag of both.
        transit_gateway_id: The transit gateway.
        address: The device's public IPv4 address. Default: any, with a certificate.
        asn: The device's autonomous system number, 1 to 2147483647, which tells its ranges by BGP. Default: it tells none, and
            static routes lead to `attachment_id`.
        certificate_arn: The device's private certificate in ACM. Default: keys.
        options: What the tunnels may agree upon. Default: what is strong.
        log_group_arn: Where the tunnels log to. Default: they do not.
        accelerated: Whether the tunnels end at AWS's nearest edge. Default: no.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If there is neither address nor certificate, or AWS knows no such number, group or algorithm.

    Example:
        >>> VpnConnectionConstruct(
        ...     stack, "office", name="hub-office", transit_gateway_id=gateway.transit_gateway_id, address="192.0.2.1", asn=65010
        ... )

    Source: https://docs.aws.amazon.com/vpn/latest/s2svpn/VPC_VPN.html,
    https://docs.aws.amazon.com/vpn/latest/s2svpn/enhanced-security.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        transit_gateway_id: str,
        address: str | None = None,
        asn: int | None = None,
        certificate_arn: str | None = None,
        options: VpnTunnelOptions | None = None,
        log_group_arn: str | None = None,
        accelerated: bool = False,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        options = options or VpnTunnelOptions()
        _refuse(address, asn, certificate_arn, options)
        gateway = CustomerGateway(
            self,
            "CustomerGateway",
            type="ipsec.1",
            ip_address=address,
            bgp_asn=str(asn or _STATIC_ASN),
            certificate_arn=certificate_arn,
            tags={"Name": name},
            # Another address is another gateway, which the connection takes before the old one can go.
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
            provider=provider,
        )
        self._connection = VpnConnection(
            self,
            "Resource",
            type="ipsec.1",
            customer_gateway_id=gateway.id,
            transit_gateway_id=transit_gateway_id,
            static_routes_only=asn is None,
            enable_acceleration=accelerated or None,
            preshared_key_storage=None if certificate_arn else "SecretsManager",
            tags={"Name": name},
            provider=provider,
            **_tunnels(options),
            **(_logs(log_group_arn) if log_group_arn else {}),
        )

    @property
    def attachment_id(self) -> str:
        """Its attachment to the transit gateway, ``tgw-attach-…``."""
        return self._connection.transit_gateway_attachment_id


def _tunnels(options: VpnTunnelOptions) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for tunnel in ("tunnel1", "tunnel2"):
        found[f"{tunnel}_ike_versions"] = list(options.ike_versions)
        for phase in ("phase1", "phase2"):
            found[f"{tunnel}_{phase}_encryption_algorithms"] = list(options.encryption_algorithms)
            found[f"{tunnel}_{phase}_integrity_algorithms"] = list(options.integrity_algorithms)
            found[f"{tunnel}_{phase}_dh_group_numbers"] = list(options.dh_groups)
    return found


def _logs(group_arn: str) -> dict[str, Any]:
    said: dict[str, Any] = {"log_enabled": True, "log_group_arn": group_arn, "log_output_format": "json"}
    return {
        "tunnel1_log_options": VpnConnectionTunnel1LogOptions(
            cloudwatch_log_options=VpnConnectionTunnel1LogOptionsCloudwatchLogOptions(**said)
        ),
        "tunnel2_log_options": VpnConnectionTunnel2LogOptions(
            cloudwatch_log_options=VpnConnectionTunnel2LogOptionsCloudwatchLogOptions(**said)
        ),
    }


def _refuse(address: str | None, asn: int | None, certificate_arn: str | None, options: VpnTunnelOptions) -> None:
    if address is None and certificate_arn is None:
        raise InvalidValueError("address", None, expected="a public IPv4 address, or a certificate_arn")
    if address is not None:
        try:
            IPv4Address(address)
        except AddressValueError:
            raise InvalidValueError("address", address, expected="an IPv4 address") from None
    if asn is not None:
        require_between("asn", asn, 1, _LARGEST_ASN)
    texts: tuple[tuple[str, tuple[str, ...], Iterable[str]], ...] = (
        ("ike_versions", options.ike_versions, IKE_VERSIONS),
        ("encryption_algorithms", options.encryption_algorithms, ENCRYPTION),
        ("integrity_algorithms", options.integrity_algorithms, INTEGRITY),
        ("dh_groups", tuple(map(str, options.dh_groups)), map(str, DH_GROUPS)),
    )
    for name, values, known in texts:
        allowed = tuple(known)
        if not values:
            raise InvalidValueError(f"options.{name}", [], expected=f"some of {', '.join(allowed)}")
        for value in values:
            require_one_of(f"options.{name}", value, allowed)

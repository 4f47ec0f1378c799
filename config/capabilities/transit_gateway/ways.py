"""What a transit gateway is given for its ways outside of AWS: VPNs with their logs, Direct Connect."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from config.capabilities.capability import AccountInput, Capability, Part
from config.capabilities.problems import at, written
from config.capabilities.transit_gateway import TRANSIT_GATEWAY
from config.capabilities.transit_gateway.beyond import DirectConnect, Vpn
from config.errors import KeyPath, Problem
from config.nodes import Configuration
from config.sources.files import Files


@dataclass(frozen=True)
class Vpns:
    """The VPNs of an account's transit gateways.

    Args:
        regions: By region and slug.
        log_days: For how many days their logs are kept.
    """

    regions: Mapping[str, Mapping[str, Vpn]]
    log_days: int


def _vpns(inputs: AccountInput) -> Vpns | None:
    gateway = TRANSIT_GATEWAY.of(inputs)
    routers = gateway.every(inputs.account.region) if gateway else {}
    found = {region: router.vpns for region, router in routers.items() if router.vpns}
    return Vpns(found, gateway.vpn_log_days) if gateway and found else None


def _direct_connect(inputs: AccountInput) -> Mapping[str, DirectConnect] | None:
    gateway = TRANSIT_GATEWAY.of(inputs)
    return (gateway.direct_connect or None) if gateway else None


def _strong(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Tunnels that may agree upon what is broken are told of; devices have one certificate or address each."""
    for owner in organization.accounts.values():
        gateway = TRANSIT_GATEWAY.in_account(organization, owner)
        if gateway is None:
            continue
        own = owner.id or owner.existing_id
        others = {each.id for each in organization.accounts.values() if each is not owner}
        for region, router in gateway.every(owner.region).items():
            base: KeyPath = ("transit_gateway", *(() if router is gateway else ("regions", region)), "vpns")
            for slug, vpn in sorted(router.vpns.items()):
                if weak := vpn.tunnels.weak:
                    file, place = written(files, owner, (*base, slug, "tunnels"))
                    expected = "what is not broken, or nearly: who records the traffic may read it one day"
                    yield file.warning(
                        place, f"tunnels that may use {', '.join(weak)}", expected, "Leave it out if the device can."
                    )
                arn = vpn.certificate
                _, _, service, place_of, account_id, _ = arn.split(":", 5) if arn else ("",) * 6
                foreign = account_id != own if own else account_id in others
                if arn and (foreign or (service, place_of) != ("acm", region)):
                    expected = f"a certificate of {owner.slug!r} in ACM in {region}, where the transit gateway is"
                    yield at(files, owner, (*base, slug, "certificate"), repr(arn), expected)


def _regions(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Connections of Direct Connect are in governed regions."""
    for owner in organization.accounts.values():
        gateway = TRANSIT_GATEWAY.in_account(organization, owner)
        for slug, line in sorted(gateway.direct_connect.items()) if gateway else ():
            for key, each in sorted(line.interfaces.items()):
                if each.region and each.region not in organization.governed_regions:
                    path = ("transit_gateway", "direct_connect", slug, "interfaces", key, "region")
                    yield at(files, owner, path, repr(each.region), "a governed region")


TRANSIT_GATEWAY_VPNS: Final = Capability(
    key="transit_gateway.vpns",
    rules=(_strong,),
    parts=(
        Part[Vpns](
            name="transit_gateway.vpns",
            build="stacks.capabilities.transit_gateway_ways:add_vpns",
            value=_vpns,
            types=frozenset(
                {
                    "aws_cloudwatch_log_group",
                    "aws_customer_gateway",
                    "aws_kms_alias",
                    "aws_kms_key",
                    "aws_vpn_connection",
                }
            ),
            cost=(
                "Each VPN connection and its attachment by the hour, and each gigabyte; an accelerated one more.",
                "A secret and a KMS key by the month; logs of tunnels by the gigabyte.",
            ),
        ),
    ),
)
TRANSIT_GATEWAY_DIRECT_CONNECT: Final = Capability(
    key="transit_gateway.direct_connect",
    rules=(_regions,),
    parts=(
        Part[Mapping[str, DirectConnect]](
            name="transit_gateway.direct_connect",
            build="stacks.capabilities.transit_gateway_ways:add_direct_connect",
            value=_direct_connect,
            types=frozenset(
                {
                    "aws_dx_gateway",
                    "aws_dx_gateway_association",
                    "aws_dx_transit_virtual_interface",
                    "data.aws_ec2_transit_gateway_dx_gateway_attachment",
                }
            ),
            readers=lambda inputs: TRANSIT_GATEWAY.of(inputs) is not None,
            cost=(
                "Each attachment to the transit gateway by the hour, and each gigabyte; connections where they were ordered.",
            ),
            when={
                "aws_dx_transit_virtual_interface": lambda lines: any(line.interfaces for line in lines.values()),
            },
        ),
    ),
)

"""A transit gateway's ways outside of AWS: VPNs, Direct Connect."""

from collections.abc import Mapping

from config.capabilities.transit_gateway.beyond import DirectConnect
from config.capabilities.transit_gateway.ways import Vpns
from constructs_lib.network.direct_connect import DirectConnectConstruct, TransitInterface
from constructs_lib.network.vpn_connection import VpnConnectionConstruct, VpnTunnelOptions
from constructs_lib.network.vpn_logs import VpnLogsConstruct
from stacks.capabilities.transit_gateway import gateway_id, gateway_part, provider_of, slugged_part
from stacks.scope import AccountScope


def add_vpns(stack: AccountScope, vpns: Vpns) -> None:
    """Add the VPNs of each region, with the log group of their tunnels."""
    for region, found in vpns.regions.items():
        logs = VpnLogsConstruct(
            stack,
            slugged_part(stack, "tunnel-logs", region),
            name=gateway_part(stack, stack.organization.slug, region),
            account_id=stack.own_id,
            region=region,
            retention_days=vpns.log_days,
            partition=stack.organization.partition,
            provider=provider_of(stack, region),
        )
        for slug, vpn in sorted(found.items()):
            id_ = slugged_part(stack, f"vpn-{slug}", region)
            stack.parts[id_] = VpnConnectionConstruct(
                stack,
                id_,
                name=f"{stack.organization.slug}-{slug}",
                transit_gateway_id=gateway_id(stack, region),
                address=vpn.address,
                asn=vpn.asn,
                certificate_arn=vpn.certificate,
                options=VpnTunnelOptions(
                    ike_versions=vpn.tunnels.ike_versions,
                    encryption_algorithms=vpn.tunnels.encryption_algorithms,
                    integrity_algorithms=vpn.tunnels.integrity_algorithms,
                    dh_groups=vpn.tunnels.dh_groups,
                ),
                log_group_arn=logs.log_group_arn,
                accelerated=vpn.accelerated,
                provider=provider_of(stack, region),
            )


def add_direct_connect(stack: AccountScope, lines: Mapping[str, DirectConnect]) -> None:
    """Add Direct Connect gateways, with their virtual interfaces."""
    for slug, line in sorted(lines.items()):
        stack.parts[f"dx-{slug}"] = DirectConnectConstruct(
            stack,
            f"dx-{slug}",
            name=f"{stack.organization.slug}-{slug}",
            asn=line.asn,
            transit_gateway_id=gateway_id(stack, stack.account.region),
            allowed_prefixes=line.allowed_prefixes,
            interfaces={
                key: TransitInterface(each.connection, each.vlan, each.asn, each.jumbo_frames)
                for key, each in line.interfaces.items()
            },
            providers={key: stack.provider(each.region) for key, each in line.interfaces.items() if each.region},
        )

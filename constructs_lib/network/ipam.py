"""The organization's addresses, managed by AWS."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.vpc_ipam import VpcIpam, VpcIpamOperatingRegions
from cdktf_cdktf_provider_aws.vpc_ipam_pool import VpcIpamPool
from cdktf_cdktf_provider_aws.vpc_ipam_pool_cidr import VpcIpamPoolCidr
from cdktf_cdktf_provider_aws.vpc_ipam_pool_cidr_allocation import VpcIpamPoolCidrAllocation
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.network.cidr_plan import overlaps
from constructs_lib.typed import typed
from constructs_lib.validation import require_between, require_network, require_region, require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import TerraformProvider


@typed
@dataclass(frozen=True)
class AddressPool:
    """A part of a region's pool.

    Args:
        region: The region.
        cidr: Its addresses, inside those of the region.
        reserved: Parts of them that nobody gets, by key. Default: none.
    """

    region: str
    cidr: str
    reserved: Mapping[str, str] = field(default_factory=dict)


@typed
class IpamConstruct(Construct):
    """An IP address manager (IPAM) with one pool, one pool in it for each region, and pools in those, to be shared by RAM.

    For the organization's IPAM administrator (`ServiceAdministratorsConstruct`), or one account alone.

    Children: ``Resource`` (the IPAM), ``Pool`` and ``PoolCidr``, ``pool-<region>`` and ``cidr-<region>`` per region,
    ``pool-<key>``, ``cidr-<key>`` and ``reserved-<key>-<reserved>`` per further pool.

    Args:
        scope: Where the IPAM lives.
        id_: The construct's id.
        name: What the name tags start with.
        home_region: The IPAM's own region.
        cidr: All addresses there are, an IPv4 network from /8 to /24.
        regions: Region to the part of `cidr` that its networks get.
        pools: Further pools by key, each in that of its region. IPAM finds the VPCs by itself that have ranges of them. Default: none.
        network_prefix: The prefix length of a VPC that asks for none. Default: 16.
        advanced: Whether AWS' paid tier is used, which is needed to work across accounts and regions. Default: yes.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If addresses of a region, a pool, or what is reserved in it are not part of the whole, or overlap another's.

    Example:
        >>> ipam = IpamConstruct(
        ...     stack, "Ipam", name="organization", home_region="eu-central-1", cidr="10.0.0.0/8",
        ...     regions={"eu-central-1": "10.0.0.0/12", "us-east-1": "10.16.0.0/12"},
        ... )

    Source: https://docs.aws.amazon.com/vpc/latest/ipam/what-it-is-ipam.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        home_region: str,
        cidr: str,
        regions: Mapping[str, str],
        pools: Mapping[str, AddressPool] | None = None,
        network_prefix: int = 16,
        advanced: bool = True,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        for region in (home_region, *regions):
            require_region("regions" if region in regions else "home_region", region)
        further = dict(sorted((pools or {}).items()))
        _refuse_misplaced(cidr, regions, further)
        require_between("network_prefix", network_prefix, 16, 28)
        self._name, self._network_prefix, self._provider = name, network_prefix, provider
        ipam = VpcIpam(
            self,
            "Resource",
            description=name,
            tier="advanced" if advanced else "free",
            operating_regions=[
                VpcIpamOperatingRegions(region_name=region) for region in sorted({home_region, *regions})
            ],
            tags={"Name": name},
            provider=provider,
        )
        scope_id = ipam.private_default_scope_id
        pool = VpcIpamPool(
            self,
            "Pool",
            address_family="ipv4",
            ipam_scope_id=scope_id,
            description=name,
            tags={"Name": name},
            provider=provider,
        )
        whole = VpcIpamPoolCidr(self, "PoolCidr", ipam_pool_id=pool.id, cidr=cidr, provider=provider)
        self._pools: dict[str, VpcIpamPool] = {}
        parts = {
            region: self._make_pool(region, region, part, pool, scope_id, whole)
            for region, part in sorted(regions.items())
        }
        for key, each in further.items():
            above, its = self._pools[each.region], parts[each.region]
            parts[key] = self._make_pool(key, each.region, each.cidr, above, scope_id, its, finds_vpcs=True)
            self._reserve(key, each.reserved, parts[key])
        self._parts = parts

    @property
    def pool_ids(self) -> dict[str, str]:
        """The ids of the regions' pools, and of the further ones by key, once they have their ranges."""
        return {key: part.ipam_pool_id for key, part in self._parts.items()}

    @property
    def pool_arns(self) -> dict[str, str]:
        """The ARNs of the same pools, as `RamShareConstruct` takes them."""
        return {region: pool.arn for region, pool in self._pools.items()}

    def _reserve(self, key: str, reserved: Mapping[str, str], whole: VpcIpamPoolCidr) -> None:
        for slug, part in sorted(reserved.items()):
            VpcIpamPoolCidrAllocation(
                self,
                f"reserved-{key}-{require_slug('reserved', slug)}",
                ipam_pool_id=whole.ipam_pool_id,
                cidr=part,
                description=slug,
                provider=self._provider,
            )

    def _make_pool(
        self,
        key: str,
        region: str,
        cidr: str,
        parent: VpcIpamPool,
        scope_id: str,
        whole: VpcIpamPoolCidr,
        *,
        finds_vpcs: bool = False,
    ) -> VpcIpamPoolCidr:
        pool = self._pools[key] = VpcIpamPool(
            self,
            f"pool-{key}",
            address_family="ipv4",
            ipam_scope_id=scope_id,
            source_ipam_pool_id=parent.id,
            locale=region,
            allocation_default_netmask_length=self._network_prefix,
            auto_import=True if finds_vpcs else None,
            description=f"{self._name} {key}",
            tags={"Name": f"{self._name}-{key}"},
            depends_on=[whole],
            provider=self._provider,
        )
        return VpcIpamPoolCidr(self, f"cidr-{key}", ipam_pool_id=pool.id, cidr=cidr, provider=self._provider)


def _refuse_misplaced(cidr: str, regions: Mapping[str, str], pools: Mapping[str, AddressPool]) -> None:
    whole = require_network("cidr", cidr, 8, 24)
    if not regions:
        raise InvalidValueError("regions", dict(regions), expected="at least one region")
    _refuse_misfits("regions", whole, regions, 28)
    for key, pool in pools.items():
        require_slug("pools", key)
        if pool.region not in regions or key in regions:
            expected = f"a region of `regions`, and a key that is none: {', '.join(sorted(regions))}"
            raise InvalidValueError(f"pools[{key!r}].region", pool.region, expected=expected)
        _refuse_misfits(f"pools[{key!r}].reserved", IPv4Network(pool.cidr), pool.reserved, 32)
    for region, part in regions.items():
        _refuse_misfits(
            "pools", IPv4Network(part), {key: pool.cidr for key, pool in pools.items() if pool.region == region}, 28
        )


def _refuse_misfits(what: str, whole: IPv4Network, parts: Mapping[str, str], narrowest: int) -> None:
    for key, part in parts.items():
        if not require_network(f"{what}[{key!r}]", part, 8, narrowest).subnet_of(whole):
            raise InvalidValueError(f"{what}[{key!r}]", part, expected=f"a part of {whole}")
    for one, other in overlaps(parts):
        raise InvalidValueError(f"{what}[{other!r}]", parts[other], expected=f"no overlap with {one!r} ({parts[one]})")

"""The organization's addresses, managed by AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.vpc_ipam import VpcIpam, VpcIpamOperatingRegions
from cdktf_cdktf_provider_aws.vpc_ipam_pool import VpcIpamPool
from cdktf_cdktf_provider_aws.vpc_ipam_pool_cidr import VpcIpamPoolCidr
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.network.cidr_plan import overlaps
from constructs_lib.typed import typed
from constructs_lib.validation import require_between, require_network, require_region

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import TerraformProvider


@typed
class IpamConstruct(Construct):
    """An IP address manager (IPAM) with one pool, and one pool in it for each region, to be shared by RAM.

    For the organization's IPAM administrator (`ServiceAdministratorsConstruct`), or one account alone.

    Children: ``Resource`` (the IPAM), ``Pool`` and ``PoolCidr``, ``pool-<region>`` and ``cidr-<region>`` per region.

    Args:
        scope: Where the IPAM lives.
        id_: The construct's id.
        name: What the name tags start with.
        home_region: The IPAM's own region.
        cidr: All addresses there are, an IPv4 network from /8 to /24.
        regions: Region to the part of `cidr` that its networks get.
        network_prefix: The prefix length of a VPC that asks for none. Default: 16.
        advanced: Whether AWS' paid tier is used, which is needed to work across accounts and regions. Default: yes.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If a region's addresses are not part of the whole, or overlap another's.

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
        network_prefix: int = 16,
        advanced: bool = True,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        for region in (home_region, *regions):
            require_region("regions" if region in regions else "home_region", region)
        _refuse_misplaced(cidr, regions)
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
        self._pools = {
            region: self._make_pool(region, part, pool, scope_id, whole) for region, part in sorted(regions.items())
        }

    @property
    def pool_ids(self) -> dict[str, str]:
        """The ids of the regions' pools."""
        return {region: pool.id for region, pool in self._pools.items()}

    @property
    def pool_arns(self) -> dict[str, str]:
        """The ARNs of the regions' pools, as `RamShareConstruct` takes them."""
        return {region: pool.arn for region, pool in self._pools.items()}

    def _make_pool(
        self, region: str, cidr: str, parent: VpcIpamPool, scope_id: str, whole: VpcIpamPoolCidr
    ) -> VpcIpamPool:
        pool = VpcIpamPool(
            self,
            f"pool-{region}",
            address_family="ipv4",
            ipam_scope_id=scope_id,
            source_ipam_pool_id=parent.id,
            locale=region,
            allocation_default_netmask_length=self._network_prefix,
            description=f"{self._name} {region}",
            tags={"Name": f"{self._name}-{region}"},
            depends_on=[whole],
            provider=self._provider,
        )
        VpcIpamPoolCidr(self, f"cidr-{region}", ipam_pool_id=pool.id, cidr=cidr, provider=self._provider)
        return pool


def _refuse_misplaced(cidr: str, regions: Mapping[str, str]) -> None:
    whole = require_network("cidr", cidr, 8, 24)
    if not regions:
        raise InvalidValueError("regions", dict(regions), expected="at least one region")
    for region, part in regions.items():
        if not require_network(f"regions[{region!r}]", part, 8, 28).subnet_of(whole):
            raise InvalidValueError(f"regions[{region!r}]", part, expected=f"a part of {cidr}")
    for one, other in overlaps(regions):
        raise InvalidValueError(
            f"regions[{other!r}]", regions[other], expected=f"no overlap with {one!r} ({regions[one]})"
        )

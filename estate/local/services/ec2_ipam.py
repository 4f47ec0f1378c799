"""EC2: IPAM, and VPCs whose ranges are of its pools."""

from __future__ import annotations

import uuid
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any

from moto.ec2.responses.vpcs import VPCs

from estate.local.answers import AwsError
from estate.local.delegation import Administrators
from estate.local.extension import Json, Shelf
from estate.local.services.ec2 import extension
from estate.local.services.ram_reach import shared_resources

if TYPE_CHECKING:
    from estate.local.extension import Answer, Call

_administrators = Administrators("ipam.amazonaws.com")
_ipams = Shelf[dict[str, Json]](dict)
_scopes = Shelf[dict[str, Json]](dict)
_pools = Shelf[dict[str, Json]](dict)
_pool_cidrs = Shelf[dict[str, list[Json]]](dict)
_allocations = Shelf[dict[str, list[Json]]](dict)


@extension.answers("CreateIpam")
def create_ipam(call: Call) -> Answer:
    """Create an address manager with its two scopes."""
    ipam_id = _id("ipam")
    ipam: Json = {
        "OwnerId": call.account_id,
        "IpamId": ipam_id,
        "IpamArn": call.arn(f"ipam/{ipam_id}", regional=False),
        "IpamRegion": call.region,
        "PublicDefaultScopeId": _id("ipam-scope"),
        "PrivateDefaultScopeId": _id("ipam-scope"),
        "ScopeCount": 2,
        "Description": call.get("Description", ""),
        "OperatingRegions": _regions(call.get("OperatingRegions", [])),
        "State": "create-complete",
        "Tags": _tags_of(call),
        "Tier": call.get("Tier", "advanced"),
        "EnablePrivateGua": call.get("EnablePrivateGua", False),
    }
    _ipams(call)[ipam_id] = ipam
    for kind in ("public", "private"):
        scope_id = ipam[f"{kind.capitalize()}DefaultScopeId"]
        _scopes(call)[scope_id] = _scope(call, scope_id, ipam, kind, default=True)
    return {"Ipam": ipam}


@extension.answers("ModifyIpam")
def modify_ipam(call: Call) -> Answer:
    """Change an address manager."""
    ipam = _known(_ipams(call), call["IpamId"], "InvalidIpamId.NotFound")
    ipam["Description"] = call.get("Description", ipam["Description"])
    ipam["Tier"] = call.get("Tier", ipam["Tier"])
    gone = {region["RegionName"] for region in call.get("RemoveOperatingRegions", [])}
    kept = [region for region in ipam["OperatingRegions"] if region["RegionName"] not in gone]
    ipam["OperatingRegions"] = kept + _regions(call.get("AddOperatingRegions", []))
    return {"Ipam": ipam}


@extension.answers("DescribeIpams")
def describe_ipams(call: Call) -> Answer:
    """List address managers."""
    return {"Ipams": _chosen(_ipams(call), call.get("IpamIds"), "InvalidIpamId.NotFound")}


@extension.answers("DeleteIpam")
def delete_ipam(call: Call) -> Answer:
    """Delete an address manager and its scopes."""
    ipam = _known(_ipams(call), call["IpamId"], "InvalidIpamId.NotFound")
    del _ipams(call)[call["IpamId"]]
    for scope_id in [key for key, scope in _scopes(call).items() if scope["IpamArn"] == ipam["IpamArn"]]:
        del _scopes(call)[scope_id]
    return {"Ipam": {**ipam, "State": "delete-complete"}}


@extension.answers("DescribeIpamScopes")
def describe_ipam_scopes(call: Call) -> Answer:
    """List scopes."""
    return {"IpamScopes": _chosen(_scopes(call), call.get("IpamScopeIds"), "InvalidIpamScopeId.NotFound")}


@extension.answers("CreateIpamPool")
def create_ipam_pool(call: Call) -> Answer:
    """Create a pool of addresses."""
    scope = _known(_scopes(call), call["IpamScopeId"], "InvalidIpamScopeId.NotFound")
    pool_id = _id("ipam-pool")
    pool = {
        **call.given(),
        "OwnerId": call.account_id,
        "IpamPoolId": pool_id,
        "IpamPoolArn": call.arn(f"ipam-pool/{pool_id}", regional=False),
        "IpamScopeArn": scope["IpamScopeArn"],
        "IpamScopeType": scope["IpamScopeType"],
        "IpamArn": scope["IpamArn"],
        "IpamRegion": call.region,
        "Locale": call.get("Locale", "None"),
        "PoolDepth": 1,
        "State": "create-complete",
        "AutoImport": call.get("AutoImport", False),
        "AllocationResourceTags": call.get("AllocationResourceTags", []),
        "Tags": _tags_of(call),
    }
    _pools(call)[pool_id] = pool
    return {"IpamPool": pool}


@extension.answers("DescribeIpamPools")
def describe_ipam_pools(call: Call) -> Answer:
    """List pools, those that other accounts share among them."""
    seen = {**_shared(call.account_id, call.partition, call.region), **_pools(call)}
    found = _chosen(seen, call.get("IpamPoolIds"), "InvalidIpamPoolId.NotFound")
    wanted = {one["Name"]: one["Values"] for one in call.get("Filters", [])}
    keys = {"address-family": "AddressFamily", "description": "Description", "locale": "Locale"}
    if unknown := sorted(set(wanted) - set(keys)):
        raise AwsError("InvalidParameterValue", f"The filter {unknown[0]} is none that the local AWS knows.")
    return {
        "IpamPools": [
            pool for pool in found if all(pool.get(keys[name], "") in values for name, values in wanted.items())
        ]
    }


@extension.answers("DeleteIpamPool")
def delete_ipam_pool(call: Call) -> Answer:
    """Delete a pool."""
    pool = _known(_pools(call), call["IpamPoolId"], "InvalidIpamPoolId.NotFound")
    del _pools(call)[call["IpamPoolId"]]
    return {"IpamPool": {**pool, "State": "delete-complete"}}


@extension.answers("ProvisionIpamPoolCidr")
def provision_ipam_pool_cidr(call: Call) -> Answer:
    """Put a range into a pool."""
    _known(_pools(call), call["IpamPoolId"], "InvalidIpamPoolId.NotFound")
    cidr = {"Cidr": call["Cidr"], "State": "provisioned", "IpamPoolCidrId": _id("ipam-pool-cidr")}
    _pool_cidrs(call).setdefault(call["IpamPoolId"], []).append(cidr)
    return {"IpamPoolCidr": cidr}


@extension.answers("GetIpamPoolCidrs")
def get_ipam_pool_cidrs(call: Call) -> Answer:
    """List a pool's ranges."""
    wanted = {one["Name"]: one["Values"] for one in call.get("Filters", [])}
    return {
        "IpamPoolCidrs": [
            cidr
            for cidr in _pool_cidrs(call).get(call["IpamPoolId"], [])
            if cidr["Cidr"] in wanted.get("cidr", [cidr["Cidr"]])
            and cidr["IpamPoolCidrId"] in wanted.get("ipam-pool-cidr-id", [cidr["IpamPoolCidrId"]])
        ]
    }


@extension.answers("DeprovisionIpamPoolCidr")
def deprovision_ipam_pool_cidr(call: Call) -> Answer:
    """Take a range out of a pool."""
    cidrs = _pool_cidrs(call).get(call["IpamPoolId"], [])
    cidrs[:] = [cidr for cidr in cidrs if cidr["Cidr"] != call["Cidr"]]
    return {"IpamPoolCidr": {"Cidr": call["Cidr"], "State": "deprovisioned"}}


@extension.answers("EnableIpamOrganizationAdminAccount")
def enable_ipam_organization_admin_account(call: Call) -> Answer:
    """Make an account the organization's administrator of addresses."""
    _administrators.enable(call, call["DelegatedAdminAccountId"])
    return {"Success": True}


@extension.answers("DisableIpamOrganizationAdminAccount")
def disable_ipam_organization_admin_account(call: Call) -> Answer:
    """Take the administration back."""
    _administrators.disable(call, call["DelegatedAdminAccountId"])
    return {"Success": True}


@extension.answers("AllocateIpamPoolCidr")
def allocate_ipam_pool_cidr(call: Call) -> Answer:
    """Keep a range of a pool from everybody else."""
    pool = _known(_pools(call), call["IpamPoolId"], "InvalidIpamPoolId.NotFound")
    allocation = _allocate(pool, call["Cidr"])
    allocation |= {"Description": call.get("Description", ""), "ResourceType": "custom"}
    return {"IpamPoolAllocation": allocation}


@extension.answers("GetIpamPoolAllocations")
def get_ipam_pool_allocations(call: Call) -> Answer:
    """List what is taken of a pool."""
    seen = {**_shared(call.account_id, call.partition, call.region), **_pools(call)}
    pool = _known(seen, call["IpamPoolId"], "InvalidIpamPoolId.NotFound")
    wanted = call.get("IpamPoolAllocationId")
    return {"IpamPoolAllocations": [each for each in _taken(pool) if wanted in (None, each["IpamPoolAllocationId"])]}


@extension.answers("ReleaseIpamPoolAllocation")
def release_ipam_pool_allocation(call: Call) -> Answer:
    """Give a range back."""
    taken = _taken(_known(_pools(call), call["IpamPoolId"], "InvalidIpamPoolId.NotFound"))
    taken[:] = [each for each in taken if each["IpamPoolAllocationId"] != call["IpamPoolAllocationId"]]
    return {"Success": True}


@extension.amends("A VPC that names a pool of IPAM has its range of it, and gives it back.")
def _take_ranges_from_pools() -> None:
    create, delete = VPCs.create_vpc, VPCs.delete_vpc

    def create_from_pool(self: VPCs) -> Any:
        pool_id, backend = self._get_param("Ipv4IpamPoolId"), self.ec2_backend
        if not pool_id:
            return create(self)
        own = _pools.of(backend.account_id, backend.region_name)
        seen = {**_shared(backend.account_id, backend.partition, backend.region_name), **own}
        pool = _known(seen, pool_id, "InvalidIpamPoolId.NotFound")
        allocation = _allocate(pool, self._get_param("CidrBlock"))
        before = set(backend.vpcs)
        answer = create(self)
        (made,) = set(backend.vpcs) - before
        allocation |= {"ResourceId": made, "ResourceType": "vpc", "ResourceOwner": backend.account_id}
        return answer

    def delete_from_pool(self: VPCs) -> Any:
        answer = delete(self)
        for _, _, allocations in _allocations.each():
            for taken in allocations.values():
                taken[:] = [each for each in taken if each.get("ResourceId") != self._get_param("VpcId")]
        return answer

    VPCs.create_vpc = create_from_pool  # type: ignore[method-assign]
    VPCs.delete_vpc = delete_from_pool  # type: ignore[method-assign]


def _allocate(pool: Json, cidr: str | None) -> Json:
    """Take a range of a pool; refuse what is not in it, or taken."""
    cidrs = [IPv4Network(each["Cidr"]) for each in _pool_cidrs.of(*_home(pool)).get(pool["IpamPoolId"], [])]
    if cidr is None:
        raise AwsError("InvalidParameterValue", "The local AWS gives out ranges that are asked for only.")
    if not any(IPv4Network(cidr).subnet_of(each) for each in cidrs):
        raise AwsError("InvalidParameterValue", f"{cidr} is not in the pool {pool['IpamPoolId']}.")
    for each in _taken(pool):
        if IPv4Network(each["Cidr"]).overlaps(IPv4Network(cidr)):
            raise AwsError("InvalidParameterValue", f"{cidr} overlaps {each['Cidr']}, which is allocated already.")
    allocation: Json = {"Cidr": cidr, "IpamPoolAllocationId": _id("ipam-pool-alloc")}
    _taken(pool).append(allocation)
    return allocation


def _taken(pool: Json) -> list[Json]:
    return _allocations.of(*_home(pool)).setdefault(pool["IpamPoolId"], [])


def _home(pool: Json) -> tuple[str, str]:
    return pool["OwnerId"], pool["IpamRegion"]


def _shared(account_id: str, partition: str, region: str) -> dict[str, Json]:
    """The pools that others share with an account."""
    found = {}
    for owner, arn in shared_resources(account_id, partition, region):
        pool_id = arn.rpartition("/")[2]
        if ":ipam-pool/" in arn and pool_id in _pools.of(owner, region):
            found[pool_id] = _pools.of(owner, region)[pool_id]
    return found


def ipam_tags(call: Call, identifier: str) -> dict[str, str] | None:
    """The tags of an address manager or a pool; None if there is none of that id."""
    found = _ipams(call).get(identifier) or _pools(call).get(identifier)
    return {tag["Key"]: tag["Value"] for tag in found["Tags"]} if found else None


def _id(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex[:17]}"


def _tags_of(call: Call) -> list[Json]:
    return [tag for specification in call.get("TagSpecifications", []) for tag in specification.get("Tags", [])]


def _regions(given: list[Json]) -> list[Json]:
    return [{"RegionName": region["RegionName"]} for region in given]


def _scope(call: Call, scope_id: str, ipam: Json, kind: str, *, default: bool) -> Json:
    return {
        "OwnerId": call.account_id,
        "IpamScopeId": scope_id,
        "IpamScopeArn": call.arn(f"ipam-scope/{scope_id}", regional=False),
        "IpamArn": ipam["IpamArn"],
        "IpamRegion": call.region,
        "IpamScopeType": kind,
        "IsDefault": default,
        "PoolCount": 0,
        "State": "create-complete",
        "Tags": [],
    }


def _known(kept: dict[str, Json], key: str, code: str) -> Json:
    if key not in kept:
        raise AwsError(code, f"{key} does not exist.")
    return kept[key]


def _chosen(kept: dict[str, Json], ids: list[str] | None, code: str) -> list[Json]:
    return [_known(kept, key, code) for key in ids] if ids else list(kept.values())

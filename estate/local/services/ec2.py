"""EC2: IPAM, and subnets that other accounts share."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.utils import generic_filter

from estate.local.answers import AwsError
from estate.local.delegation import Administrators
from estate.local.extension import Answer, Call, Extension, Json, Shelf
from estate.local.services.ram_reach import shared_resources

if TYPE_CHECKING:
    from collections.abc import Iterable
from typing import Any

extension = Extension("ec2")

_administrators = Administrators("ipam.amazonaws.com")
_deleted_attachments = Shelf[dict[str, Any]](dict)
_ipams = Shelf[dict[str, Json]](dict)
_scopes = Shelf[dict[str, Json]](dict)
_pools = Shelf[dict[str, Json]](dict)
_pool_cidrs = Shelf[dict[str, list[Json]]](dict)


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
    """List pools."""
    return {"IpamPools": _chosen(_pools(call), call.get("IpamPoolIds"), "InvalidIpamPoolId.NotFound")}


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


@extension.amends("A deleted transit gateway attachment is seen as deleted for a while; moto forgets it at once.")
def _show_deleted_attachments() -> None:
    delete = EC2Backend.delete_transit_gateway_vpc_attachment
    describe = EC2Backend.describe_transit_gateway_vpc_attachments

    def delete_and_keep(self: EC2Backend, transit_gateway_attachment_id: str) -> Any:
        attachment = delete(self, transit_gateway_attachment_id)
        _deleted_attachments.of(self.account_id, self.region_name)[attachment.id] = attachment
        return attachment

    def describe_all(self: EC2Backend, transit_gateways_attachment_ids: Any = None, filters: Any = None) -> list[Any]:
        asked = transit_gateways_attachment_ids or []
        deleted = _deleted_attachments.of(self.account_id, self.region_name)
        return [*describe(self, asked, filters), *(deleted[one] for one in asked if one in deleted)]

    EC2Backend.delete_transit_gateway_vpc_attachment = delete_and_keep  # type: ignore[assignment]
    EC2Backend.describe_transit_gateway_vpc_attachments = describe_all  # type: ignore[assignment]


@extension.amends("Subnets that another account shares, and their VPCs, are seen by the accounts they are shared with.")
def _show_shared_subnets() -> None:
    own_subnets, own_vpcs = EC2Backend.describe_subnets, EC2Backend.describe_vpcs

    def describe_subnets(self: EC2Backend, subnet_ids: Any = None, filters: Any = None) -> list[Any]:
        shared = {subnet.id: subnet for subnet in _shared_subnets(self)}
        if subnet_ids and set(subnet_ids) <= set(shared):
            return generic_filter(filters or {}, [shared[one] for one in subnet_ids])
        return [*own_subnets(self, subnet_ids, filters), *_unasked(subnet_ids, filters, shared.values())]

    def describe_vpcs(self: EC2Backend, vpc_ids: Any = None, filters: Any = None) -> list[Any]:
        shared = {subnet.vpc_id: subnet.ec2_backend.vpcs[subnet.vpc_id] for subnet in _shared_subnets(self)}
        if vpc_ids and set(vpc_ids) <= set(shared):
            return generic_filter(filters or {}, [shared[one] for one in vpc_ids])
        return [*own_vpcs(self, vpc_ids, filters), *_unasked(vpc_ids, filters, shared.values())]

    EC2Backend.describe_subnets = describe_subnets  # type: ignore[assignment]
    EC2Backend.describe_vpcs = describe_vpcs  # type: ignore[assignment]


def _shared_subnets(backend: EC2Backend) -> list[Any]:
    found = []
    for owner, arn in shared_resources(backend.account_id, backend.partition, backend.region_name):
        resource = arn.split(":", 5)[5]
        if resource.startswith("subnet/"):
            zones = ec2_backends[owner][backend.region_name].subnets.values()
            found += [subnets[resource[7:]] for subnets in zones if resource[7:] in subnets]
    return found


def _unasked(ids: Any, filters: Any, shared: Iterable[Any]) -> list[Any]:
    """Return what is shared where no ids were asked for."""
    return [] if ids else generic_filter(filters or {}, list(shared))


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

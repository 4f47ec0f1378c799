"""EC2: subnets that other accounts share, and attachments that are gone."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.models.subnets import Subnet
from moto.ec2.utils import generic_filter

from estate.local.extension import Extension, Shelf
from estate.local.services.ram_reach import shared_resources

if TYPE_CHECKING:
    from collections.abc import Iterable

extension = Extension("ec2")

_deleted_attachments = Shelf[dict[str, Any]](dict)


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


@extension.amends(
    "Subnets that another account shares, and their VPCs, are seen by the accounts they are shared with, each with its own tags."
)
def _show_shared_subnets() -> None:
    own_subnets, own_vpcs = EC2Backend.describe_subnets, EC2Backend.describe_vpcs

    def describe_subnets(self: EC2Backend, subnet_ids: Any = None, filters: Any = None) -> list[Any]:
        shared = {subnet.id: _with_own_tags(self, subnet) for subnet in _shared_subnets(self)}
        if subnet_ids and set(subnet_ids) <= set(shared):
            return generic_filter(filters or {}, [shared[one] for one in subnet_ids])
        return [*own_subnets(self, subnet_ids, filters), *_unasked(subnet_ids, filters, shared.values())]

    def describe_vpcs(self: EC2Backend, vpc_ids: Any = None, filters: Any = None) -> list[Any]:
        found = {subnet.vpc_id: subnet.ec2_backend.vpcs[subnet.vpc_id] for subnet in _shared_subnets(self)}
        shared = {id_: _with_own_tags(self, vpc) for id_, vpc in found.items()}
        if vpc_ids and set(vpc_ids) <= set(shared):
            return generic_filter(filters or {}, [shared[one] for one in vpc_ids])
        return [*own_vpcs(self, vpc_ids, filters), *_unasked(vpc_ids, filters, shared.values())]

    EC2Backend.describe_subnets = describe_subnets  # type: ignore[assignment]
    EC2Backend.describe_vpcs = describe_vpcs  # type: ignore[assignment]


@extension.amends("What another account shares of a VPC can be tagged.")
def _tag_shared_subnets() -> None:
    own = EC2Backend.do_resources_exist

    def do_resources_exist(self: EC2Backend, resource_ids: list[str]) -> bool:
        shared = {id_ for subnet in _shared_subnets(self) for id_ in (subnet.id, subnet.vpc_id)}
        return own(self, [id_ for id_ in resource_ids if id_ not in shared])

    EC2Backend.do_resources_exist = do_resources_exist  # type: ignore[method-assign]


@extension.amends("Subnets are found by whose they are.")
def _find_by_owner() -> None:
    own = Subnet.get_filter_value

    def get_filter_value(self: Subnet, filter_name: str, method_name: str | None = None) -> Any:
        return self.owner_id if filter_name == "owner-id" else own(self, filter_name, method_name)

    Subnet.get_filter_value = get_filter_value  # type: ignore[method-assign]


def _shared_subnets(backend: EC2Backend) -> list[Any]:
    found = []
    for owner, arn in shared_resources(backend.account_id, backend.partition, backend.region_name):
        resource = arn.split(":", 5)[5]
        if resource.startswith("subnet/"):
            zones = ec2_backends[owner][backend.region_name].subnets.values()
            found += [subnets[resource[7:]] for subnets in zones if resource[7:] in subnets]
    return found


def _with_own_tags(backend: EC2Backend, resource: Any) -> Any:
    """What another account has, with the tags that this one has given it."""
    shown = copy(resource)
    shown.get_tags = lambda: backend.describe_tags(filters={"resource-id": [resource.id]})
    return shown


def _unasked(ids: Any, filters: Any, shared: Iterable[Any]) -> list[Any]:
    """Return what is shared where no ids were asked for."""
    return [] if ids else generic_filter(filters or {}, list(shared))

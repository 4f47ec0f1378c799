"""Names and tags of subnets that another account shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.data_aws_subnet import DataAwsSubnet, DataAwsSubnetFilter
from cdktf_cdktf_provider_aws.ec2_tag import Ec2Tag
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_network, require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import TerraformProvider


@typed
@dataclass(frozen=True)
class SharedSubnetTags:
    """What a shared subnet is called.

    Args:
        cidr_block: Its addresses, by which it is found among those of its owner, /16 to /28.
        tags: Its tags.
    """

    cidr_block: str
    tags: Mapping[str, str]


@typed
class SharedVpcTagsConstruct(Construct):
    """Tags a VPC of another account and the subnets of it that are shared with this one.

    AWS shows an account the tags that it has set itself, of what others share, too, and no others: what the owner calls a
    subnet, others do not see. The subnets are looked up while planning, so they have to be shared before.

    Children: ``subnet-<key>`` (looked up), ``vpc-tags`` and ``subnet-<key>-tags`` (one for each tag).

    Args:
        scope: A stack of the account that the subnets are shared with, or a construct in it.
        id_: The construct's id.
        owner_id: The account that shares them.
        subnets: The subnets, each by a stable key, all of one VPC.
        tags: Tags of the VPC. Default: none.
        provider: Account and region, that of the VPC; the stack's default provider unless told otherwise.

    Raises:
        InvalidValueError: If a range is malformed, or nothing gets a tag.

    Example:
        >>> SharedVpcTagsConstruct(
        ...     stack, "shared", owner_id="444455556666",
        ...     subnets={"private-a": SharedSubnetTags("10.0.0.0/20", {"Name": "shared-private-a"})},
        ... )

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing-share-subnet-working-with.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        owner_id: str,
        subnets: Mapping[str, SharedSubnetTags],
        tags: Mapping[str, str] | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        if not any(subnet.tags for subnet in subnets.values()):
            raise InvalidValueError("subnets", subnets, expected="at least one with a tag")
        self._provider = provider
        found = {key: self._find(key, subnet, owner_id) for key, subnet in sorted(subnets.items())}
        self._tag("vpc-tags", next(iter(found.values())).vpc_id, tags or {})
        for key, subnet in found.items():
            self._tag(f"subnet-{key}-tags", subnet.id, subnets[key].tags)

    def _find(self, key: str, subnet: SharedSubnetTags, owner_id: str) -> DataAwsSubnet:
        require_slug("subnets", key)
        require_network(f"subnets[{key!r}].cidr_block", subnet.cidr_block, 16, 28)
        filters = {"cidr-block": subnet.cidr_block, "owner-id": owner_id}
        return DataAwsSubnet(
            self,
            f"subnet-{key}",
            filter=[DataAwsSubnetFilter(name=name, values=[value]) for name, value in filters.items()],
            provider=self._provider,
        )

    def _tag(self, id_: str, resource_id: str, tags: Mapping[str, str]) -> None:
        if tags:
            # A tag's key may be what no construct's id can be; Terraform tells the tags apart by it.
            each = Ec2Tag(
                self, id_, resource_id=resource_id, key="${each.key}", value="${each.value}", provider=self._provider
            )
            each.add_override("for_each", dict(sorted(tags.items())))

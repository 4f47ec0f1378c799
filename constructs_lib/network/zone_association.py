"""A VPC joins a private zone of another account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.route53_zone_association import Route53ZoneAssociation
from constructs import Construct

from constructs_lib.typed import typed
from constructs_lib.validation import require_match, require_region

if TYPE_CHECKING:
    from cdktf import TerraformProvider


@typed
class ZoneAssociationConstruct(Construct):
    """Joins a private hosted zone that another account has authorized the VPC to join (`PrivateZoneConstruct`).

    Children: ``Resource``.

    Args:
        scope: A stack of the account that owns the VPC.
        id_: The construct's id.
        zone_id: The zone's id.
        vpc_id: The VPC.
        vpc_region: The VPC's region. Default: the provider's.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If the zone's id is none.

    Example:
        >>> ZoneAssociationConstruct(stack, "Internal", zone_id="Z0123456789ABCDEFGHIJ", vpc_id=vpc.vpc_id)

    Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-associate-vpcs-different-accounts.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        zone_id: str,
        vpc_id: str,
        vpc_region: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        if vpc_region is not None:
            require_region("vpc_region", vpc_region)
        require_match("zone_id", zone_id, r"Z[A-Z0-9]{1,31}", expected="the id of a hosted zone, 'Z…'")
        Route53ZoneAssociation(
            self, "Resource", zone_id=zone_id, vpc_id=vpc_id, vpc_region=vpc_region, provider=provider
        )

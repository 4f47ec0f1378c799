"""A domain inside VPCs of several accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.route53_vpc_association_authorization import Route53VpcAssociationAuthorization
from cdktf_cdktf_provider_aws.route53_zone import Route53Zone, Route53ZoneVpc
from constructs import Construct

from constructs_lib.network.public_zone import DOMAIN
from constructs_lib.typed import typed
from constructs_lib.validation import require_match, require_quota, require_region, require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import TerraformProvider


@typed
@dataclass(frozen=True)
class ZoneVpc:
    """A VPC that a private zone is seen from.

    Args:
        vpc_id: Its id.
        region: Its region.
    """

    vpc_id: str
    region: str

    def __post_init__(self) -> None:
        """Refuse what is no region."""
        require_region("region", self.region)


@typed
class PrivateZoneConstruct(Construct):
    """A private hosted zone of one VPC, which VPCs of other accounts may join.

    Joining takes two: the authorization here, `ZoneAssociationConstruct` in the other account.

    Children: ``Resource`` (the zone), ``authorization-<slug>`` per VPC of another account.

    Args:
        scope: Where the zone lives.
        id_: The construct's id.
        domain: The domain, such as ``internal.example.com``.
        vpc: The VPC of this account in which the zone is seen.
        other_accounts: Slug to the VPCs of other accounts that may join. Default: none.
        comment: What the zone is for. Default: none.
        provider: The account, in any region. Default: the stack's provider.

    Raises:
        InvalidValueError: If the domain is none, or a slug is malformed.

    Example:
        >>> PrivateZoneConstruct(
        ...     stack, "Internal", domain="internal.example.com", vpc=ZoneVpc(vpc.vpc_id, "eu-central-1"),
        ...     other_accounts={"production": ZoneVpc("vpc-0a1b2c3d", "eu-central-1")},
        ... )

    Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-associate-vpcs-different-accounts.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        domain: str,
        vpc: ZoneVpc,
        other_accounts: Mapping[str, ZoneVpc] | None = None,
        comment: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_match("domain", domain, DOMAIN, expected="a domain such as 'internal.example.com'")
        self._zone = Route53Zone(
            self,
            "Resource",
            name=domain,
            comment=require_quota("comment", comment, "zone.comment") if comment else None,
            vpc=[Route53ZoneVpc(vpc_id=vpc.vpc_id, vpc_region=vpc.region)],
            tags={"Name": domain},
            # VPCs of other accounts join by themselves; the zone must not throw them out again.
            lifecycle=TerraformResourceLifecycle(ignore_changes=["vpc"]),
            provider=provider,
        )
        for slug, other in sorted((other_accounts or {}).items()):
            Route53VpcAssociationAuthorization(
                self,
                f"authorization-{require_slug('other_accounts', slug)}",
                zone_id=self._zone.zone_id,
                vpc_id=other.vpc_id,
                vpc_region=other.region,
                provider=provider,
            )

    @property
    def zone_id(self) -> str:
        """The zone's id."""
        return self._zone.zone_id

    @property
    def zone_arn(self) -> str:
        """The zone's ARN, as `DnsProfileConstruct` takes it."""
        return self._zone.arn

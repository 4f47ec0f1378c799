"""Private zones for many VPCs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.route53_profiles_profile import Route53ProfilesProfile
from cdktf_cdktf_provider_aws.route53_profiles_resource_association import Route53ProfilesResourceAssociation
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import TerraformProvider


@typed
class DnsProfileConstruct(Construct):
    """A Route 53 Profile: what it holds, all VPCs see that are associated with it, of this account or of those it is shared with.

    Children: ``Resource`` (the profile), ``holds-<key>`` per resource.

    Args:
        scope: A stack of the account that has it.
        id_: The construct's id.
        name: Its name.
        resource_arns: What it holds, by key: private zones, rules of Route 53 Resolver, rule groups of DNS Firewall.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If it holds nothing.

    Example:
        >>> DnsProfileConstruct(stack, "profile", name="hub", resource_arns=zones.zone_arns)

    Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/profiles.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        resource_arns: Mapping[str, str],
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        if not resource_arns:
            raise InvalidValueError("resource_arns", dict(resource_arns), expected="something for VPCs to see")
        self._profile = Route53ProfilesProfile(self, "Resource", name=name, tags={"Name": name}, provider=provider)
        for key, arn in sorted(resource_arns.items()):
            Route53ProfilesResourceAssociation(
                self,
                f"holds-{require_slug('resource_arns', key)}",
                name=key,
                profile_id=self._profile.id,
                resource_arn=arn,
                provider=provider,
            )

    @property
    def profile_id(self) -> str:
        """Its id, ``rp-…``."""
        return self._profile.id

    @property
    def profile_arn(self) -> str:
        """Its ARN, as `RamShareConstruct` takes it."""
        return self._profile.arn

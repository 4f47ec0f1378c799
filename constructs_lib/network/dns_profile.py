"""Private zones, and rules of Route 53 Resolver, for many VPCs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.route53_profiles_profile import Route53ProfilesProfile
from cdktf_cdktf_provider_aws.route53_profiles_resource_association import Route53ProfilesResourceAssociation
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_between, require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import TerraformProvider


@typed
class DnsProfileConstruct(Construct):
    """A Route 53 Profile: what it holds, all VPCs see that are associated with it, of this account or of those it is shared with.

    Children: ``Resource`` (the profile), ``holds-<key>`` per resource, ``firewall`` for the rule group.

    Args:
        scope: A stack of the account that has it.
        id_: The construct's id.
        name: Its name.
        resource_arns: What it holds, by key: private zones, rules of Route 53 Resolver.
        rule_group_arn: A rule group of DNS Firewall that it holds. Default: none.
        priority: That of the rule group among several of a VPC, 101 to 9899. Default: 101.
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
        rule_group_arn: str | None = None,
        priority: int = 101,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_between("priority", priority, 101, 9899)
        if not resource_arns and rule_group_arn is None:
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
        if rule_group_arn is not None:
            Route53ProfilesResourceAssociation(
                self,
                "firewall",
                name="firewall",
                profile_id=self._profile.id,
                resource_arn=rule_group_arn,
                resource_properties=json.dumps({"priority": priority}, separators=(",", ":")),
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

"""A domain on the internet, parts of which belong to other accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.route53_record import Route53Record
from cdktf_cdktf_provider_aws.route53_zone import Route53Zone
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_match, require_quota, require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdktf import TerraformProvider

DOMAIN = r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?"
_TTL = 3600


@typed
class PublicZoneConstruct(Construct):
    """A public hosted zone, and the delegation of subdomains to the zones of other accounts.

    A name server set changes when a zone is made anew, so a subdomain's zone comes first and its name servers are handed
    in: from its `name_servers`, in the same app, or as text.

    Children: ``Resource`` (the zone), ``delegation-<slug>`` per subdomain.

    Args:
        scope: Where the zone lives.
        id_: The construct's id.
        domain: The domain, such as ``example.com``.
        delegations: Slug to subdomain and its name servers. Default: none.
        comment: What the zone is for. Default: none.
        provider: The account, in any region. Default: the stack's provider.

    Raises:
        InvalidValueError: If a domain is none, or a delegated one is not below the zone's.

    Example:
        >>> dev = PublicZoneConstruct(development, "Zone", domain="dev.example.com")
        >>> PublicZoneConstruct(
        ...     shared, "Zone", domain="example.com", delegations={"dev": ("dev.example.com", dev.name_servers)},
        ... )

    Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-routing-traffic-for-subdomains.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        domain: str,
        delegations: Mapping[str, tuple[str, Sequence[str]]] | None = None,
        comment: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_match("domain", domain, DOMAIN, expected="a domain such as 'example.com'")
        self._zone = Route53Zone(
            self,
            "Resource",
            name=domain,
            comment=require_quota("comment", comment, "zone.comment") if comment else None,
            tags={"Name": domain},
            provider=provider,
        )
        for slug, (subdomain, name_servers) in sorted((delegations or {}).items()):
            require_match(f"delegations[{slug!r}]", subdomain, DOMAIN, expected="a domain such as 'dev.example.com'")
            if not subdomain.endswith(f".{domain}"):
                raise InvalidValueError(f"delegations[{slug!r}]", subdomain, expected=f"a domain below {domain}")
            Route53Record(
                self,
                f"delegation-{require_slug('delegations', slug)}",
                zone_id=self._zone.zone_id,
                name=subdomain,
                type="NS",
                ttl=_TTL,
                records=list(name_servers),
                provider=provider,
            )

    @property
    def zone_id(self) -> str:
        """The zone's id."""
        return self._zone.zone_id

    @property
    def name_servers(self) -> list[str]:
        """The zone's name servers, for whoever delegates to it."""
        return self._zone.name_servers

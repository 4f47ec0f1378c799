"""Service quotas that AWS is asked for as it makes an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cdktf_cdktf_provider_aws.servicequotas_template import ServicequotasTemplate
from cdktf_cdktf_provider_aws.servicequotas_template_association import ServicequotasTemplateAssociation
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_match, require_region, require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import TerraformProvider

    from constructs_lib.baseline.service_quotas import ServiceQuota

REGION: Final = "us-east-1"
"""Where AWS keeps the template."""
_MOST: Final = 10


@typed
class QuotaTemplateConstruct(Construct):
    """The organization's template of service quotas, which AWS asks for in each account that it makes from then on.

    For the management account; ``servicequotas.amazonaws.com`` needs service access in the organization.

    Children: one per quota, named by its key; ``Association``.

    Args:
        scope: A stack of the management account.
        id_: The construct's id.
        quotas: Region and quota by a stable key, at most 10.
        provider: The account in ``us-east-1``. Default: the stack's provider.

    Raises:
        InvalidValueError: If there are more, or a key, a code or a value is malformed.

    Example:
        >>> QuotaTemplateConstruct(
        ...     stack, "Quotas", quotas={"vpcs": ("eu-central-1", ServiceQuota("vpc", "L-F678F1CE", 10))}, provider=north_virginia
        ... )

    Source: https://docs.aws.amazon.com/servicequotas/latest/userguide/organization-templates.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        quotas: Mapping[str, tuple[str, ServiceQuota]],
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        if not 1 <= len(quotas) <= _MOST:
            raise InvalidValueError("quotas", f"{len(quotas)} of them", expected=f"1 to {_MOST}")
        for key, (region, quota) in sorted(quotas.items()):
            where = f"quotas[{key!r}]"
            require_match(f"{where}.service", quota.service, r"[a-z][a-z0-9-]{1,62}", expected="a code such as 'vpc'")
            require_match(f"{where}.quota", quota.quota, r"L-[0-9A-F]{8}", expected="a code such as 'L-F678F1CE'")
            if quota.value <= 0:
                raise InvalidValueError(f"{where}.value", quota.value, expected="more than 0")
            ServicequotasTemplate(
                self,
                require_slug("quotas", key),
                region=require_region(where, region),
                service_code=quota.service,
                quota_code=quota.quota,
                value=quota.value,
                provider=provider,
            )
        ServicequotasTemplateAssociation(self, "Association", provider=provider)

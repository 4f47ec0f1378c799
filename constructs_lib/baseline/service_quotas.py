"""More than AWS grants by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.servicequotas_service_quota import ServicequotasServiceQuota
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_match, require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import TerraformProvider


@typed
@dataclass(frozen=True)
class ServiceQuota:
    """A quota and the value it shall have.

    Args:
        service: The service's code, such as ``vpc``.
        quota: The quota's code, such as ``L-F678F1CE``.
        value: At least the present value: AWS takes no request for less.
    """

    service: str
    quota: str
    value: float


@typed
class ServiceQuotasConstruct(Construct):
    """Asks AWS for higher quotas in one region. A request may wait for AWS' decision; Terraform does not.

    Children: one per quota, named by its slug.

    Args:
        scope: Where the requests are kept.
        id_: The construct's id.
        quotas: Quota by slug.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If a slug or code is malformed, or a value not positive.

    Example:
        >>> ServiceQuotasConstruct(stack, "Quotas", quotas={"vpcs": ServiceQuota("vpc", "L-F678F1CE", 10)})

    Source: https://docs.aws.amazon.com/servicequotas/latest/userguide/request-quota-increase.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        quotas: Mapping[str, ServiceQuota],
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        for slug, quota in sorted(quotas.items()):
            where = f"quotas[{slug!r}]"
            require_match(f"{where}.service", quota.service, r"[a-z][a-z0-9-]{1,62}", expected="a code such as 'vpc'")
            require_match(f"{where}.quota", quota.quota, r"L-[0-9A-F]{8}", expected="a code such as 'L-F678F1CE'")
            if quota.value <= 0:
                raise InvalidValueError(f"{where}.value", quota.value, expected="more than 0")
            ServicequotasServiceQuota(
                self,
                require_slug("quotas", slug),
                service_code=quota.service,
                quota_code=quota.quota,
                value=quota.value,
                provider=provider,
            )

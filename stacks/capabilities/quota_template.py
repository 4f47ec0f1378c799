"""Service quotas that AWS is asked for as it makes an account."""

from collections.abc import Mapping

from config.capabilities.baseline import Quota
from config.capabilities.quota_template import template_regions
from constructs_lib.baseline.quota_template import REGION, QuotaTemplateConstruct
from constructs_lib.baseline.service_quotas import ServiceQuota
from stacks.scope import AccountScope


def add(stack: AccountScope, quotas: Mapping[str, Quota]) -> None:
    """Add the template, and have AWS go by it."""
    QuotaTemplateConstruct(
        stack,
        "quota-template",
        quotas={
            f"{slug}-{region}": (region, ServiceQuota(quota.service, quota.quota, quota.value))
            for slug, quota in quotas.items()
            for region in template_regions(stack.organization, quota)
        },
        provider=stack.provider(REGION),
    )

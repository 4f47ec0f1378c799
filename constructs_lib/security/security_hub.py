"""Security Hub, configured for the whole organization from one region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.securityhub_account import SecurityhubAccount
from cdktf_cdktf_provider_aws.securityhub_finding_aggregator import SecurityhubFindingAggregator
from cdktf_cdktf_provider_aws.securityhub_organization_configuration import (
    SecurityhubOrganizationConfiguration,
    SecurityhubOrganizationConfigurationOrganizationConfiguration,
)
from constructs import Construct

from constructs_lib.typed import typed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cdktf import ITerraformDependable, TerraformProvider


@typed
class SecurityHubOrganizationConstruct(Construct):
    """Central configuration: findings of all regions in one, policies instead of switches in each account and region.

    For Security Hub's delegated administrator, which must not be the management account, in the home region. What is on
    where is said by `SecurityHubPolicyConstruct`.

    Children: ``Account`` (unless Security Hub is on already), ``Aggregator``, ``Resource`` (the organization's
    configuration).

    Args:
        scope: Where the configuration is kept.
        id_: The construct's id.
        linked_regions: The regions whose findings are gathered, without the home region. Default: all, those to come
            included.
        already_enabled: Whether Security Hub is on in the account. Making it the administrator switched it on, so after
            `ServiceAdministratorsConstruct` the answer is yes. Default: it is switched on here.
        provider: The administrator's account, in the home region. Default: the stack's provider.

    Example:
        >>> hub = SecurityHubOrganizationConstruct(stack, "SecurityHub", linked_regions=["eu-west-1"])

    Source: https://docs.aws.amazon.com/securityhub/latest/userguide/central-configuration-intro.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        linked_regions: Iterable[str] = (),
        already_enabled: bool = False,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        needed: list[ITerraformDependable] = []
        if not already_enabled:
            # No default standards: the policies say which.
            needed.append(SecurityhubAccount(self, "Account", enable_default_standards=False, provider=provider))
        regions = sorted(set(linked_regions))
        aggregator = SecurityhubFindingAggregator(
            self,
            "Aggregator",
            linking_mode="SPECIFIED_REGIONS" if regions else "ALL_REGIONS",
            specified_regions=regions or None,
            depends_on=needed or None,
            provider=provider,
        )
        self._configuration = SecurityhubOrganizationConfiguration(
            self,
            "Resource",
            auto_enable=False,
            auto_enable_standards="NONE",
            organization_configuration=SecurityhubOrganizationConfigurationOrganizationConfiguration(
                configuration_type="CENTRAL"
            ),
            depends_on=[aggregator],
            provider=provider,
        )
        self._aggregator = aggregator

    @property
    def aggregator_arn(self) -> str:
        """The ARN of the finding aggregator."""
        return self._aggregator.id

    @property
    def configuration(self) -> SecurityhubOrganizationConfiguration:
        """The organization's configuration; whatever needs central configuration depends on it."""
        return self._configuration

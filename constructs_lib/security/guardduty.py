"""GuardDuty in all accounts of the organization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cdktf_cdktf_provider_aws.data_aws_guardduty_detector import DataAwsGuarddutyDetector
from cdktf_cdktf_provider_aws.guardduty_detector import GuarddutyDetector
from cdktf_cdktf_provider_aws.guardduty_organization_configuration import GuarddutyOrganizationConfiguration
from cdktf_cdktf_provider_aws.guardduty_organization_configuration_feature import (
    GuarddutyOrganizationConfigurationFeature,
    GuarddutyOrganizationConfigurationFeatureAdditionalConfiguration,
)
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_one_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cdktf import TerraformProvider

Feature = Literal[
    "EBS_MALWARE_PROTECTION",
    "EKS_AUDIT_LOGS",
    "LAMBDA_NETWORK_LOGS",
    "RDS_LOGIN_EVENTS",
    "RUNTIME_MONITORING",
    "S3_DATA_EVENTS",
]
FEATURES: tuple[Feature, ...] = (
    "EBS_MALWARE_PROTECTION",
    "EKS_AUDIT_LOGS",
    "LAMBDA_NETWORK_LOGS",
    "RDS_LOGIN_EVENTS",
    "RUNTIME_MONITORING",
    "S3_DATA_EVENTS",
)
_AGENTS = ("EKS_ADDON_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT", "EC2_AGENT_MANAGEMENT")


@typed
class GuardDutyOrganizationConstruct(Construct):
    """GuardDuty on in every account, present and to come, in one region. For GuardDuty's delegated administrator.

    Features that are not wanted are switched off expressly: a feature that merely disappeared from Terraform would stay
    on, and on the bill.

    Children: ``Detector`` (a resource, or a data source if the detector exists), ``Resource`` (the organization's
    configuration), ``feature-<name>`` per feature, in lower case with hyphens.

    Args:
        scope: Where the configuration is kept.
        id_: The construct's id.
        features: The protection plans that are on in all accounts. Default: S3 data events.
        unavailable_features: Plans that the region does not have, so that they are not even switched off. Default: none.
        existing_detector: Whether the account has a detector already. Making it the administrator switched GuardDuty on,
            so after `ServiceAdministratorsConstruct` the answer is yes. Default: the detector is made here.
        provider: The administrator's account, in the region meant. Default: the stack's provider.

    Raises:
        InvalidValueError: If a feature is unknown, or wanted and unavailable.

    Example:
        >>> GuardDutyOrganizationConstruct(stack, "GuardDuty", features=["S3_DATA_EVENTS", "EKS_AUDIT_LOGS"])

    Source: https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_organizations.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        features: Iterable[Feature] = ("S3_DATA_EVENTS",),
        unavailable_features: Iterable[Feature] = (),
        existing_detector: bool = False,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        wanted = {require_one_of("features", feature, FEATURES) for feature in features}
        missing = {require_one_of("unavailable_features", feature, FEATURES) for feature in unavailable_features}
        if wanted & missing:
            raise InvalidValueError("features", sorted(wanted & missing), expected="only features that the region has")
        self._detector_id = self._find_detector(provider) if existing_detector else self._make_detector(provider)
        configuration = GuarddutyOrganizationConfiguration(
            self,
            "Resource",
            detector_id=self._detector_id,
            auto_enable_organization_members="ALL",
            provider=provider,
        )
        for feature in FEATURES:
            if feature in missing:
                continue
            state = "ALL" if feature in wanted else "NONE"
            agents = [
                GuarddutyOrganizationConfigurationFeatureAdditionalConfiguration(name=agent, auto_enable=state)
                for agent in (_AGENTS if feature == "RUNTIME_MONITORING" else ())
            ]
            GuarddutyOrganizationConfigurationFeature(
                self,
                f"feature-{feature.lower().replace('_', '-')}",
                detector_id=self._detector_id,
                name=feature,
                auto_enable=state,
                additional_configuration=agents or None,
                depends_on=[configuration],
                provider=provider,
            )

    @property
    def detector_id(self) -> str:
        """The id of the administrator's detector."""
        return self._detector_id

    def _make_detector(self, provider: TerraformProvider | None) -> str:
        return GuarddutyDetector(
            self, "Detector", enable=True, finding_publishing_frequency="FIFTEEN_MINUTES", provider=provider
        ).id

    def _find_detector(self, provider: TerraformProvider | None) -> str:
        return DataAwsGuarddutyDetector(self, "Detector", provider=provider).id

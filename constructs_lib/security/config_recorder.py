"""AWS Config records one account and region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cdktf_cdktf_provider_aws.config_configuration_recorder import (
    ConfigConfigurationRecorder,
    ConfigConfigurationRecorderRecordingGroup,
    ConfigConfigurationRecorderRecordingGroupExclusionByResourceTypes,
    ConfigConfigurationRecorderRecordingGroupRecordingStrategy,
    ConfigConfigurationRecorderRecordingMode,
)
from cdktf_cdktf_provider_aws.config_configuration_recorder_status import ConfigConfigurationRecorderStatus
from cdktf_cdktf_provider_aws.config_delivery_channel import (
    ConfigDeliveryChannel,
    ConfigDeliveryChannelSnapshotDeliveryProperties,
)
from cdktf_cdktf_provider_aws.iam_service_linked_role import IamServiceLinkedRole
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_one_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdktf import ITerraformDependable, TerraformProvider

_NAME = "default"


@typed
class ConfigRecorderConstruct(Construct):
    """Records all resources of an account in a region and delivers what it records to the log archive.

    Children: ``Role`` (the service-linked role, unless one is handed in), ``Resource`` (the recorder), ``Delivery``,
    ``Status`` (switches the recorder on).

    Args:
        scope: Where the recorder lives.
        id_: The construct's id.
        bucket_name: Where snapshots and history go (`LogArchiveConstruct.bucket_name`).
        key_arn: The KMS key that encrypts them.
        global_resources: Whether IAM is recorded too. Say yes in one region, the home region, or it is recorded and
            charged in each.
        frequency: ``CONTINUOUS`` (each change is charged) or ``DAILY`` (one record a day and changed resource).
            Default: continuous, which most rules and Security Hub need.
        excluded_resource_types: Types that are not recorded, such as ``AWS::EC2::NetworkInterface``. Default: none.
        role_arn: The role that records. Default: Config's service-linked role is made here. IAM is global: let the first
            region make it and hand `role_arn` to the others; hand it in as well if the account has it already.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If the frequency or an excluded type is none that Config knows.

    Example:
        >>> home = ConfigRecorderConstruct(
        ...     stack, "Recorder", bucket_name="acme-logs", key_arn=key_arn, global_resources=True,
        ... )
        >>> ConfigRecorderConstruct(
        ...     stack, "Recorder-eu-west-1", bucket_name="acme-logs", key_arn=key_arn, role_arn=home.role_arn,
        ...     provider=ireland,
        ... )

    Source: https://docs.aws.amazon.com/config/latest/developerguide/stop-start-recorder.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        bucket_name: str,
        key_arn: str | None = None,
        global_resources: bool = False,
        frequency: Literal["CONTINUOUS", "DAILY"] = "CONTINUOUS",
        excluded_resource_types: Sequence[str] = (),
        role_arn: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_one_of("frequency", frequency, ("CONTINUOUS", "DAILY"))
        self._role_arn = role_arn or self._make_role(provider)
        self._recorder = ConfigConfigurationRecorder(
            self,
            "Resource",
            name=_NAME,
            role_arn=self._role_arn,
            recording_group=_recording_group(excluded_resource_types, global_resources=global_resources),
            recording_mode=ConfigConfigurationRecorderRecordingMode(recording_frequency=frequency),
            provider=provider,
        )
        delivery = ConfigDeliveryChannel(
            self,
            "Delivery",
            name=_NAME,
            s3_bucket_name=bucket_name,
            s3_kms_key_arn=key_arn,
            snapshot_delivery_properties=ConfigDeliveryChannelSnapshotDeliveryProperties(
                delivery_frequency="TwentyFour_Hours"
            ),
            depends_on=[self._recorder],
            provider=provider,
        )
        ConfigConfigurationRecorderStatus(
            self, "Status", name=self._recorder.name, is_enabled=True, depends_on=[delivery], provider=provider
        )

    @property
    def recorder_name(self) -> str:
        """The recorder's name."""
        return self._recorder.name

    @property
    def recorders(self) -> list[ITerraformDependable]:
        """The recorder, for whoever has to wait for it."""
        return [self._recorder]

    @property
    def role_arn(self) -> str:
        """The ARN of the role that records."""
        return self._role_arn

    def _make_role(self, provider: TerraformProvider | None) -> str:
        return IamServiceLinkedRole(self, "Role", aws_service_name="config.amazonaws.com", provider=provider).arn


def _recording_group(excluded: Sequence[str], *, global_resources: bool) -> ConfigConfigurationRecorderRecordingGroup:
    if not excluded:
        return ConfigConfigurationRecorderRecordingGroup(
            all_supported=True, include_global_resource_types=global_resources
        )
    types = set(excluded)
    if not global_resources:
        types |= {f"AWS::IAM::{name}" for name in ("Group", "Policy", "Role", "User")}
    unknown = [name for name in types if not name.startswith("AWS::")]
    if unknown:
        raise InvalidValueError("excluded_resource_types", unknown[0], expected="types such as 'AWS::EC2::Instance'")
    return ConfigConfigurationRecorderRecordingGroup(
        all_supported=False,
        include_global_resource_types=False,
        exclusion_by_resource_types=[
            ConfigConfigurationRecorderRecordingGroupExclusionByResourceTypes(resource_types=sorted(types))
        ],
        recording_strategy=[
            ConfigConfigurationRecorderRecordingGroupRecordingStrategy(use_only="EXCLUSION_BY_RESOURCE_TYPES")
        ],
    )

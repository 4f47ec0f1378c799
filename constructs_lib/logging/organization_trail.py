"""The one CloudTrail trail of an organization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cdktf_cdktf_provider_aws.cloudtrail import (
    Cloudtrail,
    CloudtrailAdvancedEventSelector,
    CloudtrailAdvancedEventSelectorFieldSelector,
    CloudtrailInsightSelector,
)
from constructs import Construct

from constructs_lib.typed import typed
from constructs_lib.validation import require_match, require_one_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cdktf import TerraformProvider

DataEvents = Literal["dynamodb", "lambda", "s3"]
Insight = Literal["ApiCallRateInsight", "ApiErrorRateInsight"]

_RESOURCE_TYPES = {
    "dynamodb": "AWS::DynamoDB::Table",
    "lambda": "AWS::Lambda::Function",
    "s3": "AWS::S3::Object",
}
_INSIGHTS = ("ApiCallRateInsight", "ApiErrorRateInsight")


@typed
class OrganizationTrailConstruct(Construct):
    """A trail over all accounts and regions of the organization, encrypted, its files signed.

    The management account or the delegated administrator for CloudTrail makes it; it belongs to the management account
    either way, and members see it but can neither stop nor change it.

    Children: ``Resource``.

    Args:
        scope: Where the trail is made.
        id_: The construct's id.
        name: The trail's name; the archive's policy names it too.
        bucket_name: Where the log files go (`LogArchiveConstruct.bucket_name`).
        key_arn: The KMS key that encrypts them.
        data_events: Services whose data events are logged too; none unless told otherwise, since they cost by the event.
        data_events_written_only: Whether only writing data events are logged; yes unless told otherwise.
        quiet_bucket_arns: Buckets without S3 data events. Name the archive here: each delivery to it would else be an
            event that is delivered to it.
        insights: Kinds of unusual activity that CloudTrail looks for; none unless told otherwise, since they cost.
        provider: Account and region; the stack's default provider unless told otherwise.

    Raises:
        InvalidValueError: If the name, a service or an insight is none that CloudTrail knows.

    Example:
        >>> OrganizationTrailConstruct(
        ...     stack, "Trail", name="organization", bucket_name=archive.bucket_name, key_arn=archive.key_arn,
        ... )

    Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        bucket_name: str,
        key_arn: str,
        data_events: Iterable[DataEvents] = (),
        data_events_written_only: bool = True,
        quiet_bucket_arns: Sequence[str] = (),
        insights: Iterable[Insight] = (),
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_match(
            "name",
            name,
            r"(?=.{3,128}$)[A-Za-z0-9]+([._-][A-Za-z0-9]+)*",
            expected="3 to 128 letters and digits with single '.', '_' or '-' between them",
        )
        services = sorted({require_one_of("data_events", service, _RESOURCE_TYPES) for service in data_events})
        kinds = sorted({require_one_of("insights", insight, _INSIGHTS) for insight in insights})
        self._trail = Cloudtrail(
            self,
            "Resource",
            name=name,
            s3_bucket_name=bucket_name,
            kms_key_id=key_arn,
            is_organization_trail=True,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_log_file_validation=True,
            enable_logging=True,
            # Without selectors a trail logs exactly the management events.
            advanced_event_selector=[
                _management_events(),
                *(
                    _data_events(service, quiet_bucket_arns, written_only=data_events_written_only)
                    for service in services
                ),
            ]
            if services
            else None,
            insight_selector=[CloudtrailInsightSelector(insight_type=kind) for kind in kinds] or None,
            tags={"Name": name},
            provider=provider,
        )

    @property
    def trail_arn(self) -> str:
        """The trail's ARN."""
        return self._trail.arn


def _management_events() -> CloudtrailAdvancedEventSelector:
    field = CloudtrailAdvancedEventSelectorFieldSelector(field="eventCategory", equal_to=["Management"])
    return CloudtrailAdvancedEventSelector(name="management", field_selector=[field])


def _data_events(
    service: str, quiet_bucket_arns: Sequence[str], *, written_only: bool
) -> CloudtrailAdvancedEventSelector:
    fields = [
        CloudtrailAdvancedEventSelectorFieldSelector(field="eventCategory", equal_to=["Data"]),
        CloudtrailAdvancedEventSelectorFieldSelector(field="resources.type", equal_to=[_RESOURCE_TYPES[service]]),
    ]
    if written_only:
        fields.append(CloudtrailAdvancedEventSelectorFieldSelector(field="readOnly", equal_to=["false"]))
    if service == "s3" and quiet_bucket_arns:
        fields.append(
            CloudtrailAdvancedEventSelectorFieldSelector(
                field="resources.ARN", not_starts_with=[f"{arn}/" for arn in quiet_bucket_arns]
            )
        )
    return CloudtrailAdvancedEventSelector(name=service, field_selector=fields)

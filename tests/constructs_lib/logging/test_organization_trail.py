import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.logging.organization_trail import OrganizationTrailConstruct
from tests.template import synth


def build(stack, **changes):
    arguments = {"name": "organization", "bucket_name": "acme-logs", "key_arn": "arn:aws:kms:eu-central-1:2:key/k"}
    return OrganizationTrailConstruct(stack, "trail", **{**arguments, **changes})


@pytest.mark.row("C5", "D6")
def test_the_trail_covers_all_accounts_and_regions_encrypted_and_signed():
    trail = synth(build).only("aws_cloudtrail")
    for switch in (
        "is_organization_trail",
        "is_multi_region_trail",
        "include_global_service_events",
        "enable_log_file_validation",
        "enable_logging",
    ):
        assert trail[switch] is True
    assert trail["kms_key_id"] == "arn:aws:kms:eu-central-1:2:key/k"
    assert "advanced_event_selector" not in trail
    assert "insight_selector" not in trail


def test_data_events_come_beside_management_events_and_leave_out_the_archive():
    trail = synth(
        lambda stack: build(stack, data_events=["s3", "lambda"], quiet_bucket_arns=["arn:aws:s3:::acme-logs"])
    ).only("aws_cloudtrail")
    management, functions, objects = trail["advanced_event_selector"]
    assert management["field_selector"] == [{"field": "eventCategory", "equals": ["Management"]}]
    assert functions["name"] == "lambda"
    assert {"field": "readOnly", "equals": ["false"]} in objects["field_selector"]
    assert {"field": "resources.ARN", "not_starts_with": ["arn:aws:s3:::acme-logs/"]} in objects["field_selector"]
    assert all(field["field"] != "resources.ARN" for field in functions["field_selector"])


def test_reads_and_insights_are_logged_when_asked_for():
    trail = synth(
        lambda stack: build(
            stack, data_events=["dynamodb"], data_events_written_only=False, insights=["ApiCallRateInsight"]
        )
    ).only("aws_cloudtrail")
    assert all(field["field"] != "readOnly" for field in trail["advanced_event_selector"][1]["field_selector"])
    assert trail["insight_selector"] == [{"insight_type": "ApiCallRateInsight"}]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "a"}, "name is 'a'"),
        ({"name": "two--hyphens"}, "name is 'two--hyphens'"),
        ({"data_events": ["ec2"]}, "expected one of dynamodb, lambda, s3"),
        ({"insights": ["Everything"]}, "insights is 'Everything'"),
    ],
)
def test_what_cloudtrail_does_not_know_is_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: build(stack, **changes))

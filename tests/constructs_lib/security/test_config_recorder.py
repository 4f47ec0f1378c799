import pytest
from cdktf_cdktf_provider_aws.provider import AwsProvider

from constructs_lib.errors import InvalidValueError
from constructs_lib.security.config_recorder import ConfigRecorderConstruct
from tests.template import synth


def build(stack, id_="recorder", **changes):
    return ConfigRecorderConstruct(stack, id_, **{"bucket_name": "acme-logs", **changes})


@pytest.mark.row("C6")
def test_everything_is_recorded_delivered_and_switched_on():
    template = synth(lambda stack: build(stack, key_arn="arn:aws:kms:eu-central-1:2:key/k", global_resources=True))
    recorder = template.only("aws_config_configuration_recorder")
    assert recorder["recording_group"] == {"all_supported": True, "include_global_resource_types": True}
    assert recorder["recording_mode"] == {"recording_frequency": "CONTINUOUS"}
    delivery = template.only("aws_config_delivery_channel")
    assert (delivery["s3_bucket_name"], delivery["s3_kms_key_arn"]) == ("acme-logs", "arn:aws:kms:eu-central-1:2:key/k")
    status = template.only("aws_config_configuration_recorder_status")
    assert status["is_enabled"] is True
    assert status["depends_on"] == [
        f"aws_config_delivery_channel.{next(iter(template.resources('aws_config_delivery_channel')))}"
    ]


@pytest.mark.row("C6")
def test_further_regions_share_the_role_and_leave_global_resources_out():
    def regions(stack):
        home = build(stack, "home", global_resources=True)
        ireland = AwsProvider(stack, "aws-ireland", alias="ireland", region="eu-west-1")
        build(stack, "ireland", role_arn=home.role_arn, provider=ireland)

    template = synth(regions)
    assert template.only("aws_iam_service_linked_role")["aws_service_name"] == "config.amazonaws.com"
    recorders = template.resources("aws_config_configuration_recorder").values()
    assert {
        found.get("provider"): found["recording_group"]["include_global_resource_types"] for found in recorders
    } == {None: True, "aws.ireland": False}


def test_excluded_types_are_excluded_with_the_global_ones():
    template = synth(
        lambda stack: build(stack, excluded_resource_types=["AWS::EC2::NetworkInterface"], frequency="DAILY")
    )
    recorder = template.only("aws_config_configuration_recorder")
    assert recorder["recording_mode"] == {"recording_frequency": "DAILY"}
    group = recorder["recording_group"]
    assert group["recording_strategy"] == [{"use_only": "EXCLUSION_BY_RESOURCE_TYPES"}]
    assert group["exclusion_by_resource_types"] == [
        {
            "resource_types": [
                "AWS::EC2::NetworkInterface",
                "AWS::IAM::Group",
                "AWS::IAM::Policy",
                "AWS::IAM::Role",
                "AWS::IAM::User",
            ]
        }
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"frequency": "HOURLY"}, "frequency is 'HOURLY'"), ({"excluded_resource_types": ["ec2"]}, "types such as")],
)
def test_what_config_does_not_know_is_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: build(stack, **changes))

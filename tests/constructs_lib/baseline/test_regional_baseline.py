import pytest
from cdktf_cdktf_provider_aws.provider import AwsProvider

from constructs_lib.baseline.regional_baseline import RegionalBaselineConstruct
from constructs_lib.errors import InvalidValueError
from tests.template import synth


def build(stack, id_="baseline", **changes):
    return RegionalBaselineConstruct(stack, id_, **changes)


def test_every_switch_is_in_its_safe_position_by_default():
    template = synth(build)
    assert template.only("aws_ebs_encryption_by_default")["enabled"] is True
    metadata = template.only("aws_ec2_instance_metadata_defaults")
    assert (metadata["http_tokens"], metadata["http_put_response_hop_limit"]) == ("required", 2)
    assert template.only("aws_ebs_snapshot_block_public_access")["state"] == "block-all-sharing"
    assert template.only("aws_ec2_image_block_public_access")["state"] == "block-new-sharing"
    assert template.only("aws_ec2_serial_console_access")["enabled"] is False
    assert not template.resources("aws_ebs_default_kms_key")


def test_switches_can_be_left_and_a_key_given():
    key = "arn:aws:kms:eu-central-1:333333333333:key/k"
    template = synth(
        lambda stack: build(
            stack,
            encrypt_volumes=False,
            volume_key_arn=key,
            require_imdsv2=False,
            block_public_snapshots=False,
            block_public_images=False,
            serial_console=True,
        )
    )
    assert sorted(template.json["resource"]) == ["aws_ebs_default_kms_key", "aws_ec2_serial_console_access"]
    assert template.only("aws_ebs_default_kms_key")["key_arn"] == key
    assert template.only("aws_ec2_serial_console_access")["enabled"] is True


def test_every_region_has_its_own_provider():
    def regions(stack):
        build(stack, "home")
        build(stack, "ireland", provider=AwsProvider(stack, "aws-ireland", alias="ireland", region="eu-west-1"))

    for found in synth(regions).json["resource"].values():
        assert sorted(resource.get("provider", "") for resource in found.values()) == ["", "aws.ireland"]


def test_a_hop_limit_that_ec2_refuses_is_refused():
    with pytest.raises(InvalidValueError, match="metadata_hop_limit is 0"):
        synth(lambda stack: build(stack, metadata_hop_limit=0))

"""What a partition calls otherwise."""

import pytest

from constructs_lib.network.endpoint_zones import private_name
from constructs_lib.policies.data import load
from constructs_lib.policies.partitions import (
    domain,
    endpoint_service,
    partition_of,
    passed_to,
    principal,
    saml_audience,
    via,
)

pytestmark = pytest.mark.row("C7")


def test_every_region_is_of_its_partition():
    for partition, regions in load("regions")["partitions"].items():
        if not partition.startswith("aws-iso"):  # not supported
            assert {partition_of(region) for region in regions} == {partition}


def test_domains():
    assert domain("us-gov-west-1") == domain("eu-central-1") == "amazonaws.com"
    assert via("s3", "cn-northwest-1") == "s3.cn-northwest-1.amazonaws.com.cn"
    assert private_name("ecr.api", "eusc-de-east-1") == "api.ecr.eusc-de-east-1.amazonaws.eu"


@pytest.mark.parametrize(
    ("service", "region", "expected"),
    [
        ("ecr.api", "eu-central-1", "com.amazonaws.eu-central-1.ecr.api"),
        ("ecr.api", "us-gov-west-1", "com.amazonaws.us-gov-west-1.ecr.api"),
        ("ecr.api", "eusc-de-east-1", "eu.amazonaws.eusc-de-east-1.ecr.api"),
        ("ssm", "eusc-de-east-1", "com.amazonaws.eusc-de-east-1.ssm"),
        ("sts", "cn-north-1", "cn.com.amazonaws.cn-north-1.sts"),
        ("ssm", "cn-north-1", "com.amazonaws.cn-north-1.ssm"),
        ("transcribe", "cn-north-1", "cn.com.amazonaws.cn-north-1.transcribe.cn"),
    ],
)
def test_endpoint_services(service, region, expected):
    assert endpoint_service(service, region) == expected


def test_principals():
    assert principal("logs", "aws-cn") == "logs.amazonaws.com.cn"
    assert principal("logs", "aws-eusc", "eusc-de-east-1") == "logs.eusc-de-east-1.amazonaws.com"
    assert principal("config", "aws-cn") == "config.amazonaws.com"
    assert passed_to(frozenset({"ec2.amazonaws.com"}), "aws-us-gov") == {"ec2.amazonaws.com"}
    assert passed_to(frozenset({"ec2.amazonaws.com"}), "aws-cn") == {"ec2.amazonaws.com", "ec2.amazonaws.com.cn"}


def test_sign_in_pages():
    assert saml_audience("aws-cn") == "https://signin.amazonaws.cn/saml"

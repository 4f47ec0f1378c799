from typing import get_args

import pytest
from cdktf_cdktf_provider_aws.provider import AwsProvider

from config.capabilities.security.model import LakeStorageClass as Written
from config.capabilities.security.model import SecurityLake
from constructs_lib import (
    InvalidValueError,
    LakeSource,
    LakeSourceName,
    LakeStorageClass,
    SecurityLakeAdministratorConstruct,
    SecurityLakeConstruct,
)
from tests.template import synth

pytestmark = pytest.mark.row("C6")
ACCOUNT = "222222222222"
ARGUMENTS = {"account_id": ACCOUNT, "sources": {"VPC_FLOW": LakeSource("2.0")}}


def made(regions=("us-east-1", "eu-central-1"), **changes):
    def build(stack):
        providers = {region: AwsProvider(stack, region, region=region, alias=region) for region in regions}
        SecurityLakeConstruct(stack, "lake", **{**ARGUMENTS, "providers": providers, **changes})

    return synth(build)


def lakes(found):
    """The data lakes by region, each with its address."""
    return {
        body["configuration"][0]["region"]: (f"aws_securitylake_data_lake.{name}", body)
        for name, body in found.resources("aws_securitylake_data_lake").items()
    }


def test_sources_and_storage_classes_are_those_that_check_knows():
    (names, _) = get_args(SecurityLake.model_fields["sources"].annotation)
    assert get_args(names) == get_args(LakeSourceName)
    assert get_args(Written) == get_args(LakeStorageClass)


def test_the_management_account_has_the_role_that_registering_in_organizations_does_not_make():
    found = synth(lambda stack: SecurityLakeAdministratorConstruct(stack, "lake"))
    assert found.only("aws_iam_service_linked_role")["aws_service_name"] == "securitylake.amazonaws.com"


def test_the_tables_are_kept_by_the_role_that_aws_documents():
    found = made()
    role, policy = found.only("aws_iam_role"), found.only("aws_iam_role_policy_attachment")
    assert (role["path"], role["name"]) == ("/service-role/", "AmazonSecurityLakeMetaStoreManagerV2")
    (statement,) = found.policy("aws_iam_role", "assume_role_policy")["Statement"]
    assert (statement["Action"], statement["Principal"]) == ("sts:AssumeRole", {"Service": "lambda.amazonaws.com"})
    assert policy["policy_arn"] == "arn:aws:iam::aws:policy/service-role/AmazonSecurityLakeMetastoreManager"


def test_lakes_are_made_one_after_the_other_each_with_a_key_of_its_region():
    found = made()
    (first, before), (second, after) = lakes(found)["eu-central-1"], lakes(found)["us-east-1"]
    (policy,) = found.resources("aws_iam_role_policy_attachment")
    assert before["depends_on"] == [f"aws_iam_role_policy_attachment.{policy}"]
    assert after["depends_on"] == [first]
    (source,) = found.resources("aws_securitylake_aws_log_source").values()
    assert source["depends_on"] == [second]
    keys = found.resources("aws_kms_key")
    for region, (_, body) in lakes(found).items():
        (encryption,) = body["configuration"][0]["encryption_configuration"]
        name = encryption["kms_key_id"].split(".")[1]
        assert keys[name]["provider"] == body["provider"] == f"aws.{region}"
        assert f"s3.{region}.amazonaws.com" in str(keys[name]["policy"])


def test_sources_are_added_from_the_first_region_for_all():
    found = made(sources={"VPC_FLOW": LakeSource("2.0", ["333333333333"]), "WAF": LakeSource("1.0")})
    bodies = {
        body["source"][0]["source_name"]: body for body in found.resources("aws_securitylake_aws_log_source").values()
    }
    assert bodies["VPC_FLOW"]["source"] == [
        {
            "accounts": ["333333333333"],
            "regions": ["eu-central-1", "us-east-1"],
            "source_name": "VPC_FLOW",
            "source_version": "2.0",
        }
    ]
    assert "accounts" not in bodies["WAF"]["source"][0]
    assert {body["provider"] for body in bodies.values()} == {"aws.us-east-1"}


def test_nothing_is_deleted_or_moved_unless_that_is_said():
    assert {"lifecycle_configuration"} & {
        key for _, body in lakes(made()).values() for key in body["configuration"][0]
    } == set()
    ((_, body),) = lakes(
        made(["us-east-1"], retention_days=365, transitions={"GLACIER": 90, "STANDARD_IA": 30})
    ).values()
    assert body["configuration"][0]["lifecycle_configuration"] == [
        {
            "expiration": [{"days": 365}],
            "transition": [{"days": 30, "storage_class": "STANDARD_IA"}, {"days": 90, "storage_class": "GLACIER"}],
        }
    ]


def test_with_the_key_of_s3_there_is_no_other():
    found = made(own_keys=False)
    assert not found.resources("aws_kms_key")
    assert "S3_MANAGED_KEY" in str(lakes(found))


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"account_id": "2"}, "account_id"),
        ({"regions": []}, "providers"),
        ({"regions": ["nowhere"]}, "providers"),
        ({"sources": {"VPC_FLOW": LakeSource("latest")}}, "version"),
        ({"sources": {"VPC_FLOW": LakeSource("2.0", ["3"])}}, "account_ids"),
        ({"sources": {"VPC_FLOW": LakeSource("2.0", [ACCOUNT, ACCOUNT])}}, "account_ids"),
        ({"retention_days": 0}, "retention_days"),
        ({"transitions": {"GLACIER": 0}}, "transitions"),
    ],
)
def test_what_security_lake_would_refuse_is_refused(changes, name):
    with pytest.raises(InvalidValueError, match=name):
        made(**changes)

"""The bucket, key and table that hold Terraform's state."""

import json

import cdktf
import pytest
from cdktf import TerraformStack

from constructs_lib import InvalidValueError, StateAccessRoleConstruct, StateBackendConstruct
from tests.template import synth

VALUES = {
    "bucket_name": "acme-terraform-state",
    "organization_id": "o-a1b2c3d4e5",
    "account_id": "222222222222",
    "region": "eu-central-1",
}


def build(**changed):
    made = []
    template = synth(lambda stack: made.append(StateBackendConstruct(stack, "state", **{**VALUES, **changed})))
    return template, made[0]


@pytest.fixture(scope="module")
def by_file():
    return build()[0]


@pytest.fixture(scope="module")
def by_both():
    return build(lock="both", lock_table_name="locks", access_log_bucket="acme-access-logs")[0]


@pytest.mark.row("A10", "B1")
def test_lock_files_need_no_table(by_file):
    assert not by_file.resources("aws_dynamodb_table")


@pytest.mark.row("A10")
def test_a_lock_table_recovers_survives_and_is_encrypted(by_both):
    table = by_both.only("aws_dynamodb_table")
    assert table["hash_key"] == "LockID"
    assert table["point_in_time_recovery"] == {"enabled": True}
    assert table["deletion_protection_enabled"] is True
    assert table["server_side_encryption"]["enabled"] is True
    assert "aws_kms_key." in table["server_side_encryption"]["kms_key_arn"]


@pytest.mark.parametrize("type_", ["aws_s3_bucket", "aws_kms_key", "aws_dynamodb_table"])
def test_no_plan_destroys_states_key_or_locks(by_both, type_):
    assert by_both.only(type_)["lifecycle"] == {"prevent_destroy": True}


def test_states_are_versioned_encrypted_and_closed(by_file):
    assert by_file.only("aws_s3_bucket_versioning")["versioning_configuration"] == {"status": "Enabled"}
    assert by_file.only("aws_kms_key")["enable_key_rotation"] is True
    encryption = by_file.only("aws_s3_bucket_server_side_encryption_configuration")["rule"][0]
    assert encryption["apply_server_side_encryption_by_default"]["sse_algorithm"] == "aws:kms"
    access = by_file.only("aws_s3_bucket_public_access_block")
    assert {access[name] for name in access if name != "bucket"} == {True}
    assert by_file.only("aws_s3_bucket_ownership_controls")["rule"] == {"object_ownership": "BucketOwnerEnforced"}
    rule = by_file.only("aws_s3_bucket_lifecycle_configuration")["rule"][0]
    assert rule["noncurrent_version_expiration"] == [{"noncurrent_days": 90}]
    assert "expiration" not in rule


def test_the_bucket_denies_plain_http_and_outsiders(by_file):
    statements = {found["Sid"]: found for found in by_file.policy("aws_s3_bucket_policy", "policy")["Statement"]}
    assert statements["DenyPlainHttp"]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert statements["DenyOutsiders"]["Condition"] == {
        "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    }
    assert {found["Effect"] for found in statements.values()} == {"Deny"}


@pytest.mark.row("E2")
def test_plans_go_to_those_who_apply_them(by_file):
    writer = "arn:aws:iam::222222222222:role/TerraformStateRole"
    template, _ = build(plan_reader_arns=[writer])
    statements = {found["Sid"]: found for found in template.policy("aws_s3_bucket_policy", "policy")["Statement"]}
    assert statements["DenyPlans"]["Resource"] == "arn:aws:s3:::acme-terraform-state/plans/*/*.tfplan"
    assert statements["DenyPlans"]["Condition"] == {"ArnNotLike": {"aws:PrincipalArn": writer}}
    assert "DenyPlans" not in str(by_file.json)


@pytest.mark.row("E2")
def test_plans_do_not_stay(by_file):
    plans = by_file.only("aws_s3_bucket_lifecycle_configuration")["rule"][1]
    assert plans["filter"] == [{"prefix": "plans/"}]
    assert plans["expiration"] == [{"days": 8}]
    assert plans["noncurrent_version_expiration"] == [{"noncurrent_days": 1}]


def test_access_logs_go_where_they_are_sent(by_file, by_both):
    assert not by_file.resources("aws_s3_bucket_logging")
    assert by_both.only("aws_s3_bucket_logging")["target_bucket"] == "acme-access-logs"


@pytest.mark.parametrize(
    ("lock", "table", "files"), [("s3", False, True), ("dynamodb", True, False), ("both", True, True)]
)
def test_the_location_says_how_stacks_are_locked(lock, table, files):
    _, backend = build(lock=lock)
    assert (backend.location.table_arn is not None, backend.location.lock_files) == (table, files)
    assert (backend.table_name is not None) == table
    assert backend.location.key("production") == "stacks/production.tfstate"


def test_the_partition_is_kept():
    template, backend = build(partition="aws-us-gov", region="us-gov-west-1")
    assert backend.location.bucket_arn == "arn:aws-us-gov:s3:::acme-terraform-state"
    assert "arn:aws:" not in str(template.json)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"bucket_name": "Acme_State"}, "bucket_name is 'Acme_State'"),
        ({"lock": "file"}, "one of s3, dynamodb, both"),
        ({"lock_table_name": "x"}, "lock_table_name is 'x'"),
        ({"organization_id": "o-1"}, "organization_id is 'o-1'"),
        ({"account_id": "22222222222"}, "12 digits"),
        ({"key_format": "terraform.tfstate"}, "names the stack once"),
        ({"key_format": "{stack}/{stack}"}, "names the stack once"),
        ({"key_format": "env:/{stack}"}, "neither '/' nor 'env:/'"),
        ({"key_format": "/{stack}"}, "neither '/' nor 'env:/'"),
    ],
)
def test_refusals(changed, said):
    with pytest.raises(InvalidValueError, match=said):
        build(**changed)


def backend(of=None, **changed):
    """What another stack's backend says."""
    found = []

    def make(stack):
        state = StateBackendConstruct(stack, "state", **{**VALUES, **changed})
        other = TerraformStack(stack.node.root, "production")
        state.backend(other, **(of or {}))
        found.append(cdktf.Testing.synth(other))

    synth(make)
    return json.loads(found[0])["terraform"]["backend"]["s3"]


@pytest.mark.row("A10", "A11", "B3")
def test_another_stack_gets_a_backend_that_is_ready():
    assert backend() == {
        "bucket": "acme-terraform-state",
        "key": "stacks/production.tfstate",
        "region": "eu-central-1",
        "use_lockfile": True,
        "assume_role": {
            "role_arn": "arn:aws:iam::222222222222:role/TerraformStateRole",
            "tags": {"TerraformStack": "production"},
        },
    }
    tabled = backend({"name": "shop", "role_name": None}, lock="dynamodb", key_format="{stack}/terraform.tfstate")
    assert tabled == {
        "bucket": "acme-terraform-state",
        "key": "shop/terraform.tfstate",
        "region": "eu-central-1",
        "dynamodb_table": "terraform-locks",
    }


def test_the_role_is_the_one_that_the_construct_makes():
    def make(stack):
        state = StateBackendConstruct(stack, "state", **VALUES)
        trusted = ["arn:aws:iam::222222222222:role/ci"]
        organization_id = VALUES["organization_id"]
        StateAccessRoleConstruct(
            stack, "role", location=state.location, trusted_arns=trusted, organization_id=organization_id
        )

    assert backend()["assume_role"]["role_arn"].endswith("/" + synth(make).only("aws_iam_role")["name"])


def test_a_backend_takes_literal_values_only():
    with pytest.raises(InvalidValueError, match=r"bucket_name is .*; expected a literal value"):
        backend(bucket_name="${aws_s3_bucket.state.bucket}")

"""The role through which Terraform's backend reaches states."""

import json

import pytest
from cdktf_cdktf_provider_aws.iam_role import IamRole

from constructs_lib import InvalidValueError, StateAccessRoleConstruct
from constructs_lib.state.permissions import StateLocation
from tests.template import synth

LOCATION = StateLocation(
    bucket="states", bucket_arn="arn:aws:s3:::states", key_arn="arn:aws:kms:eu-central-1:222222222222:key/1",
    region="eu-central-1", table_arn="arn:aws:dynamodb:eu-central-1:222222222222:table/locks",
)  # fmt: skip
CI = "arn:aws:iam::222222222222:role/ci"
STATE = "arn:aws:s3:::states/stacks/$${aws:PrincipalTag/TerraformStack}.tfstate"


def build(**changed):
    values = {"location": LOCATION, "trusted_arns": [CI], "organization_id": "o-a1b2c3d4e5", **changed}
    return synth(lambda stack: StateAccessRoleConstruct(stack, "role", **values))


def statements(template):
    policy = json.loads(template.only("aws_iam_role_policy")["policy"])
    return {found["Sid"]: found for found in policy["Statement"]}


@pytest.fixture(scope="module")
def writer():
    return build()


@pytest.fixture(scope="module")
def reader():
    return build(read_only=True, stacks=["network", "workloads-*"], name="TerraformStateReadRole")


@pytest.mark.row("B3")
def test_only_the_named_roles_of_the_organization_may_assume_it(writer):
    assert writer.policy("aws_iam_role", "assume_role_policy")["Statement"] == [
        {
            "Effect": "Allow",
            # By a condition: named as principal, it would need no permission of its own, which says for which stacks.
            "Principal": {"AWS": "arn:aws:iam::222222222222:root"},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Condition": {
                "ArnEquals": {"aws:PrincipalArn": CI},
                "ForAllValues:StringEquals": {"aws:TagKeys": "TerraformStack"},
                "Null": {"aws:TagKeys": "false"},
                "StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"},
                "StringLike": {"aws:RequestTag/TerraformStack": "*"},
            },
        }
    ]


@pytest.mark.row("A11", "B3")
def test_a_session_opens_the_one_state_that_it_names(writer):
    found = statements(writer)
    assert found["State"]["Resource"] == STATE
    assert found["State"]["Action"] == ["s3:GetObject", "s3:PutObject"]
    assert found["LockFile"]["Resource"] == f"{STATE}.tflock"
    locked = found["LockItems"]["Condition"]["ForAllValues:StringEquals"]["dynamodb:LeadingKeys"]
    assert locked == [
        "states/stacks/$${aws:PrincipalTag/TerraformStack}.tfstate",
        "states/stacks/$${aws:PrincipalTag/TerraformStack}.tfstate-md5",
    ]


def test_a_state_is_never_deleted(writer):
    may_delete = [found for found in statements(writer).values() if "s3:DeleteObject" in found["Action"]]
    assert [found["Resource"] for found in may_delete] == [f"{STATE}.tflock"]


def test_the_key_is_used_through_s3_and_dynamodb_only(writer):
    assert statements(writer)["Key"]["Condition"] == {
        "StringEquals": {"kms:ViaService": ["dynamodb.eu-central-1.amazonaws.com", "s3.eu-central-1.amazonaws.com"]}
    }


@pytest.mark.row("E2")
def test_who_plans_keeps_a_plan_and_who_deploys_takes_it(reader, writer):
    plans = "arn:aws:s3:::states/plans/$${aws:PrincipalTag/TerraformStack}"
    assert statements(reader)["Plans"]["Action"] == "s3:PutObject"
    assert statements(writer)["Plans"]["Action"] == "s3:GetObject"
    for role in (reader, writer):
        found = statements(role)
        assert found["Plans"]["Resource"] == f"{plans}/*.tfplan"
        assert found["Mark"]["Resource"] == f"{plans}/apply.json"


def test_a_reader_reads(reader):
    actions = {found["Sid"]: found["Action"] for found in statements(reader).values()}
    assert actions == {
        "FindState": "s3:ListBucket",
        "State": "s3:GetObject",
        "LockItems": "dynamodb:GetItem",
        "Plans": "s3:PutObject",
        "Mark": "s3:GetObject",
        "Key": ["kms:Decrypt", "kms:GenerateDataKey"],
    }
    trust = reader.policy("aws_iam_role", "assume_role_policy")["Statement"][0]
    assert trust["Condition"]["StringLike"] == {"aws:RequestTag/TerraformStack": ["network", "workloads-*"]}
    assert reader.only("aws_iam_role")["name"] == "TerraformStateReadRole"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"trusted_arns": []}, "trusted_arns is \\[\\]; expected at least one"),
        ({"stacks": []}, "stacks is \\[\\]; expected at least one"),
        ({"stacks": ["a?b"]}, "stacks is 'a\\?b'"),
        ({"organization_id": "acme"}, "organization_id is 'acme'"),
        ({"name": "two words"}, "name is 'two words'"),
        ({"max_session_duration": 600}, "3600 to 43200 seconds"),
    ],
)
def test_refusals(changed, said):
    with pytest.raises(InvalidValueError, match=said):
        build(**changed)


def test_accounts_and_roles_that_are_known_later_are_named_as_principals():
    def make(stack):
        role = IamRole(stack, "ci", name="ci", assume_role_policy="{}")
        account = "arn:aws:iam::111111111111:root"
        values = {"location": LOCATION, "trusted_arns": [account, role.arn], "organization_id": "o-a1b2c3d4e5"}
        StateAccessRoleConstruct(stack, "role", **values)

    (found,) = (one for one in synth(make).resources("aws_iam_role").values() if one["name"] != "ci")
    (trust,) = json.loads(found["assume_role_policy"])["Statement"]
    assert trust["Principal"] == {"AWS": ["arn:aws:iam::111111111111:root", "${aws_iam_role.ci.arn}"]}

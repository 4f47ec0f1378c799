import pytest
from cdktf_cdktf_provider_aws.iam_role import IamRole

from constructs_lib import AssumeRolePermissionConstruct, CrossAccountAccess, InvalidValueError
from tests.template import synth

CI = "arn:aws:iam::111122223333:role/ci"


def access(account_id, **arguments):
    return CrossAccountAccess(account_id=account_id, **{"trusted_arns": (CI,), **arguments})


def permission(accesses, **arguments):
    return synth(
        lambda stack: AssumeRolePermissionConstruct(stack, "deploy", accesses=accesses, **{"role_arn": CI, **arguments})
    )


@pytest.mark.row("D4", "B4")
def test_permits_exactly_the_declared_roles():
    template = permission([access("555566667777"), access("444455556666")])
    assert template.only("aws_iam_role_policy")["role"] == "ci"
    assert template.policy("aws_iam_role_policy", "policy")["Statement"] == [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Resource": [
                "arn:aws:iam::444455556666:role/TerraformExecutionRole",
                "arn:aws:iam::555566667777:role/TerraformExecutionRole",
            ],
        }
    ]


def test_session_tags_are_permitted_only_where_they_are_trusted():
    statements = permission(
        [access("444455556666", session_tags=True), access("555566667777"), access("666677778888", session_tags=True)]
    ).policy("aws_iam_role_policy", "policy")["Statement"]
    assert [statement["Action"] for statement in statements] == ["sts:AssumeRole", ["sts:AssumeRole", "sts:TagSession"]]
    assert statements[0]["Resource"] == "arn:aws:iam::555566667777:role/TerraformExecutionRole"


def test_a_role_of_the_same_stack_is_made_first():
    def build(stack):
        role = IamRole(stack, "ci", name="ci", assume_role_policy="{}")
        AssumeRolePermissionConstruct(
            stack, "deploy", accesses=[access("444455556666")], role_arn=CI, role_name=role.name
        )

    assert synth(build).only("aws_iam_role_policy")["role"] == "${aws_iam_role.ci.name}"


@pytest.mark.row("D4")
def test_a_role_that_is_not_trusted_gets_no_permission():
    with pytest.raises(
        InvalidValueError, match=r"role/other'; expected an identity that .*TerraformExecutionRole trusts"
    ):
        permission([access("444455556666")], role_arn="arn:aws:iam::111122223333:role/other")


def test_permitting_nothing_is_a_mistake():
    with pytest.raises(InvalidValueError, match="expected at least one"):
        permission([])

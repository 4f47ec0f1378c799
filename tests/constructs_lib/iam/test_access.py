import pytest

from constructs_lib import CrossAccountAccess, InvalidValueError

PARENT = "111122223333"
CHILD = "444455556666"
ROLE = f"arn:aws:iam::{PARENT}:role/ci"


def access(**arguments):
    return CrossAccountAccess(**{"account_id": CHILD, "trusted_accounts": (PARENT,), **arguments})


@pytest.mark.row("A2", "D4")
def test_both_sides_come_from_one_declaration():
    declared = access(external_id="estate", organization_id="o-a1b2c3d4e5")
    assert declared.trust.to_dict()["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{PARENT}:root"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5", "sts:ExternalId": "estate"}},
        }
    ]
    assert declared.permission.to_dict() == {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Resource": f"arn:aws:iam::{CHILD}:role/TerraformExecutionRole",
    }


def test_single_identities_need_no_condition():
    declared = access(trusted_accounts=(), trusted_arns=[ROLE], partition="aws-us-gov", role_name="deploy")
    assert "Condition" not in declared.trust.to_dict()["Statement"][0]
    assert declared.trust.statements[0].principals == {"AWS": (ROLE,)}
    assert declared.role_arn == f"arn:aws-us-gov:iam::{CHILD}:role/deploy"
    assert not declared.unconditional


@pytest.mark.row("D4", "B6")
def test_session_tags_are_allowed_on_both_sides_or_neither():
    for tags, actions in ((False, ("sts:AssumeRole",)), (True, ("sts:AssumeRole", "sts:TagSession"))):
        declared = access(session_tags=tags)
        assert declared.trust.statements[0].actions == declared.permission.actions == actions


def test_admits_who_is_trusted():
    assert access().admits(ROLE)
    assert access(trusted_accounts=(), trusted_arns=(ROLE,)).admits(ROLE)
    assert not access(trusted_accounts=(CHILD,)).admits(ROLE)
    assert not access(trusted_accounts=(), trusted_arns=(f"{ROLE}-2",)).admits(ROLE)


@pytest.mark.parametrize(
    "arguments",
    [
        {"trusted_accounts": ()},
        {"account_id": "4444"},
        {"trusted_accounts": (f"arn:aws:iam::{PARENT}:root",)},
        {"trusted_arns": ("*",)},
        {"trusted_arns": (f"arn:aws:iam::{PARENT}:root",)},
        {"trusted_arns": (f"arn:aws:iam::{PARENT}:role/*",)},
        {"role_name": "deploy role"},
        {"external_id": "a b"},
        {"organization_id": "r-abcd"},
    ],
)
def test_refuses(arguments):
    with pytest.raises(InvalidValueError):
        access(**arguments)

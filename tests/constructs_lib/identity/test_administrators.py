import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.identity.administrators import IdentityAdministratorsConstruct
from tests.template import synth


def build(stack, **changes):
    arguments = {
        "instance_arn": "arn:aws:sso:::instance/ssoins-1",
        "identity_store_id": "d-1",
        "members": {"ada": "u-1"},
        "accounts": {"management": "111111111111"},
    }
    return IdentityAdministratorsConstruct(stack, "administrators", **{**arguments, **changes})


@pytest.mark.row("C13")
def test_terraform_refuses_to_destroy_what_lets_the_administrators_in():
    template = synth(lambda stack: build(stack, partition="aws-us-gov"))
    for type_ in ("aws_ssoadmin_permission_set", "aws_identitystore_group", "aws_ssoadmin_account_assignment"):
        assert template.only(type_)["lifecycle"] == {"prevent_destroy": True}
    policy = template.only("aws_ssoadmin_managed_policy_attachment")["managed_policy_arn"]
    assert policy == "arn:aws-us-gov:iam::aws:policy/AdministratorAccess"


def test_another_directory_can_provide_the_group():
    template = synth(lambda stack: build(stack, members=None, group_id="g-9"))
    assert not template.resources("aws_identitystore_group")
    assert template.only("aws_ssoadmin_account_assignment")["principal_id"] == "g-9"


@pytest.mark.row("C13")
@pytest.mark.parametrize("members", [None, {}])
def test_the_last_administrator_cannot_be_taken_out(members):
    with pytest.raises(InvalidValueError, match="at least one administrator"):
        synth(lambda stack: build(stack, members=members))


def test_members_of_another_directorys_group_are_not_ours():
    with pytest.raises(InvalidValueError, match="a group of another directory"):
        synth(lambda stack: build(stack, group_id="g-9"))

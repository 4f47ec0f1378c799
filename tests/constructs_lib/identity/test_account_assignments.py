import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.identity.account_assignments import AccountAssignmentsConstruct
from constructs_lib.identity.permission_set import PermissionSetConstruct
from tests.template import synth

ACCOUNTS = {"staging": "444444444444", "development": "555555555555"}


def build(stack, **changes):
    permission_set = PermissionSetConstruct(
        stack,
        "set",
        instance_arn="arn:aws:sso:::instance/ssoins-1",
        name="Developer",
        managed_policies={"power": "arn:aws:iam::aws:policy/PowerUserAccess"},
    )
    arguments = {"permission_set": permission_set, "accounts": ACCOUNTS, "groups": {"developers": "g-1"}}
    return AccountAssignmentsConstruct(stack, "assign", **{**arguments, **changes})


@pytest.mark.row("C13")
def test_each_group_and_user_gets_the_permission_set_in_each_account():
    template = synth(lambda stack: build(stack, users={"ada": "u-1"}))
    found = template.resources("aws_ssoadmin_account_assignment").values()
    assert {(one["principal_type"], one["principal_id"], one["target_id"]) for one in found} == {
        ("GROUP", "g-1", "444444444444"),
        ("GROUP", "g-1", "555555555555"),
        ("USER", "u-1", "444444444444"),
        ("USER", "u-1", "555555555555"),
    }
    assert all(one["depends_on"][0].startswith("aws_ssoadmin_managed_policy_attachment.") for one in found)


def test_an_account_more_changes_no_other_address():
    before = synth(lambda stack: build(stack, accounts={"development": "555555555555"})).addresses()
    assert set(before) < set(synth(build).addresses())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"accounts": {}}, "at least one account"),
        ({"groups": {}}, "at least one group or user"),
        ({"groups": {"Developers": "g-1"}}, "groups is 'Developers'"),
        ({"accounts": {"development": "5"}}, "is '5'"),
    ],
)
def test_empty_and_malformed_assignments_are_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: build(stack, **changes))

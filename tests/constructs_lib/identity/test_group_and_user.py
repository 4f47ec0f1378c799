import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.identity.group import IdentityGroupConstruct
from constructs_lib.identity.user import IdentityUserConstruct
from tests.template import synth

ADA = {"user_name": "ada", "given_name": "Ada", "family_name": "Lovelace", "email": "ada@example.com"}


def user(stack, **changes):
    return IdentityUserConstruct(stack, "ada", **{"identity_store_id": "d-1", **ADA, **changes})


def group(stack, **changes):
    return IdentityGroupConstruct(stack, "group", **{"identity_store_id": "d-1", "name": "Developers", **changes})


@pytest.mark.row("C13", "D5")
def test_a_person_is_one_user_and_a_member_of_groups():
    template = synth(lambda stack: group(stack, members={"ada": user(stack).user_id}))
    found = template.only("aws_identitystore_user")
    assert (found["user_name"], found["display_name"]) == ("ada", "Ada Lovelace")
    assert found["emails"] == {"value": "ada@example.com", "primary": True, "type": "work"}
    membership = template.only("aws_identitystore_group_membership")
    assert membership["member_id"].startswith("${aws_identitystore_user.")
    assert membership["group_id"].startswith("${aws_identitystore_group.")


def test_a_group_may_be_empty_and_protected():
    template = synth(lambda stack: group(stack, protected=True))
    assert template.only("aws_identitystore_group")["lifecycle"] == {"prevent_destroy": True}
    assert not template.resources("aws_identitystore_group_membership")


@pytest.mark.parametrize(
    ("make", "changes", "message"),
    [
        (user, {"email": "ada"}, "an e-mail address"),
        (user, {"user_name": ""}, "user_name is ''"),
        (user, {"given_name": ""}, "given_name is ''"),
        (group, {"name": ""}, "name is ''"),
        (group, {"members": {"Ada": "u-1"}}, "members is 'Ada'"),
    ],
)
def test_names_and_addresses_that_are_none_are_refused(make, changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: make(stack, **changes))

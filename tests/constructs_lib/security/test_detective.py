import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.security.detective import DetectiveOrganizationConstruct, Member
from tests.template import synth


def test_new_accounts_are_enrolled_by_themselves():
    template = synth(lambda stack: DetectiveOrganizationConstruct(stack, "detective"))
    assert template.only("aws_detective_organization_configuration")["auto_enable"] is True
    assert not template.resources("aws_detective_member")


@pytest.mark.row("C6")
def test_existing_accounts_are_listed():
    members = {"production": Member("333333333333", "aws+production@example.com")}
    member = synth(lambda stack: DetectiveOrganizationConstruct(stack, "detective", members=members)).only(
        "aws_detective_member"
    )
    assert (member["account_id"], member["disable_email_notification"]) == ("333333333333", True)


def test_malformed_members_are_refused():
    with pytest.raises(InvalidValueError, match="account_id is '3'"):
        synth(
            lambda stack: DetectiveOrganizationConstruct(
                stack, "detective", members={"prod": Member("3", "a@b.example")}
            )
        )

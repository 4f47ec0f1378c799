import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.security.macie import MacieOrganizationConstruct, Member
from tests.template import synth


def test_new_accounts_are_enrolled_by_themselves():
    template = synth(lambda stack: MacieOrganizationConstruct(stack, "macie"))
    assert template.only("aws_macie2_account")["status"] == "ENABLED"
    assert template.only("aws_macie2_organization_configuration")["auto_enable"] is True
    assert not template.resources("aws_macie2_member")


@pytest.mark.row("C6")
def test_existing_accounts_are_listed_and_the_administrator_can_have_it_already():
    members = {"production": Member("333333333333", "aws+production@example.com")}
    template = synth(lambda stack: MacieOrganizationConstruct(stack, "macie", members=members, already_enabled=True))
    assert not template.resources("aws_macie2_account")
    member = template.only("aws_macie2_member")
    assert (member["account_id"], member["email"]) == ("333333333333", "aws+production@example.com")


@pytest.mark.parametrize(
    "members", [{"Prod": Member("333333333333", "a@b.example")}, {"prod": Member("3", "a@b.example")}]
)
def test_malformed_members_are_refused(members):
    with pytest.raises(InvalidValueError, match="members"):
        synth(lambda stack: MacieOrganizationConstruct(stack, "macie", members=members))

import pytest
from cdktf_cdktf_provider_aws.organizations_account import OrganizationsAccount

from constructs_lib import CrossAccountAccess, CrossAccountRoleConstruct, InvalidValueError, PolicyDocument, allow
from tests.template import synth

ACCESS = CrossAccountAccess(account_id="444455556666", trusted_accounts=("111122223333",), external_id="estate")
PERMISSIONS = PolicyDocument.of(allow("s3:*", "arn:aws:s3:::acme-*"))
ADMINISTRATOR = {"administrator": "arn:aws:iam::aws:policy/AdministratorAccess"}


def role(**arguments):
    return synth(
        lambda stack: CrossAccountRoleConstruct(
            stack, "role", **{"access": ACCESS, "permissions": PERMISSIONS, **arguments}
        )
    )


@pytest.mark.row("A2")
def test_by_default_a_role_of_least_privilege_for_an_hour():
    template = role()
    made = template.only("aws_iam_role")
    assert made["name"] == "TerraformExecutionRole"
    assert made["max_session_duration"] == 3600
    assert template.policy("aws_iam_role", "assume_role_policy") == ACCESS.trust.to_dict()
    assert template.policy("aws_iam_role_policy", "policy") == PERMISSIONS.to_dict()
    assert template.addresses() == ["aws_iam_role.role_C7B7E775", "aws_iam_role_policy.role_permissions_7270AE66"]
    assert template.warnings == ()


@pytest.mark.row("A2", "B4")
def test_overrides():
    template = role(
        managed_policies={"read-only": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
        permissions=None,
        permissions_boundary="arn:aws:iam::444455556666:policy/boundary",
        max_session_duration=43200,
        description="Deploys",
        tags={"a": "b"},
    )
    made = template.only("aws_iam_role")
    assert made["permissions_boundary"] == "arn:aws:iam::444455556666:policy/boundary"
    assert (made["max_session_duration"], made["description"], made["tags"]) == (43200, "Deploys", {"a": "b"})
    attachment = template.only("aws_iam_role_policy_attachment")
    assert attachment["policy_arn"] == "arn:aws:iam::aws:policy/ReadOnlyAccess"
    assert template.resources("aws_iam_role_policy") == {}


@pytest.mark.row("A2", "C12")
def test_an_administrator_is_possible_and_warned_about():
    (warning,) = role(managed_policies=ADMINISTRATOR).warnings
    assert "TerraformExecutionRole is an administrator of account 444455556666, and no permissions_boundary" in warning
    (warning,) = role(
        managed_policies=ADMINISTRATOR, permissions_boundary="arn:aws:iam::444455556666:policy/boundary"
    ).warnings
    assert "may do all that its permissions_boundary permits in account 444455556666." in warning


def test_a_whole_account_without_condition_is_warned_about():
    access = CrossAccountAccess(account_id="444455556666", trusted_accounts=("111122223333",))
    (warning,) = role(access=access).warnings
    assert "every identity that 111122223333 permits to may assume it" in warning


@pytest.mark.row("C12")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"max_session_duration": 3599}, "max_session_duration is 3599; expected 3600 to 43200 seconds"),
        ({"max_session_duration": 43201}, "expected 3600 to 43200 seconds"),
        ({"permissions": None}, "permissions is None; expected a policy document, or managed_policies"),
        ({"permissions": PolicyDocument.of(allow("*", "*"))}, "If an administrator is meant, say so"),
        ({"managed_policies": {"admin": "AdministratorAccess"}}, "expected the ARN of a managed policy"),
        ({"description": "d" * 1001}, "expected 0 to 1000 characters"),
    ],
)
def test_refuses(arguments, message):
    with pytest.raises(InvalidValueError, match=message):
        role(**arguments)


def test_a_warning_shows_what_a_token_stands_for():
    def build(stack):
        account = OrganizationsAccount(stack, "shop", name="shop", email="shop@example.com").id
        access = CrossAccountAccess(account_id=account, trusted_arns=("arn:aws:iam::111122223333:role/ci",))
        CrossAccountRoleConstruct(stack, "deploy", access=access, managed_policies=ADMINISTRATOR)

    (warning,) = synth(build).warnings
    assert "is an administrator of account ${aws_organizations_account.shop.id}, and" in warning

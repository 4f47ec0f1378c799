import pytest

from constructs_lib import Account, InvalidValueError, OrganizationalUnit, Policy, PolicyDocument, deny

STAY = PolicyDocument.of(deny("organizations:LeaveOrganization", "*"))


@pytest.mark.row("A6", "D3")
@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("", "aws@example.com"),
        ("n" * 51, "aws@example.com"),
        ("Müller", "aws@example.com"),
        ("Name", "a@b.c"),
        ("Name", f"{'a' * 53}@example.com"),
        ("Name", "aws at example.com"),
        ("Name", "aws@example"),
        ("Name", "aws@example.com\n"),
    ],
)
def test_account_refuses(name, email):
    with pytest.raises(InvalidValueError, match=r"^Account\('a'\)\."):
        Account("a", name, email)


def test_account_accepts_the_limits_and_what_terraform_will_know():
    Account("a", "n" * 50, f"{'a' * 52}@example.com")
    Account("a", "${var.name}", "${var.email}", role_name="${var.role}")


@pytest.mark.parametrize("name", ["", "n" * 129])
def test_unit_refuses(name):
    with pytest.raises(InvalidValueError, match=r"^OrganizationalUnit\('a'\)\.name .* 1 to 128 characters"):
        OrganizationalUnit("a", name)


@pytest.mark.parametrize("make", [lambda slug: OrganizationalUnit(slug, "A"), lambda slug: Policy(slug, STAY)])
def test_slugs_are_slugs(make):
    with pytest.raises(InvalidValueError, match="A slug names the thing for good"):
        make("Log Archive")


@pytest.mark.parametrize("target", ["", "Root", "ou:", "workloads", "tag:environment=production", "root "])
def test_policy_refuses_targets(target):
    with pytest.raises(InvalidValueError, match="Resolve tags and other selectors"):
        Policy("stay", STAY, (target,))


def test_policy_takes_each_target_once():
    with pytest.raises(InvalidValueError, match="expected each target once"):
        Policy("stay", STAY, ("root", "root"))


def test_policy_is_named_by_its_slug_unless_told_otherwise():
    assert (Policy("stay", STAY).name, Policy("stay", STAY, name="Stay").name) == ("stay", "Stay")


@pytest.mark.parametrize(
    "make",
    [
        lambda: OrganizationalUnit("a", "A", existing_id="444455556666"),
        lambda: Account("a", "A", "aws@example.com", existing_id="ou-abcd-11111111"),
    ],
)
def test_existing_ids_are_ids_of_their_kind(make):
    with pytest.raises(InvalidValueError, match=r"existing_id is "):
        make()

import pytest

from constructs_lib.baseline.account_baseline import AccountBaselineConstruct, AlternateContact, PasswordPolicy
from constructs_lib.errors import InvalidValueError
from tests.template import synth

CONTACT = {"name": "Blue Team", "title": "Security", "email": "blue@example.com", "phone": "+49 30 1234567"}


def build(stack, **changes):
    return AccountBaselineConstruct(stack, "baseline", **changes)


def test_buckets_are_private_and_passwords_long_by_default():
    template = synth(build)
    block = template.only("aws_s3_account_public_access_block")
    assert {
        block[name]
        for name in ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    } == {True}
    policy = template.only("aws_iam_account_password_policy")
    assert (policy["minimum_password_length"], policy["password_reuse_prevention"]) == (14, 24)
    assert "max_password_age" not in policy
    assert sorted(template.json["resource"]) == [
        "aws_iam_account_password_policy",
        "aws_s3_account_public_access_block",
    ]


@pytest.mark.row("C1")
def test_alias_and_contacts_are_added_when_given():
    template = synth(
        lambda stack: build(
            stack,
            alias="acme-production",
            contacts={"security": AlternateContact(**CONTACT), "billing": AlternateContact(**CONTACT)},
            password_policy=PasswordPolicy(max_age_days=90),
        )
    )
    assert template.only("aws_iam_account_alias")["account_alias"] == "acme-production"
    kinds = {found["alternate_contact_type"] for found in template.resources("aws_account_alternate_contact").values()}
    assert kinds == {"SECURITY", "BILLING"}
    assert template.only("aws_iam_account_password_policy")["max_password_age"] == 90


def test_every_part_can_be_left_out():
    assert synth(lambda stack: build(stack, block_public_buckets=False, password_policy=None)).addresses() == []


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: synth(lambda stack: build(stack, alias="Acme")), "alias is 'Acme'"),
        (lambda: synth(lambda stack: build(stack, alias="1" * 12)), "no account id"),
        (lambda: synth(lambda stack: build(stack, contacts={"legal": AlternateContact(**CONTACT)})), "contacts is"),
        (lambda: AlternateContact(**{**CONTACT, "email": "blue"}), "an e-mail address"),
        (lambda: AlternateContact(**{**CONTACT, "phone": "call me"}), "a telephone number"),
        (lambda: PasswordPolicy(minimum_length=4), "minimum_length is 4"),
        (lambda: PasswordPolicy(reuse_prevention=25), "reuse_prevention is 25"),
        (lambda: PasswordPolicy(max_age_days=0), "max_age_days is 0"),
    ],
)
def test_what_aws_would_refuse_is_refused(make, message):
    with pytest.raises(InvalidValueError, match=message):
        make()

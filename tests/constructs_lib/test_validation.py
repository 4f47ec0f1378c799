import pytest

from constructs_lib import InvalidValueError, validation

TOKEN = "${TfToken[TOKEN.0]}"
EXPRESSION = "${aws_organizations_account.account-production.id}"


def test_a_refusal_says_what_arrived_what_was_expected_and_how_to_mend_it():
    with pytest.raises(ValueError, match=r"^account_id is '1234'; expected exactly 12 digits, written as a string\.$"):
        validation.require_account_id("account_id", "1234")
    with pytest.raises(
        ValueError, match=r"^slug is 'My Slug'; expected .*\. A slug names the thing for good; give the "
    ):
        validation.require_slug("slug", "My Slug")


def test_a_long_value_is_shown_in_part():
    with pytest.raises(InvalidValueError, match=r"^it is 'x{199}…; expected 2 to 1224 characters, not 2000\.$"):
        validation.require_external_id("it", "x" * 2000)


@pytest.mark.parametrize(
    ("check", "bad"),
    [
        (validation.require_account_id, "11112222333"),
        (validation.require_account_id, "111122223333\n"),
        (validation.require_account_id, "arn:aws:iam::111122223333:root"),
        (validation.require_organization_id, "o-short"),
        (validation.require_organization_id, "o-A1B2C3D4E5"),
        (validation.require_region, "eu-centrl-1"),
        (validation.require_region, "us-esat-1"),
        (validation.require_region, "eu-central-1a"),
        (validation.require_region, "Frankfurt"),
        (validation.require_email, "finance@"),
        (validation.require_topic_arn, "arn:aws:sqs:eu-central-1:111122223333:queue"),
        (validation.require_external_id, "x"),
        (validation.require_external_id, "with blank"),
        (validation.require_role_name, ""),
        (validation.require_role_name, "r" * 65),
        (validation.require_role_name, "deploy/role"),
        (validation.require_role_name, "déployer"),
    ],
)
def test_refuses(check, bad):
    with pytest.raises(InvalidValueError) as refused:
        check("it", bad)
    assert refused.value.arrived == bad


@pytest.mark.parametrize(
    ("check", "good"),
    [
        (validation.require_account_id, "000011112222"),
        (validation.require_organization_id, "o-a1b2c3d4e5"),
        (validation.require_external_id, "estate/2026:ci@example.com"),
        (validation.require_role_name, "TerraformExecutionRole"),
    ],
)
def test_accepts_the_value_and_anything_terraform_will_know(check, good):
    assert [check("it", value) for value in (good, TOKEN, EXPRESSION)] == [good, TOKEN, EXPRESSION]


def test_counts_and_matches_what_terraform_reads():
    assert validation.require_length("it", "$${x}%%{y}", 8, 8) == "$${x}%%{y}"
    assert validation.require_match("it", "$${x}", r"\$\{x\}", expected="that") == "$${x}"
    with pytest.raises(InvalidValueError, match="not 8"):
        validation.require_length("it", "$${x}%%{y}", 9, 10)


@pytest.mark.parametrize("bad", ["", "Production", "9lives", "a--b", "a-", "-a", "a_b", "a" * 41, TOKEN])
def test_slug_refuses(bad):
    with pytest.raises(InvalidValueError, match="slug"):
        validation.require_slug("slug", bad)


def test_session_duration():
    assert validation.require_session_duration("it", 43200) == 43200
    with pytest.raises(InvalidValueError, match="it is 43201; expected 3600 to 43200 seconds"):
        validation.require_session_duration("it", 43201)


@pytest.mark.parametrize("bad", ["10.0.0.1/16", "10.0.0.0/8", "10.0.0.0", "fd00::/16", "10.0.0.0/29"])
def test_network_refuses(bad):
    with pytest.raises(InvalidValueError, match="expected an IPv4 network from /16 to /28"):
        validation.require_network("cidr_block", bad, 16, 28)


def test_an_escaped_expression_and_plain_numbers_are_resolved():
    assert not validation.unresolved("$${aws:username}")
    assert not validation.unresolved(3600)
    assert validation.unresolved(-1.8881545897087503e289)


@pytest.mark.parametrize("region", ["eu-central-1", "us-gov-west-1", "eusc-de-east-1", "eu-central-9", "mx-south-3"])
def test_a_region_that_is_not_known_may_be_new(region):
    assert validation.require_region("region", region) == region

"""A user for CI systems that have no OIDC."""

import pytest

from constructs_lib import CiUserConstruct, InvalidValueError
from tests.template import synth

ROLE = "arn:aws:iam::222222222222:role/TerraformCiDeployRole"


def build(**changed):
    return synth(lambda stack: CiUserConstruct(stack, "user", **{"name": "ci", "role_arns": [ROLE], **changed}))


@pytest.mark.row("B2")
def test_it_may_only_assume_the_ci_role_and_has_no_key():
    template = build()
    assert template.policy("aws_iam_user_policy", "policy")["Statement"] == [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": ROLE}
    ]
    assert not template.resources("aws_iam_access_key")


def test_it_is_warned_about():
    (warning,) = build().warnings
    assert "Use OIDC" in warning


def test_the_key_can_be_bound_to_networks():
    denied = build(source_ranges=["192.0.2.0/24"]).policy("aws_iam_user_policy", "policy")["Statement"][1]
    assert denied["Effect"] == "Deny"
    assert denied["Condition"] == {"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}


def test_refusals():
    with pytest.raises(InvalidValueError, match="name is 'two words'"):
        build(name="two words")

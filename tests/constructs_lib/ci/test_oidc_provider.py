"""An account's trust in a CI system's tokens."""

import pytest

from constructs_lib import InvalidValueError, OidcProviderConstruct
from constructs_lib.ci.oidc_subject import GITHUB
from tests.template import synth


def build(**changed):
    values = {"issuer": GITHUB, "audiences": ["sts.amazonaws.com"], **changed}
    return synth(lambda stack: OidcProviderConstruct(stack, "provider", **values))


@pytest.mark.row("C4")
def test_no_thumbprints_and_no_keys():
    assert build().only("aws_iam_openid_connect_provider") == {
        "url": "https://token.actions.githubusercontent.com",
        "client_id_list": ["sts.amazonaws.com"],
    }


def test_audiences_are_a_set():
    template = build(issuer="gitlab.example.com", audiences=["b", "a", "b"])
    assert template.only("aws_iam_openid_connect_provider")["client_id_list"] == ["a", "b"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"issuer": "https://gitlab.com"}, "without https://"),
        ({"issuer": "gitlab"}, "without https://"),
        ({"audiences": []}, "at least one"),
    ],
)
def test_refusals(changed, said):
    with pytest.raises(InvalidValueError, match=said):
        build(**changed)

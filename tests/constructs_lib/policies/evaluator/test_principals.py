"""Who a principal is, and how directly policies name it.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

import pytest

from constructs_lib.policies.evaluator import Principal, PrincipalKind, Request
from constructs_lib.policies.evaluator.principal import Grant, PrincipalMatcher

ACCOUNT = "111122223333"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
USER = f"arn:aws:iam::{ACCOUNT}:user/team/ann"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/team/deploy"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/run"
FEDERATED = f"arn:aws:sts::{ACCOUNT}:federated-user/ann"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/gitlab.com"


@pytest.mark.parametrize(
    ("name", "kind", "arn", "entity"),
    [
        (ROOT, PrincipalKind.ROOT, ROOT, None),
        (USER, PrincipalKind.USER, USER, None),
        (ROLE, PrincipalKind.ROLE, f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/session", ROLE),
        (SESSION, PrincipalKind.ROLE, SESSION, f"arn:aws:iam::{ACCOUNT}:role/deploy"),
        (FEDERATED, PrincipalKind.FEDERATED_USER, FEDERATED, f"arn:aws:iam::{ACCOUNT}:user/ann"),
        (PROVIDER, PrincipalKind.FEDERATED, PROVIDER, None),
        ("ec2.amazonaws.com", PrincipalKind.SERVICE, "ec2.amazonaws.com", None),
        ("accounts.google.com", PrincipalKind.FEDERATED, "accounts.google.com", None),
    ],
)
def test_names_are_read(name, kind, arn, entity):
    found = Principal.of(name)
    assert (found.kind, found.arn, found.entity) == (kind, arn, entity)


@pytest.mark.parametrize(
    "name", ["", "ann", "arn:aws:iam::1:user/ann", "arn:aws:s3:::bucket", "arn:aws:iam::111122223333:group/x"]
)
def test_other_names_are_refused(name):
    with pytest.raises(ValueError, match="is no principal; expected the ARN of a user"):
        Principal.of(name)


def test_a_session_can_belong_to_a_role_with_a_path():
    assert Principal.of(SESSION, entity=ROLE).context()["aws:principalarn"] == ROLE


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        (Principal.of(USER), {"aws:principalarn": USER, "aws:principaltype": "User", "aws:username": "ann"}),
        (
            Principal.of(ROLE),
            {"aws:principalarn": ROLE, "aws:principaltype": "AssumedRole", "aws:principalaccount": ACCOUNT},
        ),
        (Principal.of(ROOT), {"aws:principalarn": ROOT, "aws:principaltype": "Account"}),
        (
            Principal.of("s3.amazonaws.com"),
            {"aws:principalisawsservice": "true", "aws:principalservicename": "s3.amazonaws.com"},
        ),
        (Principal.of(PROVIDER), {"aws:federatedprovider": PROVIDER}),
        (Principal.anonymous(), {"aws:principaltype": "Anonymous"}),
    ],
)
def test_condition_keys_follow_from_who_it_is(principal, expected):
    context = principal.context()
    assert {key: context[key] for key in expected} == expected
    assert ("aws:principalisawsservice" in context) is (
        principal.kind is PrincipalKind.SERVICE or principal.account is not None
    )


def test_given_keys_win_and_have_no_case():
    keys = Request(
        Principal.of(USER), "s3:GetObject", region="eu-west-1", context={"aws:UserName": "eve", "Aws:TagKeys": ["a"]}
    ).keys
    assert (keys["aws:username"], keys["aws:tagkeys"], keys["aws:requestedregion"]) == ("eve", ("a",), "eu-west-1")


@pytest.mark.parametrize(
    ("resource", "given", "owner"),
    [
        ("arn:aws:sqs:eu-west-1:444455556666:q", None, "444455556666"),
        ("arn:aws:s3:::bucket/a:b", None, ACCOUNT),
        ("arn:aws:s3:::bucket/a:b", "444455556666", "444455556666"),
        ("arn:aws:iam::aws:policy/ReadOnlyAccess", None, ACCOUNT),
        ("*", None, ACCOUNT),
    ],
)
def test_the_owner_of_a_resource(resource, given, owner):
    assert Request(Principal.of(USER), "s3:GetObject", resource, given).owner == owner


def test_service_linked_roles():
    assert Principal.of(
        f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
    ).is_service_linked
    assert not Principal.of(ROLE).is_service_linked


@pytest.mark.parametrize(
    ("element", "principal", "grant"),
    [
        ("*", USER, Grant.CALLER),
        ({"AWS": ("*",)}, "ec2.amazonaws.com", Grant.CALLER),
        ({"AWS": (ACCOUNT,)}, USER, Grant.ACCOUNT),
        ({"AWS": (ROOT,)}, ROLE, Grant.ACCOUNT),
        ({"AWS": (ROOT,)}, ROOT, Grant.CALLER),
        ({"AWS": (USER,)}, USER, Grant.CALLER),
        ({"AWS": (ROLE,)}, ROLE, Grant.ENTITY),
        ({"AWS": (SESSION,)}, SESSION, Grant.CALLER),
        ({"AWS": (f"arn:aws:iam::{ACCOUNT}:user/ann",)}, FEDERATED, Grant.ENTITY),
        ({"AWS": (FEDERATED,)}, FEDERATED, Grant.CALLER),
        ({"AWS": ("arn:aws:iam::111122223333:user/*",)}, USER, Grant.NONE),
        ({"AWS": ("arn:aws-us-gov:iam::111122223333:root",)}, USER, Grant.NONE),
        ({"Service": ("ec2.amazonaws.com",)}, "ec2.amazonaws.com", Grant.CALLER),
        ({"Service": ("ec2.amazonaws.com",)}, USER, Grant.NONE),
        ({"AWS": (ACCOUNT,)}, "ec2.amazonaws.com", Grant.NONE),
        ({"Federated": (PROVIDER,)}, PROVIDER, Grant.CALLER),
        ({"AWS": (ACCOUNT,)}, PROVIDER, Grant.NONE),
    ],
)  # fmt: skip
def test_how_directly_an_element_names_a_principal(element, principal, grant):
    assert PrincipalMatcher.of(element).grant(Principal.of(principal)) is grant


@pytest.mark.parametrize(
    ("listed", "principal", "exempt"),
    [
        ((USER, ROOT), USER, True),
        ((USER,), USER, False),
        ((ROOT,), USER, False),
        ((ACCOUNT,), ROOT, True),
        ((ROLE, ACCOUNT), ROLE, False),
        ((ROLE, f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/session", ACCOUNT), ROLE, True),
    ],
)
def test_not_principal_must_name_every_layer(listed, principal, exempt):
    """Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html"""
    assert PrincipalMatcher.of({"AWS": listed}).exempts(Principal.of(principal)) is exempt

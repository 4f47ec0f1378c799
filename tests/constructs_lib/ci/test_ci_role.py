"""The role that a pipeline has."""

import json

import pytest

from constructs_lib import (
    CiRoleConstruct,
    CrossAccountAccess,
    InvalidValueError,
    OidcProviderConstruct,
    github_subject,
    gitlab_subject,
)
from constructs_lib.ci.oidc_subject import GITHUB
from tests.template import synth

OWN = "arn:aws:iam::222222222222:role/TerraformCiDeployRole"
STATE = "arn:aws:iam::222222222222:role/TerraformStateRole"
MAIN = github_subject("acme", "zone", environment="production", owner_id="1", repository_id="2")


def access(account_id, **changed):
    values = {"trusted_arns": (OWN,), "external_id": "estate", "organization_id": "o-a1b2c3d4e5", **changed}
    return CrossAccountAccess(account_id=account_id, **values)


def build(**changed):
    values = {
        "name": "TerraformCiDeployRole",
        "account_id": "222222222222",
        "organization_id": "o-a1b2c3d4e5",
        "subjects": [MAIN],
        "accesses": [access("333333333333"), access("444444444444")],
        "states": {STATE: ["*"]},
        **changed,
    }

    def stack_of(stack):
        github = OidcProviderConstruct(stack, "github", issuer=GITHUB, audiences=["sts.amazonaws.com"])
        gitlab = OidcProviderConstruct(stack, "gitlab", issuer="gitlab.com", audiences=["https://gitlab.com"])
        CiRoleConstruct(stack, "ci", **{"oidc_providers": [github, gitlab], **values})

    return synth(stack_of)


@pytest.fixture(scope="module")
def template():
    return build()


@pytest.mark.row("C4", "B2")
def test_only_the_named_runs_get_in(template):
    (statement,) = template.policy("aws_iam_role", "assume_role_policy")["Statement"]
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert statement["Principal"]["Federated"].startswith("${aws_iam_openid_connect_provider.github")
    assert statement["Condition"]["StringEquals"][f"{GITHUB}:sub"] == [
        "repo:acme/zone:environment:production",
        "repo:acme@1/zone@2:environment:production",
    ]


@pytest.mark.row("D4", "C12")
def test_it_may_assume_exactly_the_declared_roles(template):
    assert template.policy("aws_iam_policy", "policy")["Statement"] == [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Resource": [
                "arn:aws:iam::333333333333:role/TerraformExecutionRole",
                "arn:aws:iam::444444444444:role/TerraformExecutionRole",
            ],
        }
    ]
    assert template.policy("aws_iam_role_policy", "policy")["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Resource": STATE,
            "Condition": {"Null": {"aws:RequestTag/TerraformStack": "false"}},
        }
    ]


def test_a_thousand_accounts_fit():
    template = build(accesses=[access(f"{number:012}") for number in range(1, 1001)])
    policies = [found["policy"] for found in template.resources("aws_iam_policy").values()]
    assert len(policies) == 10
    assert max(map(len, policies)) <= 6144
    resources = [arn for policy in policies for arn in json.loads(policy)["Statement"][0]["Resource"]]
    assert len(resources) == len(set(resources)) == 1000


def test_more_than_a_role_can_hold_is_refused():
    with pytest.raises(InvalidValueError, match="at most 10"):
        build(accesses=[access(f"{number:012}") for number in range(1, 1200)])


def test_others_need_organization_and_external_id():
    user = "arn:aws:iam::222222222222:user/ci"
    template = build(subjects=[], trusted_arns=[user], external_id="jenkins")
    assert template.policy("aws_iam_role", "assume_role_policy")["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"AWS": user},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5", "sts:ExternalId": "jenkins"}},
        }
    ]


def test_two_systems_can_share_a_role():
    template = build(subjects=[MAIN, gitlab_subject("acme/zone", branch="main")])
    assert len(template.policy("aws_iam_role", "assume_role_policy")["Statement"]) == 2
    assert template.warnings == ()


def test_a_subject_that_cannot_be_guarded_is_warned_about():
    (warning,) = build(subjects=[github_subject("acme", "zone", branch="main")]).warnings
    assert "trusted by its name alone" in warning


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"subjects": []}, "at least one, here or in trusted_arns"),
        ({"oidc_providers": []}, "one of token.actions.githubusercontent.com"),
        ({"accesses": [access("333333333333", trusted_arns=(STATE,))]}, f"roles that trust {OWN}"),
        ({"name": "no spaces"}, "name is 'no spaces'"),
        ({"account_id": "2"}, "12 digits"),
        ({"organization_id": "acme"}, "organization_id is 'acme'"),
        ({"external_id": "x"}, "external_id is 'x'"),
        ({"max_session_duration": 60}, "3600 to 43200 seconds"),
    ],
)
def test_refusals(changed, said):
    with pytest.raises(InvalidValueError, match=said):
        build(**changed)


def opened(template):
    """By state role, the stacks that all policies of the role open, and the policies' names in order."""
    policies = template.resources("aws_iam_role_policy") | template.resources("aws_iam_policy")
    found = {}
    for policy in policies.values():
        for statement in json.loads(policy["policy"])["Statement"]:
            for stack in (
                statement.get("Condition", {}).get("StringEquals", {}).get("aws:RequestTag/TerraformStack", ())
            ):
                found.setdefault(statement["Resource"], []).append(stack)
    return found, [policy["name"] for policy in policies.values()]


@pytest.mark.row("C4")
def test_a_thousand_stacks_states_are_opened_each_once_where_there_is_room():
    stacks = [f"workload-{number:04}" for number in range(1000)]
    found, names = opened(build(states={STATE: stacks, f"{STATE}Reader": ["management", "other"]}))
    assert found == {STATE: stacks, f"{STATE}Reader": ["management", "other"]}
    assert names == ["state", "TerraformCiDeployRole-1", "TerraformCiDeployRole-2"]


@pytest.mark.row("C4")
def test_what_has_room_in_the_role_stays_there():
    stacks = [f"workload-{number:04}" for number in range(600)]
    found, names = opened(build(states={STATE: stacks}))
    assert found == {STATE: stacks}
    assert names == ["state", "TerraformCiDeployRole-1"]


@pytest.mark.row("C4")
def test_more_than_a_role_can_have_is_refused():
    with pytest.raises(
        InvalidValueError, match=r"at most 10, which is what a role can have\. Divide what the role is for"
    ):
        build(states={STATE: [f"workload-{number:05}" for number in range(5000)]})


@pytest.mark.row("C4", "C12")
def test_nine_hundred_accounts_of_one_tier_have_room():
    accounts = [f"{number:012}" for number in range(300_000_000_000, 300_000_000_900)]
    found, _ = opened(
        build(
            accesses=[access(account) for account in accounts],
            states={STATE: [f"workload-{number:04}" for number in range(900)]},
        )
    )
    assert len(found[STATE]) == 900

"""Which pipeline runs are let in."""

import pytest

from constructs_lib import InvalidValueError
from constructs_lib.ci.oidc_subject import GITHUB, OidcSubject, github_subject, gitlab_subject

IDS = {"owner_id": "123456", "repository_id": "456789"}


@pytest.mark.row("C4")
@pytest.mark.parametrize(
    ("which", "context"),
    [
        ({"branch": "main"}, "ref:refs/heads/main"),
        ({"branch": "release/*"}, "ref:refs/heads/release/*"),
        ({"tag": "v1.0"}, "ref:refs/tags/v1.0"),
        ({"environment": "production"}, "environment:production"),
        ({"environment": "production", "branch": "main"}, "environment:production"),
        ({"pull_request": True}, "pull_request"),
    ],
)
def test_github_subjects_in_both_forms(which, context):
    subject = github_subject("acme", "landing-zone", **IDS, **which)
    assert subject.subjects == (f"repo:acme/landing-zone:{context}", f"repo:acme@123456/landing-zone@456789:{context}")
    assert subject.claims["repository_id"] == ("456789",)
    assert subject.claims["repository_owner_id"] == ("123456",)
    assert subject.warning == ""


def test_without_ids_only_the_old_form_is_made_and_says_so():
    subject = github_subject("acme", "landing-zone", branch="main")
    assert subject.subjects == ("repo:acme/landing-zone:ref:refs/heads/main",)
    assert "give owner_id and repository_id" in subject.warning
    assert not subject.claims


def test_an_environment_can_be_bound_to_a_branch():
    assert github_subject("acme", "zone", environment="production", branch="main").claims == {
        "ref": ("refs/heads/main",)
    }


def test_the_trust_requires_audience_subject_and_session_name():
    statement = github_subject("acme", "zone", branch="main", **IDS).statement("arn:aws:iam::1:oidc-provider/x")
    assert statement.to_dict() == {
        "Effect": "Allow",
        "Principal": {"Federated": "arn:aws:iam::1:oidc-provider/x"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {
                f"{GITHUB}:aud": "sts.amazonaws.com",
                f"{GITHUB}:repository_id": "456789",
                f"{GITHUB}:repository_owner_id": "123456",
                f"{GITHUB}:sub": [
                    "repo:acme/zone:ref:refs/heads/main",
                    "repo:acme@123456/zone@456789:ref:refs/heads/main",
                ],
            },
            "StringLike": {"sts:RoleSessionName": "github-*"},
        },
    }


def test_wildcards_are_compared_as_wildcards():
    conditions = gitlab_subject("acme/zone", branch="*").statement("arn").conditions
    assert conditions["StringLike"]["gitlab.com:sub"] == ("project_path:acme/zone:ref_type:branch:ref:*",)
    assert "gitlab.com:sub" not in conditions["StringEquals"]


@pytest.mark.row("C4")
@pytest.mark.parametrize(
    ("which", "subject"),
    [
        ({"branch": "main"}, "project_path:acme/team/zone:ref_type:branch:ref:main"),
        ({"tag": "v*"}, "project_path:acme/team/zone:ref_type:tag:ref:v*"),
        (
            {"branch": "main", "environment": "production"},
            "project_path:acme/team/zone:ref_type:branch:ref:main:environment:production",
        ),
    ],
)
def test_gitlab_subjects(which, subject):
    assert gitlab_subject("acme/team/zone", **which).subjects == (subject,)


def test_gitlab_knows_projects_by_id_and_other_hosts():
    known = gitlab_subject("acme/zone", branch="main", project_id="42", protected=True)
    assert known.claims == {"project_id": ("42",), "ref_protected": ("true",)}
    own = gitlab_subject("acme/zone", branch="main", issuer="gitlab.example.com")
    assert (own.issuer, own.audience) == ("gitlab.example.com", "https://gitlab.example.com")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: github_subject("acme*", "zone", branch="main"), "owner is 'acme\\*'"),
        (lambda: github_subject("acme", "*", branch="main"), "repository is '\\*'"),
        (lambda: github_subject("acme", "acme/zone", branch="main"), "without its owner"),
        (lambda: github_subject("acme", "zone"), "one of branch, tag, environment"),
        (lambda: github_subject("acme", "zone", branch="main", tag="v1"), "one of branch, tag, environment"),
        (lambda: github_subject("acme", "zone", environment="pro*"), "environment is 'pro\\*'"),
        (lambda: github_subject("acme", "zone", environment="production", branch="*"), "branch without wildcards"),
        (lambda: github_subject("acme", "zone", branch="main", owner_id="1"), "both owner_id and repository_id"),
        (lambda: github_subject("acme", "zone", branch="main", owner_id="me", repository_id="1"), "a number"),
        (lambda: gitlab_subject("zone", branch="main"), "path with its groups"),
        (lambda: gitlab_subject("acme/*", branch="main"), "path with its groups"),
        (lambda: gitlab_subject("acme/zone"), "either a branch or a tag"),
        (lambda: gitlab_subject("acme/zone", branch="main", tag="v1"), "either a branch or a tag"),
        (
            lambda: gitlab_subject("acme/zone", branch="main", project_id="1", issuer="gl.example.com"),
            "gitlab.com with",
        ),
        (lambda: OidcSubject("https://gitlab.com", "a", ("s",)), "without https://"),
        (lambda: OidcSubject("gitlab.com", "a", ()), "at least one"),
        (lambda: OidcSubject(GITHUB, "a", ("repo:acme*",)), "acme-evil"),
        (lambda: OidcSubject(GITHUB, "a", ("repo:acme/*",)), "owner and project written out"),
        (lambda: OidcSubject(GITHUB, "a", ("repo:acme/zone*",)), "owner and project written out"),
        (lambda: OidcSubject(GITHUB, "a", ("*",)), "owner and project written out"),
    ],
)
def test_refusals(make, said):
    with pytest.raises(InvalidValueError, match=said):
        make()

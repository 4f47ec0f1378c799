"""Which pipeline runs may assume a role: GitHub Actions and GitLab, told apart by what their tokens say.

Values only, no CDKTF: the same subjects go into trust policies and into tests of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.document import Statement, allow
from constructs_lib.typed import typed

if TYPE_CHECKING:
    from collections.abc import Mapping

GITHUB: Final = "token.actions.githubusercontent.com"
GITHUB_AUDIENCE: Final = "sts.amazonaws.com"
GITLAB: Final = "gitlab.com"

_GITHUB_OWNER: Final = r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}"
_GITHUB_REPOSITORY: Final = r"[\w.-]{1,100}"
_GITLAB_PROJECT: Final = r"[\w.-]+(?:/[\w.-]+)+"
_REF: Final = r"[^\s:?\\^~]{1,250}"
_ENVIRONMENT: Final = r"[^\s:*?]{1,255}"


@typed
@dataclass(frozen=True)
class OidcSubject:
    """Some runs of some pipeline, as the claims of their tokens describe them.

    Made by `github_subject` and `gitlab_subject`; other issuers' subjects can be written out.

    Args:
        issuer: The token's issuer without ``https://``, such as ``gitlab.com``.
        audience: The token's ``aud``.
        subjects: The token's ``sub``: any of these; ``*`` stands for anything.
        claims: Further claims, all of which must have one of their values. STS knows a few claims of a few issuers.
        session_prefix: What the names of the sessions must start with, so that audit trails tell pipelines from people: the
            trust lets no other ``RoleSessionName`` in.
        warning: What cannot be guarded; empty if nothing.
    """

    issuer: str
    audience: str
    subjects: tuple[str, ...]
    claims: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    session_prefix: str = "ci-"
    warning: str = ""

    def __post_init__(self) -> None:
        """Refuse what would let strangers in."""
        if "://" in self.issuer:
            raise InvalidValueError("issuer", self.issuer, expected="the issuer without https://")
        if not self.audience or "*" in self.audience:
            raise InvalidValueError("audience", self.audience, expected="the audience written out")
        if not self.subjects:
            raise InvalidValueError("subjects", (), expected="at least one")
        for subject in self.subjects:
            written, *wild = re.split(r"[*?]", subject, maxsplit=1)
            if wild and not re.match(r"[^:]+:[^/:]+/[^:]+:", written):
                raise InvalidValueError(
                    "subjects",
                    subject,
                    expected="owner and project written out, with wildcards at most in what follows them",
                    cure="'repo:acme*' would also let acme-evil in, and 'repo:acme/*' every repository of acme.",
                )
        object.__setattr__(self, "claims", MappingProxyType({key: tuple(self.claims[key]) for key in self.claims}))

    def statement(self, provider_arn: str) -> Statement:
        """The trust policy's statement that lets these runs in.

        Args:
            provider_arn: The account's OIDC provider for the issuer.
        """
        exact: dict[str, tuple[str, ...]] = {f"{self.issuer}:aud": (self.audience,)}
        exact |= {f"{self.issuer}:{claim}": values for claim, values in self.claims.items()}
        subject = f"{self.issuer}:sub"
        like: dict[str, tuple[str, ...]] = {"sts:RoleSessionName": (f"{self.session_prefix}*",)}
        if any("*" in value for value in self.subjects):
            like[subject] = self.subjects
        else:
            exact[subject] = self.subjects
        return allow(
            "sts:AssumeRoleWithWebIdentity",
            principals={"Federated": provider_arn},
            conditions={"StringEquals": exact, "StringLike": like},
        )


@typed
def github_subject(
    owner: str,
    repository: str,
    *,
    owner_id: str | None = None,
    repository_id: str | None = None,
    branch: str | None = None,
    tag: str | None = None,
    environment: str | None = None,
    pull_request: bool = False,
    issuer: str = GITHUB,
    audience: str = GITHUB_AUDIENCE,
) -> OidcSubject:
    """Runs of GitHub Actions in one repository.

    GitHub writes the subject of repositories created, renamed or transferred since 2026-07-15 with the numeric ids of owner
    and repository, which nobody can take over by taking over a name. Give both ids and either form is accepted, provided
    that the ids are these.

    The name of the session (``role-session-name`` of aws-actions/configure-aws-credentials, ``AWS_ROLE_SESSION_NAME``) must
    begin with ``github-``, such as ``github-${{ github.run_id }}``: under any other name AWS refuses the role.

    Args:
        owner: Organization or user.
        repository: The repository's name, without the owner.
        owner_id: The owner's id (``gh api /users/OWNER --jq .id``).
        repository_id: The repository's id (``gh api /repos/OWNER/REPOSITORY --jq .id``).
        branch: Runs on this branch; ``*`` stands for anything. With `environment`: only this branch may use it.
        tag: Runs on this tag; ``*`` stands for anything.
        environment: Runs of jobs in this environment, behind its approvals.
        pull_request: Runs for pull requests. They run what the request's author wrote: for roles that only read.
        issuer: Another one for GitHub Enterprise, without ``https://``.
        audience: What the workflow asks the token for.

    Raises:
        InvalidValueError: If it is not said which runs, or a name cannot be one.

    Example:
        >>> github_subject("acme", "landing-zone", environment="production").subjects
        ('repo:acme/landing-zone:environment:production',)

    Source: https://docs.github.com/en/actions/reference/security/oidc
    """
    _match("owner", owner, _GITHUB_OWNER, "a GitHub organization or user")
    _match("repository", repository, _GITHUB_REPOSITORY, "a repository's name, without its owner")
    context = _github_context(branch, tag, environment, pull_request=pull_request)
    claims: dict[str, tuple[str, ...]] = {}
    if environment and branch:
        claims["ref"] = (f"refs/heads/{branch}",)
    subjects = [f"repo:{owner}/{repository}:{context}"]
    if (owner_id is None) != (repository_id is None):
        raise InvalidValueError("owner_id", owner_id, expected="both owner_id and repository_id, or neither")
    if owner_id and repository_id:
        for name, value in (("owner_id", owner_id), ("repository_id", repository_id)):
            _match(name, value, "[0-9]+", "a number")
        subjects.append(f"repo:{owner}@{owner_id}/{repository}@{repository_id}:{context}")
        claims |= {"repository_owner_id": (owner_id,), "repository_id": (repository_id,)}
    warning = (
        f"GitHub repository {owner}/{repository} is trusted by its name alone. Repositories created, renamed or transferred "
        "since 2026-07-15 have another subject and are refused, and whoever takes over the name is let in: give owner_id "
        "and repository_id."
    )
    return OidcSubject(
        issuer, audience, tuple(subjects), claims, session_prefix="github-", warning="" if owner_id else warning
    )


@typed
def gitlab_subject(
    project: str,
    *,
    branch: str | None = None,
    tag: str | None = None,
    environment: str | None = None,
    project_id: str | None = None,
    protected: bool = False,
    issuer: str = GITLAB,
    audience: str | None = None,
) -> OidcSubject:
    """Runs of GitLab CI in one project.

    The name of the session (``--role-session-name``, ``AWS_ROLE_SESSION_NAME``) must begin with ``gitlab-``, such as
    ``gitlab-$CI_PIPELINE_ID``: under any other name AWS refuses the role.

    Args:
        project: Path with its groups: ``acme/platform/landing-zone``.
        branch: Runs on this branch; ``*`` stands for anything.
        tag: Runs on this tag; ``*`` stands for anything.
        environment: Runs of jobs in this environment. GitLab puts it into the subject only of projects whose setting
            ``ci_id_token_sub_claim_components`` is project_path, ref_type, ref, environment (in this order).
        project_id: The project's id: the name alone may be taken over. Only gitlab.com's is known to AWS.
        protected: Only protected branches and tags. Only gitlab.com's are known to AWS.
        issuer: The host of another GitLab than gitlab.com.
        audience: What the job's ``id_tokens`` asks for; ``https://`` and the issuer unless told otherwise.

    Raises:
        InvalidValueError: If it is not said which runs, or a name cannot be one.

    Example:
        >>> gitlab_subject("acme/landing-zone", branch="main").subjects
        ('project_path:acme/landing-zone:ref_type:branch:ref:main',)

    Source: https://docs.gitlab.com/ci/cloud_services/aws/
    """
    _match("project", project, _GITLAB_PROJECT, "a project's path with its groups, such as 'acme/landing-zone'")
    if (branch is None) == (tag is None):
        raise InvalidValueError("branch", branch, expected="either a branch or a tag")
    kind, ref = ("branch", branch) if branch is not None else ("tag", tag)
    subject = f"project_path:{project}:ref_type:{kind}:ref:{_match(kind, ref or '', _REF, f'a {kind}')}"
    if environment is not None:
        subject += f":environment:{_match('environment', environment, _ENVIRONMENT, 'an environment')}"
    claims: dict[str, tuple[str, ...]] = {}
    if (project_id or protected) and issuer != GITLAB:
        raise InvalidValueError("issuer", issuer, expected="gitlab.com with project_id or protected")
    if project_id:
        claims["project_id"] = (_match("project_id", project_id, "[0-9]+", "a number"),)
    if protected:
        claims["ref_protected"] = ("true",)
    return OidcSubject(issuer, audience or f"https://{issuer}", (subject,), claims, session_prefix="gitlab-")


def _github_context(branch: str | None, tag: str | None, environment: str | None, *, pull_request: bool) -> str:
    said = [
        name for name, given in (("tag", tag), ("environment", environment), ("pull_request", pull_request)) if given
    ]
    if branch and not environment:
        said.append("branch")
    if len(said) != 1:
        raise InvalidValueError(
            "subject",
            ", ".join(sorted(said)) or None,
            expected="one of branch, tag, environment (with or without a branch) and pull_request",
        )
    if environment:
        if branch:
            _match("branch", branch, r"[^\s:*?\\^~]{1,250}", "a branch without wildcards, together with an environment")
        return f"environment:{_match('environment', environment, _ENVIRONMENT, 'an environment')}"
    if pull_request:
        return "pull_request"
    if tag:
        return f"ref:refs/tags/{_match('tag', tag, _REF, 'a tag')}"
    return f"ref:refs/heads/{_match('branch', branch or '', _REF, 'a branch')}"


def _match(name: str, value: str, pattern: str, expected: str) -> str:
    if not re.fullmatch(pattern, value):
        raise InvalidValueError(name, value, expected=expected)
    return value

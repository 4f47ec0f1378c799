"""Subjects of OIDC tokens, as GitHub, GitLab and others write them: which patterns admit strangers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from constructs_lib.policies.document import is_token
from constructs_lib.policies.findings import Finding, refuse, warn

if TYPE_CHECKING:
    from collections.abc import Iterator

GITHUB = "token.actions.githubusercontent.com"
GITLAB = "gitlab.com"

# repo:OWNER/REPO:… or, since 2026-07-15 for new repositories, repo:OWNER@OWNER_ID/REPO@REPO_ID:…
_GITHUB = re.compile(r"repo:(?P<owner>[^/:*?]+)/(?P<rest>.*)")
_GITLAB = re.compile(r"project_path:(?P<group>[^/:*?]+)/(?P<rest>.*)")
_GITLAB_FULL = re.compile(r"project_path:[^:]+:ref_type:[^:]+:ref:.+|.*\*.*")


def check_subject(provider: str, subject: str) -> Iterator[Finding]:
    """Whether a pattern of subjects stays within one owner.

    Args:
        provider: The provider's host, without https://.
        subject: The value of the condition on ``sub``; ``*`` and ``?`` stand for other text.
    """
    if is_token(subject):
        return
    if not subject.strip("*?"):
        yield refuse(
            "subject-everybody",
            f"The subject {subject!r} is everybody who can log in at {provider}.",
            "Name the owner and the repository or project.",
        )
    elif provider == GITHUB:
        yield from _check_github(subject)
    elif provider == GITLAB or "gitlab" in provider.partition("/")[0]:
        yield from _check_gitlab(subject)


def _check_github(subject: str) -> Iterator[Finding]:
    kind, _, name = subject.partition(":")
    if not kind.strip("*?") or "*" in kind or "?" in kind:
        yield refuse(
            "subject-everybody",
            f"The subject {subject!r} begins with a wildcard, so it also matches other owners.",
            "Write repo:OWNER/REPO:….",
        )
    elif kind != "repo":
        yield warn(
            "subject-custom",
            f"The subject {subject!r} is not in GitHub's standard form.",
            "Write repo:OWNER/REPO:…, unless the repository has a subject template of its own.",
        )
    elif not _GITHUB.fullmatch(subject):
        owner = name.partition("/")[0].rstrip("*?") or "OWNER"
        yield refuse(
            "subject-owner",
            f"The subject {subject!r} has no '/' right after the owner, so {owner}-evil matches too.",
            f"Write repo:{owner}/REPO:….",
        )


def _check_gitlab(subject: str) -> Iterator[Finding]:
    kind, _, name = subject.partition(":")
    if kind != "project_path":
        yield refuse(
            "subject-everybody" if "*" in kind or "?" in kind else "subject-form",
            f"The subject {subject!r} is not in GitLab's form.",
            "Write project_path:GROUP/PROJECT:ref_type:branch:ref:BRANCH.",
        )
    elif not _GITLAB.fullmatch(subject):
        group = name.partition("/")[0].rstrip("*?") or "GROUP"
        yield refuse(
            "subject-owner",
            f"The subject {subject!r} has no '/' right after the group, so {group}-evil matches too.",
            f"Write project_path:{group}/PROJECT:ref_type:branch:ref:BRANCH.",
        )
    elif not _GITLAB_FULL.fullmatch(subject):
        yield refuse(
            "subject-form",
            f"The subject {subject!r} is not in GitLab's form, so it never matches.",
            "Write project_path:GROUP/PROJECT:ref_type:branch:ref:BRANCH.",
        )

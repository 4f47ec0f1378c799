"""The settings of a GitLab project that its pipeline relies on.

Source: https://docs.gitlab.com/api/projects/
        https://docs.gitlab.com/api/protected_environments/
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from estate.pipeline.gitlab.pipeline import PATH
from estate.pipeline.settings import Api, Finding, look, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.model.ci import Gitlab

_NOBODY: Final = 0
_TOKENS: Final = "ci_id_token_sub_claim_components"


def gitlab_findings(api: Api, gitlab: Gitlab, environments: set[str], *, owners: bool) -> Iterator[Finding]:
    """Compare a project's settings.

    Args:
        api: GitLab's.
        gitlab: The project.
        environments: The environments that guard deploys.
        owners: Whether a CODEOWNERS file says who reviews.
    """
    place = f"projects/{quoted(gitlab.project)}"

    def project(found: Any) -> Iterator[Finding]:
        settings = "Settings > CI/CD > General pipelines"
        config = f"{PATH}@{gitlab.project}:{gitlab.branch}"
        # What AWS can tell jobs apart by: each tier's role trusts its own environment only if it is in the subject.
        subject = ["project_path", "ref_type", "ref", *(["environment"] if gitlab.environment_in_subject else [])]
        wanted = (
            ("default_branch", gitlab.branch, "Settings > Repository."),
            # Else a request brings a pipeline of its own, with the role that plans.
            ("ci_config_path", config, f"{settings}: CI/CD configuration file."),
            ("ci_pipeline_variables_minimum_override_role", "no_one_allowed", "Settings > CI/CD > Variables."),
            ("only_allow_merge_if_pipeline_succeeds", True, "Settings > Merge requests."),
            ("ci_push_repository_for_job_token_allowed", False, "Settings > CI/CD > Job token permissions."),
            (_TOKENS, subject, "It is set by the projects API."),
        )
        for key, value, cure in wanted:
            actual = (found or {}).get(key)
            # What GitLab leaves out, this token may not see.
            good = None if found and key == _TOKENS and actual is None else actual == value
            yield Finding(key, good, f"{actual}, expected {value}", cure)

    def branch(found: Any) -> Iterator[Finding]:
        cure = f"Settings > Repository > Protected branches > {gitlab.branch}."
        levels = [level.get("access_level") for level in (found or {}).get("push_access_levels", [])]
        yield Finding(
            "nobody pushes to the branch", bool(levels) and set(levels) == {_NOBODY}, f"{levels or 'all'}", cure
        )
        forced = (found or {}).get("allow_force_push", True)
        yield Finding("nobody rewrites the branch", not forced, "force push is allowed", cure)
        if owners:
            asked = bool((found or {}).get("code_owner_approval_required"))
            yield Finding("code owners approve", asked, "off", f"{cure} It needs GitLab Premium.")

    def environment(name: str, found: Any) -> Iterator[Finding]:
        cure = f"Settings > CI/CD > Protected environments > {name}. It needs GitLab Premium."
        if found is None:
            yield Finding(f"environment {name} is protected", False, "it is not", cure)
            return
        rules = found.get("approval_rules") or []
        count = max([found.get("required_approval_count", 0), *(rule.get("required_approvals", 0) for rule in rules)])
        yield Finding(f"environment {name}: somebody approves", count >= 1, f"{count} approvals", cure)

    yield from look(api, "project", place, project, "Use a token with read_api.")
    path = f"{place}/protected_branches/{quoted(gitlab.branch)}"
    yield from look(api, "protected branch", path, branch, "Look at Settings > Repository.")
    for name in sorted(environments):
        path = f"{place}/protected_environments/{quoted(name)}"
        cure = "Look at Settings > CI/CD > Protected environments."
        yield from look(api, f"environment {name}", path, partial(environment, name), cure)

"""Which runs of pipelines get in: the subjects of their tokens."""

from functools import partial

from config.model.ci import Ci, Github
from constructs_lib.ci.oidc_subject import GITLAB, OidcSubject, github_subject, gitlab_subject


def foundation_subjects(ci: Ci) -> list[OidcSubject]:
    """The runs on the foundation route: the branch, behind the approval of an environment of its own.

    GitLab's tokens do not name the environment, so no role can be kept for one of them.
    """
    return [_github(ci.github, environment=ci.github.foundation_environment)] if ci.github else []


def _github(github: Github, *, environment: str) -> OidcSubject:
    return github_subject(
        github.owner,
        github.repository,
        owner_id=github.owner_id,
        repository_id=github.repository_id,
        environment=environment,
        branch=github.branch,
    )


def pipeline_subjects(ci: Ci) -> tuple[list[OidcSubject], list[OidcSubject]]:
    """The runs that deploy (the branch, behind the environment's approval) and those that plan."""
    deploying, planning = [], []
    if ci.github:
        github = partial(
            github_subject,
            ci.github.owner,
            ci.github.repository,
            owner_id=ci.github.owner_id,
            repository_id=ci.github.repository_id,
        )
        deploying.append(_github(ci.github, environment=ci.github.environment))
        # A request's review runs on `pull_request_target`, so as the branch; what a request brings itself gets no role.
        planning.append(github(branch=ci.github.branch))
    if ci.gitlab:
        known = ci.gitlab.host == GITLAB  # AWS looks at further claims of gitlab.com only
        gitlab = partial(
            gitlab_subject,
            ci.gitlab.project,
            issuer=ci.gitlab.host,
            audience=ci.gitlab.audience,
            project_id=ci.gitlab.project_id if known else None,
        )
        deploying.append(gitlab(branch=ci.gitlab.branch, protected=known))
        planning.append(gitlab(branch="*"))
    return deploying, planning

"""Which runs of pipelines get in: the subjects of their tokens."""

from config.capabilities.tiers import Tier
from config.model.ci import Ci, Github, Gitlab
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


def deploying_subjects(ci: Ci, tier: Tier) -> list[OidcSubject]:
    """The runs that deploy a tier: the branch, behind the approval of the tier's environment.

    GitLab's tokens name the environment only if the project says so; if not, they deploy one tier, the one with the least.
    """
    found = [_github(ci.github, environment=tier.github)] if ci.github else []
    if ci.gitlab and tier.by_gitlab:
        environment = tier.gitlab if ci.gitlab.environment_in_subject else None
        protected = ci.gitlab.host == GITLAB
        found.append(_gitlab(ci.gitlab, branch=ci.gitlab.branch, protected=protected, environment=environment))
    return found


def planning_subjects(ci: Ci) -> list[OidcSubject]:
    """The runs that plan."""
    found = []
    if ci.github:
        # A request's review runs on `pull_request_target`, so as the branch; what a request brings itself gets no role.
        found.append(
            github_subject(
                ci.github.owner,
                ci.github.repository,
                owner_id=ci.github.owner_id,
                repository_id=ci.github.repository_id,
                branch=ci.github.branch,
            )
        )
    if ci.gitlab:
        found.append(_gitlab(ci.gitlab, branch="*"))
    return found


def _gitlab(gitlab: Gitlab, *, branch: str, protected: bool = False, environment: str | None = None) -> OidcSubject:
    return gitlab_subject(
        gitlab.project,
        branch=branch,
        environment=environment,
        protected=protected,
        issuer=gitlab.host,
        audience=gitlab.audience,
        # AWS looks at further claims of gitlab.com only.
        project_id=gitlab.project_id if gitlab.host == GITLAB else None,
    )

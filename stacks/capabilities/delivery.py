"""States and pipelines: what the terraform account is there for."""

from collections.abc import Iterable
from functools import partial

from config.capabilities.delivery import Delivery
from config.capabilities.workloads import stacks_of
from config.model.ci import Ci, Github
from config.model.state import S3State
from constructs_lib.ci.ci_role import CiRoleConstruct
from constructs_lib.ci.ci_user import CiUserConstruct
from constructs_lib.ci.oidc_provider import OidcProviderConstruct
from constructs_lib.ci.oidc_subject import GITLAB, OidcSubject, github_subject, gitlab_subject
from constructs_lib.state.access_role import StateAccessRoleConstruct
from constructs_lib.state.backend import StateBackendConstruct
from stacks.access import (
    account_root,
    deploying_access,
    foundation_access,
    planning_access,
    role_arn,
    state_role_arn,
)
from stacks.backend import READER, WRITER, managed
from stacks.scope import AccountScope


def add(stack: AccountScope, delivery: Delivery) -> None:
    """Add what pipelines deploy with, and the states."""
    deploy, plan = _add_pipelines(stack, delivery.ci) if delivery.ci else (None, None)
    if delivery.state:
        _add_states(stack, delivery.state, deploy.role_arn if deploy else None, plan.role_arn if plan else None)


def _add_pipelines(stack: AccountScope, ci: Ci) -> tuple[CiRoleConstruct, CiRoleConstruct]:
    """Make the role of pipelines that deploy and of those that plan."""
    deploying, planning = pipeline_subjects(ci)
    providers = [
        OidcProviderConstruct(
            stack,
            f"oidc-{issuer.replace('.', '-')}",
            issuer=issuer,
            audiences=sorted({one.audience for one in subjects}),
        )
        for issuer, subjects in _by_issuer([*deploying, *planning]).items()
    ]
    user = _add_user(stack, ci)
    make = partial(
        CiRoleConstruct,
        stack,
        account_id=stack.own_id,
        organization_id=stack.references.organization_id,
        oidc_providers=providers,
        trusted_arns=[user.user_arn] if user else [],
        external_id=ci.user.external_id if ci.user else None,
        max_session_duration=ci.max_session_duration,
    )
    stacks = stacks_of(stack.organization).values()
    with_state = managed(stack.organization)
    deploy = make(
        "ci-deploy",
        name=ci.deploy_role,
        subjects=deploying,
        accesses=[deploying_access(stack.references, account, workload) for account, workload in stacks],
        state_role_arns=[state_role_arn(stack.references, WRITER)] if with_state else [],
    )
    plan = make(
        "ci-plan",
        name=ci.plan_role,
        subjects=planning,
        accesses=[planning_access(stack.references, account, workload) for account, workload in stacks],
        state_role_arns=[state_role_arn(stack.references, READER)] if with_state else [],
    )
    if ci.github:
        make(
            "ci-foundation",
            name=ci.foundation_role,
            subjects=foundation_subjects(ci),
            trusted_arns=[],
            external_id=None,
            accesses=[foundation_access(stack.references)],
        )
    return deploy, plan


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


def _by_issuer(subjects: Iterable[OidcSubject]) -> dict[str, list[OidcSubject]]:
    found: dict[str, list[OidcSubject]] = {}
    for subject in subjects:
        found.setdefault(subject.issuer, []).append(subject)
    return found


def _add_user(stack: AccountScope, ci: Ci) -> CiUserConstruct | None:
    if ci.user is None:
        return None
    roles = [role_arn(stack.references, stack.account, name) for name in (ci.deploy_role, ci.plan_role)]
    return CiUserConstruct(stack, "ci-user", name=ci.user.name, role_arns=roles, source_ranges=ci.user.source_ranges)


def _add_states(stack: AccountScope, state: S3State, deployer: str | None, planner: str | None) -> None:
    """Make bucket, key, locks, and the roles to reach them: pipelines', and the management account's for the start."""
    organization_id = stack.references.organization_id
    backend = StateBackendConstruct(
        stack,
        "state",
        bucket_name=state.bucket,
        organization_id=organization_id,
        account_id=stack.own_id,
        region=state.region,
        lock=state.lock,
        lock_table_name=state.dynamodb_table or "terraform-locks",
        plan_reader_arns=[state_role_arn(stack.references, WRITER)],
        partition=stack.organization.partition,
        provider=stack.provider(state.region),
    )
    management = account_root(stack.references, stack.organization.management)
    for id_, name, pipeline in (("state-role", WRITER, deployer), ("state-read-role", READER, planner)):
        StateAccessRoleConstruct(
            stack,
            id_,
            name=name,
            location=backend.location,
            trusted_arns=[management, *([pipeline] if pipeline else [])],
            organization_id=organization_id,
            read_only=name == READER,
        )

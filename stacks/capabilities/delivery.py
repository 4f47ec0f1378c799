"""States and pipelines: what the terraform account is there for."""

from collections.abc import Iterable
from functools import partial

from config.capabilities.delivery import Delivery
from config.capabilities.workloads import stacks_of
from config.model.ci import Ci
from config.model.state import S3State
from constructs_lib.ci.ci_role import CiRoleConstruct
from constructs_lib.ci.ci_user import CiUserConstruct
from constructs_lib.ci.oidc_provider import OidcProviderConstruct
from constructs_lib.ci.oidc_subject import OidcSubject
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
from stacks.subjects import foundation_subjects, pipeline_subjects


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

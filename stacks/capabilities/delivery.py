"""States and pipelines: what the terraform account is there for."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Final

from config.capabilities.delivery import Delivery
from config.capabilities.logging import archive_account, rehearsal_days
from config.capabilities.tiers import Tier, tier_of, tiers
from config.capabilities.workloads import stacks_of
from config.model.ci import Ci, CiUser
from config.model.state import S3State, access_log_name
from constructs_lib.ci.ci_role import CiRoleConstruct
from constructs_lib.ci.ci_user import CiUserConstruct
from constructs_lib.ci.oidc_provider import OidcProviderConstruct
from constructs_lib.ci.oidc_subject import OidcSubject
from constructs_lib.iam.access import CrossAccountAccess
from constructs_lib.logging.secure_bucket import SecureBucketConstruct, access_logs_arrive
from constructs_lib.policies.document import deny
from constructs_lib.state.access_role import StateAccessRoleConstruct
from constructs_lib.state.backend import StateBackendConstruct
from stacks.access import (
    account_root,
    deploying_access,
    foundation_access,
    planning_access,
    role_arn,
    state_role_arn,
    trail_access,
)
from stacks.backend import READER, WRITER, managed
from stacks.scope import AccountScope
from stacks.subjects import deploying_subjects, foundation_subjects, planning_subjects

_ACCESS_LOG_DAYS: Final = 400  # a year and a month, so that a yearly review sees all of it


def add(stack: AccountScope, delivery: Delivery) -> None:
    """Add what pipelines deploy with, and the states."""
    if delivery.ci:
        _add_pipelines(stack, delivery.ci)
    if delivery.state:
        _add_states(stack, delivery.state, delivery.ci)


def _add_pipelines(stack: AccountScope, ci: Ci) -> None:
    """Make the roles of pipelines that deploy, each tier's by itself, and of those that plan.

    The tier `workloads` has the role that there was before tiers: whatever still uses it has the least.
    """
    every = _by_pipelines(ci)
    deploying, planning = {tier: deploying_subjects(ci, tier) for tier in every}, planning_subjects(ci)
    providers = [
        OidcProviderConstruct(
            stack,
            f"oidc-{issuer.replace('.', '-')}",
            issuer=issuer,
            audiences=sorted({one.audience for one in subjects}),
        )
        for issuer, subjects in _by_issuer([*(one for its in deploying.values() for one in its), *planning]).items()
    ]
    users = {tier: _add_user(stack, ci.user, f"ci-user-{tier.name}", tier.user, tier.role) for tier in every if ci.user}
    planner = _add_user(stack, ci.user, "ci-user", ci.user.name, ci.plan_role) if ci.user else None
    make = partial(
        CiRoleConstruct,
        stack,
        account_id=stack.own_id,
        organization_id=stack.references.organization_id,
        oidc_providers=providers,
        max_session_duration=ci.max_session_duration,
    )
    external_id = ci.user.external_id if ci.user else None
    for tier in every:
        make(
            tier.construct,
            name=tier.role,
            subjects=deploying[tier],
            trusted_arns=[users[tier].user_arn] if users else [],
            external_id=external_id,
            accesses=[
                deploying_access(stack.references, *of_stack)
                for of_stack in stacks_of(stack.organization).values()
                if tier_of(stack.organization, of_stack[0]) == tier
            ],
            states=_states_of(stack, tier),
        )
    make(
        "ci-plan",
        name=ci.plan_role,
        subjects=planning,
        trusted_arns=[planner.user_arn] if planner else [],
        external_id=external_id,
        accesses=[
            *(planning_access(stack.references, *of_stack) for of_stack in stacks_of(stack.organization).values()),
            *_trail_reader(stack),
        ],
        states={state_role_arn(stack.references, READER): ("*",)} if managed(stack.organization) else {},
    )
    if ci.github:
        make(
            "ci-foundation",
            name=ci.foundation_role,
            subjects=foundation_subjects(ci),
            accesses=[foundation_access(stack.references)],
        )


def _trail_reader(stack: AccountScope) -> Iterator[CrossAccountAccess]:
    """The role that queries the trail, where reviews of requests rehearse on it."""
    keeper = archive_account(stack.organization)
    if keeper is not None and rehearsal_days(stack.organization):
        yield trail_access(stack.references, keeper)


def _by_pipelines(ci: Ci) -> tuple[Tier, ...]:
    """The tiers that pipelines deploy; a person does the others."""
    return tuple(tier for tier in tiers(ci) if ci.user or deploying_subjects(ci, tier))


def _states_of(stack: AccountScope, tier: Tier) -> Mapping[str, Iterable[str]]:
    """What a tier's pipelines open of states: their own stacks'; and the organization's, to read, for ids that are not locked."""
    organization = stack.organization
    own = sorted(
        name for name, (account, _) in stacks_of(organization).items() if tier_of(organization, account) == tier
    )
    if not managed(organization) or not own:
        return {}
    return {
        state_role_arn(stack.references, WRITER): own,
        state_role_arn(stack.references, READER): (organization.management.slug,),
    }


def _by_issuer(subjects: Iterable[OidcSubject]) -> dict[str, list[OidcSubject]]:
    found: dict[str, list[OidcSubject]] = {}
    for subject in subjects:
        found.setdefault(subject.issuer, []).append(subject)
    return found


def _add_user(stack: AccountScope, user: CiUser, id_: str, name: str, role: str) -> CiUserConstruct:
    """Make a user with one role to assume."""
    return CiUserConstruct(
        stack,
        id_,
        name=name,
        role_arns=[role_arn(stack.references, stack.account, role)],
        source_ranges=user.source_ranges,
    )


def _add_states(stack: AccountScope, state: S3State, ci: Ci | None) -> None:
    """Make bucket, key, locks, and the roles to reach them: pipelines', and the management account's for the start."""
    organization_id, partition = stack.references.organization_id, stack.organization.partition
    backend = StateBackendConstruct(
        stack,
        "state",
        bucket_name=state.bucket,
        organization_id=organization_id,
        account_id=stack.own_id,
        region=state.region,
        lock=state.lock,
        lock_table_name=state.dynamodb_table or "terraform-locks",
        access_log_bucket=_access_logs(stack, state) if state.access_logs else None,
        plan_reader_arns=[state_role_arn(stack.references, WRITER)],
        partition=partition,
        provider=stack.provider(state.region),
    )
    management = account_root(stack.references, stack.organization.management)
    # By name, so that the roles' own policies say which stacks' states they open: within an account, trust alone would do.
    deploy = [state_role_arn(stack.references, tier.role) for tier in (_by_pipelines(ci) if ci else ())]
    plan = [state_role_arn(stack.references, ci.plan_role)] if ci else []
    for id_, name, callers in (("state-role", WRITER, deploy), ("state-read-role", READER, [*plan, *deploy])):
        StateAccessRoleConstruct(
            stack,
            id_,
            name=name,
            location=backend.location,
            trusted_arns=[management, *callers],
            organization_id=organization_id,
            read_only=name == READER,
        )


def _access_logs(stack: AccountScope, state: S3State) -> str:
    """Make the bucket that receives the access logs of the states, which nobody deletes before their time."""
    start, name = f"arn:{stack.organization.partition}:s3:::", access_log_name(state.bucket)
    bucket = SecureBucketConstruct(
        stack,
        "state-access",
        bucket_name=name,
        statements=[
            access_logs_arrive(f"{start}{name}", [f"{start}{state.bucket}"], stack.own_id),
            deny(("s3:DeleteObject", "s3:DeleteObjectVersion"), f"{start}{name}/*", principals="*", sid="DenyDeletion"),
        ],
        expire_after_days=_ACCESS_LOG_DAYS,
        protected=True,
        partition=stack.organization.partition,
        provider=stack.provider(state.region),
    )
    return bucket.bucket_name

"""What nobody should reach who need not: guardrails, deployment rights, states, the trail and its archive, keys, people's access."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from config.capabilities.identity_center import IDENTITY_CENTER
from config.capabilities.tiers import tier_of, tiers
from config.controls.needs import SETUP_ROLE, STATE_ROLES
from config.model.state import S3State
from config.nodes import Account, Organization
from constructs_lib.policies.evaluator.patterns import account_in
from stacks.reach.world import World
from stacks.subjects import deploying_subjects, foundation_subjects, planning_subjects

_ORGANIZATION: Final = (
    "organizations:MoveAccount",
    "organizations:CloseAccount",
    "organizations:RemoveAccountFromOrganization",
)
_GUARDRAILS: Final = ("organizations:DetachPolicy", "organizations:UpdatePolicy", "organizations:DisablePolicyType")
_TRAIL: Final = ("cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "cloudtrail:UpdateTrail")
_ARCHIVE: Final = ("s3:PutLifecycleConfiguration", "s3:DeleteBucketPolicy", "s3:PutBucketPolicy")
_KEYS: Final = ("kms:ScheduleKeyDeletion", "kms:PutKeyPolicy")
_ROLES: Final = ("iam:UpdateAssumeRolePolicy", "iam:DeleteRole")
_CORE: Final = ("management", "security", "log-archive", "terraform")
_WRITER, _READER = STATE_ROLES


@dataclass(frozen=True)
class Jewel:
    """One of them, and one call that harms it.

    Args:
        kind: What it is called in the configuration.
        account: The account that it is in.
        action: The call.
        resource: On what; None for something of the kind.
        rightful: Patterns of the names of those who reach it rightly.
    """

    kind: str
    account: Account
    action: str
    resource: str | None
    rightful: frozenset[str]


class Rightful:
    """Who the configuration makes for what.

    Args:
        organization: The organization.
    """

    def __init__(self, organization: Organization) -> None:
        self._organization = organization
        management = organization.management.slug
        home = next(iter(organization.with_purpose("terraform")), organization.management)
        terraform = home.slug
        ci, center = organization.ci, IDENTITY_CENTER.of(organization)
        administrators: set[str] = set()
        if center is not None and (entry := center.administrators) is not None:
            administrators = {f"group:{entry.external_group or entry.name}", f"permission-set:*/{entry.name}"}
        # Whoever repairs the account in which pipelines' roles are can change who gets them.
        self.repairing = frozenset((*administrators, *self._repairing(home), *self._repairing(organization.management)))
        self.deploying: dict[str, frozenset[str]] = {}
        self.planning = frozenset[str]()
        if ci is None:
            return
        user = (f"user:{terraform}/{ci.user.name}",) if ci.user else ()
        self.repairing |= {
            f"role:{terraform}/{ci.foundation_role}",
            f"role:{management}/{ci.management_foundation_role}",
            *_pipelines(foundation_subjects(ci)),
        }
        for tier in tiers(ci):
            own = (f"user:{terraform}/{tier.user}",) if ci.user else ()
            runs = _pipelines(deploying_subjects(ci, tier))
            self.deploying[tier.name] = frozenset((f"role:{terraform}/{tier.role}", *own, *runs))
        runs = _pipelines(planning_subjects(ci))
        self.planning = frozenset((f"role:{terraform}/{ci.plan_role}", f"role:*/{ci.account_plan_role}", *user, *runs))

    def to_repair(self, account: Account) -> frozenset[str]:
        """Those who repair an account: its root user, the break-glass roles and who enters by them, administrators."""
        return self.repairing | set(self._repairing(account))

    def _repairing(self, account: Account) -> Iterator[str]:
        roles = {SETUP_ROLE, account.entry_role, self._organization.break_glass_role}
        yield f"root:{account.slug}"
        yield from (f"role:{account.slug}/{name}" for name in sorted(roles))

    def to_deploy(self, account: Account) -> frozenset[str]:
        """Those who deploy an account's stack, beside those who repair it."""
        role = f"role:{account.slug}/{self._organization.execution_role.name}"
        ci = self._organization.ci
        tier = self.deploying[tier_of(self._organization, account).name] if ci else frozenset()
        return self.to_repair(account) | tier | {role}

    def to_reach_states(self, account: Account, *, write: bool) -> frozenset[str]:
        """Those who reach states, beside those who deploy the stack that holds them: each tier, its own."""
        found = self.to_deploy(account).union(*self.deploying.values()) | {
            f"role:{account.slug}/{_WRITER}",
            f"role:*/{self._organization.execution_role.name}",
        }
        return found if write else found | {f"role:{account.slug}/{_READER}"} | self.planning


def _pipelines(subjects: Collection[Any]) -> Iterator[str]:
    return (f"pipeline:{name}" for subject in subjects for name in subject.subjects)


def jewels(world: World) -> Iterator[Jewel]:
    """The jewels of an organization, as far as its stacks make them; those of its own come last."""
    organization = world.chains.organization
    rightful = Rightful(organization)
    seen = {account.slug for account in world.accounts.values()}
    for found in (_of_organization, _of_roles, _of_trail, _of_states, _of_keys):
        for jewel in found(world, rightful):
            if jewel.account.slug not in seen:
                continue
            entry = organization.jewels.get(jewel.kind)
            yield Jewel(
                jewel.kind,
                jewel.account,
                jewel.action,
                jewel.resource,
                jewel.rightful | frozenset(entry.principals if entry else ()),
            )
    for key, entry in organization.jewels.items():
        if entry.account in seen:
            account = organization.accounts[entry.account]
            for action in entry.actions:
                for resource in entry.resources or (None,):
                    yield Jewel(key, account, action, resource, frozenset(entry.principals) | {f"root:{account.slug}"})


def _of_organization(world: World, rightful: Rightful) -> Iterator[Jewel]:
    management = world.chains.organization.management
    deploying = rightful.to_deploy(management)
    for action in _ORGANIZATION:
        yield Jewel("organization", management, action, None, deploying)
    for action in _GUARDRAILS:
        yield Jewel("guardrails", management, action, None, deploying)
    for account in dict.fromkeys(account for account, _ in world.blocks["aws_ssoadmin_account_assignment"]):
        yield Jewel("people", account, "sso:CreateAccountAssignment", None, rightful.to_deploy(account))


def _of_roles(world: World, rightful: Rightful) -> Iterator[Jewel]:
    """The roles that deploy, those that reach states, and those by which accounts are repaired."""
    organization = world.chains.organization
    ci = organization.ci
    deploying = {organization.execution_role.name, _WRITER, _READER}
    if ci is not None:
        deploying |= {
            ci.deploy_role,
            ci.plan_role,
            ci.foundation_role,
            ci.management_foundation_role,
            ci.account_plan_role,
        }
    repairing = {SETUP_ROLE, organization.break_glass_role}
    for role in list(world.identities.values()):
        name = (role.arn or "").rpartition("/")[2]
        if role.kind != "role" or role.account is None:
            continue
        beside = (f"{organization.execution_role.name}-", *([f"{ci.deploy_role}-"] if ci else []))
        if name in deploying or name.startswith(beside):
            kind = "deployment-rights"
        elif name in repairing or name == role.account.entry_role:
            kind = "break-glass"
        else:
            continue
        for action in _ROLES:
            yield Jewel(kind, role.account, action, role.arn, rightful.to_repair(role.account))


def _of_trail(world: World, rightful: Rightful) -> Iterator[Jewel]:
    for account, block in world.blocks["aws_cloudtrail"]:
        trail = f"{_arn(world, account, 'cloudtrail')}:trail/{block.get('name')}"
        for action in _TRAIL:
            yield Jewel("audit-trail", account, action, trail, rightful.to_deploy(account))
        bucket = block.get("s3_bucket_name")
        if isinstance(bucket, str) and "${" not in bucket:
            arn = f"arn:{world.chains.organization.partition}:s3:::{bucket}"
            keeper = world.chains.account_with_id(world.owner_of(arn)) or account
            for action in _ARCHIVE:
                yield Jewel("log-archive", keeper, action, arn, rightful.to_deploy(keeper))
            yield Jewel(
                "log-archive", keeper, "s3:DeleteObjectVersion", f"{arn}/AWSLogs/any-name", rightful.to_deploy(keeper)
            )


def _of_states(world: World, rightful: Rightful) -> Iterator[Jewel]:
    organization = world.chains.organization
    if not isinstance(organization.state, S3State):
        return
    state = (
        f"arn:{organization.partition}:s3:::{organization.state.bucket}/stacks/{organization.management.slug}.tfstate"
    )
    owner = world.chains.account_with_id(world.owner_of(state))
    if owner is not None:  # else the bucket is somebody else's to look after
        for action in ("s3:GetObject", "s3:PutObject"):
            yield Jewel("states", owner, action, state, rightful.to_reach_states(owner, write=action == "s3:PutObject"))


def _of_keys(world: World, rightful: Rightful) -> Iterator[Jewel]:
    """The keys of the accounts that hold the other jewels; those of workloads are their teams'."""
    organization = world.chains.organization
    for arn in world.resources:
        owner = world.chains.account_with_id(account_in(arn)) if ":kms:" in arn else None
        if owner is None or owner.purpose not in _CORE:
            continue
        workloads = f"role:{owner.slug}/{organization.execution_role.name}-*"
        for action in _KEYS:
            yield Jewel("keys", owner, action, arn, rightful.to_deploy(owner) | {workloads})


def _arn(world: World, account: Account, service: str) -> str:
    partition = world.chains.organization.partition
    return f"arn:{partition}:{service}:{account.region}:{world.chains.account_id(account)}"

"""What must stay possible, whatever the guardrails say: deploying, reaching states, repairing, taking accounts back."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from config.capabilities.tiers import tier_of, tiers
from config.controls.calls import context, endpoint_region, principal, resources
from config.controls.chains import Chains
from config.model.ci import Ci
from config.model.policy import LockoutCase
from config.model.state import S3State
from config.nodes import Account
from constructs_lib.ci.permissions import Permissions
from constructs_lib.errors import InvalidValueError
from constructs_lib.policies import names
from constructs_lib.policies.evaluator import Principal, Request

TypesOf = Callable[[Account], frozenset[str]]
"""The resource types that an account's stack makes."""

SETUP_ROLE: Final = "OrganizationAccountAccessRole"
"""The role that AWS makes with an account; the management account may assume it."""
STATE_ROLES: Final = ("TerraformStateRole", "TerraformStateReadRole")
"""The roles through which states are written and read, where the terraform account's stack makes them."""
_GITHUB: Final = "token.actions.githubusercontent.com"
_REPAIRS: Final = (
    "iam:AttachRolePolicy",
    "iam:CreatePolicyVersion",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutRolePolicy",
    "iam:SetDefaultPolicyVersion",
    "iam:UpdateAssumeRolePolicy",
    "kms:PutKeyPolicy",
    "s3:DeleteBucketPolicy",
    "s3:PutBucketPolicy",
    "sqs:SetQueueAttributes",
)
_USES: Final = ("ec2:DescribeInstances", "iam:GetAccountSummary", "kms:Decrypt", "s3:GetObject", "sqs:SendMessage")
"""What anybody may do where an account is not shut, and a service not closed: one call of each service."""


@dataclass(frozen=True)
class Need:
    """One request that must pass.

    Args:
        case: The way of being locked out if it does not.
        role: The name of whoever makes it.
        account: The account that is locked out.
        request: The request.
        home: The account whose SCPs restrict it; None for principals that no SCP restricts.
        owner: The account whose RCPs restrict it.
    """

    case: LockoutCase
    role: str
    account: Account
    request: Request
    home: Account | None
    owner: Account | None


@dataclass(frozen=True)
class Needs:
    """Everything that must stay possible in an organization.

    Args:
        chains: The organization.
        types_of: The resource types that an account's stack makes.
    """

    chains: Chains
    types_of: TypesOf

    def deploy(self, account: Account) -> Iterator[Need]:
        """The execution role deploys its account's stack; the first time, when there is none, the role of the set-up does."""
        own = self.chains.organization.execution_role.name
        iam = f"arn:{self.chains.organization.partition}:iam::{self.chains.account_id(account)}"
        for role in dict.fromkeys((own, SETUP_ROLE)):
            caller = principal(self.chains, account, role)
            for action in sorted(actions_of(self.types_of(account))):
                keys = self._tags(account, action)
                if role != own:  # AWS makes the role, and tags nothing
                    keys = {key: value for key, value in keys.items() if not key.startswith("aws:PrincipalTag/")}
                for resource in self._resources(account, action, f"{iam}:role/{own}"):
                    yield self._need("deploy", role, account, caller, action, resource, keys=keys)

    def assume(self, account: Account) -> Iterator[Need]:
        """Whoever deploys (pipelines, else the management account) assumes the execution role."""
        organization = self.chains.organization
        if organization.ci is None:
            yield self._assume(account, organization.management, SETUP_ROLE, organization.execution_role.name)
            return
        for terraform in organization.with_purpose("terraform"):
            yield self._assume(
                account, terraform, tier_of(organization, account).role, organization.execution_role.name
            )
            yield self._assume(account, terraform, organization.ci.plan_role, organization.ci.account_plan_role)
        if account.purpose == "terraform":
            yield from self._pipelines(account, organization.ci)

    def _pipelines(self, account: Account, ci: Ci) -> Iterator[Need]:
        """Pipelines become the CI roles: by their identity provider, or as a user."""
        iam = f"arn:{self.chains.organization.partition}:iam::{self.chains.account_id(account)}"
        callers = []
        if ci.github:
            callers.append(("sts:AssumeRoleWithWebIdentity", f"{iam}:oidc-provider/{_GITHUB}", "GitHub"))
        if ci.gitlab:
            callers.append(("sts:AssumeRoleWithWebIdentity", f"{iam}:oidc-provider/{ci.gitlab.host}", "GitLab"))
        deploying = [tier.role for tier in tiers(ci)]
        for action, arn, name in callers:
            caller = principal(self.chains, account, arn)
            for role in (*deploying, ci.plan_role):
                yield self._need("assume", name, account, caller, action, f"{iam}:role/{role}")
        users = [(ci.user.name, ci.plan_role), *((tier.user, tier.role) for tier in tiers(ci))] if ci.user else []
        for user, role in users:
            caller = principal(self.chains, account, f"{iam}:user/{user}")
            yield self._need("assume", user, account, caller, "sts:AssumeRole", f"{iam}:role/{role}")

    def state(self, account: Account) -> Iterator[Need]:
        """States are reached, in the account that keeps them."""
        organization, state = self.chains.organization, self.chains.organization.state
        if not isinstance(state, S3State) or not state.managed:
            return
        partition, home = organization.partition, (account, organization.management)[organization.ci is None]
        ci = organization.ci
        writers = [tier.role for tier in tiers(ci)] if ci else [SETUP_ROLE]
        readers = [*writers, ci.plan_role] if ci else writers
        bucket, key = f"arn:{partition}:s3:::{state.bucket}", "stacks/any-name.tfstate"
        account_id = self.chains.account_id(account)
        table = (
            f"arn:{partition}:dynamodb:{state.region}:{account_id}:table/{state.dynamodb_table or 'terraform-locks'}"
        )
        reads = [("s3:ListBucket", bucket), ("s3:GetObject", f"{bucket}/{key}")]
        writes = [("s3:PutObject", f"{bucket}/{key}")]
        if state.lock != "dynamodb":
            writes += [(f"s3:{verb}Object", f"{bucket}/{key}.tflock") for verb in ("Delete", "Get", "Put")]
        if state.lock != "s3":
            reads.append(("dynamodb:GetItem", table))
            writes += [("dynamodb:DeleteItem", table), ("dynamodb:PutItem", table)]
        kms = f"arn:{partition}:kms:{state.region}:{account_id}:key/any-name"
        reads.append(("kms:Decrypt", kms))
        writes.append(("kms:GenerateDataKey", kms))
        for callers, role, touched in zip((writers, readers), STATE_ROLES, ([*reads, *writes], reads), strict=True):
            for caller in callers:
                yield self._assume(account, home, caller, role, case="state")
            by = principal(self.chains, account, role)
            for action, resource in touched:
                yield self._need("state", role, account, by, action, resource, region=state.region)

    def repair(self, account: Account, case: LockoutCase = "repair") -> Iterator[Need]:
        """Somebody from the management account gets in, and mends policies that lock everybody else out."""
        organization = self.chains.organization
        role = account.entry_role
        yield self._assume(account, organization.management, SETUP_ROLE, role, case=case)
        caller = principal(self.chains, account, role)
        for action in _REPAIRS:
            for resource in self._resources(account, action):
                yield self._need(case, role, account, caller, action, resource)

    def uses(self, account: Account) -> Iterator[Need]:
        """Calls that tell whether an account is shut to everybody but a few, or a service closed."""
        caller = principal(self.chains, account, "any-name")
        for action in _USES:
            yield self._need("repair", "any-name", account, caller, action, self._resources(account, action)[0])

    def _assume(self, account: Account, home: Account, caller: str, role: str, case: LockoutCase = "assume") -> Need:
        by = principal(self.chains, home, caller)
        arn = f"arn:{self.chains.organization.partition}:iam::{self.chains.account_id(account)}:role/{role}"
        return self._need(case, caller, account, by, "sts:AssumeRole", arn, region=home.region)

    def _need(
        self,
        case: LockoutCase,
        role: str,
        account: Account,
        caller: Principal,
        action: str,
        resource: str,
        *,
        region: str | None = None,
        keys: Mapping[str, str | Sequence[str]] | None = None,
    ) -> Need:
        called = endpoint_region(action, self.chains.organization.partition) or region or account.region
        found = {**context(self.chains, caller, account), **(keys or {})}
        if case in ("repair", "recover"):
            found.pop("aws:MultiFactorAuthPresent", None)  # people can bring a second factor
        request = Request(caller, action, resource, self.chains.account_id(account), called, found)
        return Need(case, role, account, request, self.chains.account_with_id(caller.account), account)

    def _resources(self, account: Account, action: str, *more: str) -> tuple[str, ...]:
        found = resources(
            action,
            partition=self.chains.organization.partition,
            region=account.region,
            account_id=self.chains.account_id(account),
        )
        return (*found, *more) if any(":role/" in resource for resource in found) else found

    def _tags(self, account: Account, action: str) -> dict[str, str | Sequence[str]]:
        """The tags that the provider gives everything, where the action takes tags, and that everything has by then."""
        tags = {**account.tags, "stack": account.slug}
        found: dict[str, str | Sequence[str]] = {}
        for prefix in ("aws:PrincipalTag/", "aws:ResourceTag/", *(["aws:RequestTag/"] if takes_tags(action) else [])):
            found |= {f"{prefix}{key}": value for key, value in tags.items()}
        return {**found, "aws:TagKeys": list(tags)} if takes_tags(action) else found


@lru_cache(maxsize=256)
def actions_of(types: frozenset[str]) -> frozenset[str]:
    """The actions that Terraform needs to deploy resources of some types, as far as they are known or can be guessed."""
    return frozenset[str]().union(*map(_actions_of_type, types))


@lru_cache(maxsize=4096)
def _actions_of_type(type_: str) -> frozenset[str]:
    try:
        found = Permissions.of([type_])
    except InvalidValueError:
        return frozenset()  # of a service that is too new to be known, or whose actions have other names
    passing = {"iam:PassRole"} if found.passes and found.actions else set()
    linking = {"iam:CreateServiceLinkedRole"} if found.linked else set()
    return found.actions.union(passing, linking)


@lru_cache(maxsize=4096)
def takes_tags(action: str) -> bool:
    """Whether a call can tag what it makes."""
    return any(key.startswith("aws:requesttag/") for key in own_keys(action))


@lru_cache(maxsize=4096)
def own_keys(action: str) -> frozenset[str]:
    """The condition keys that a call of an action can have beside the global ones, in lower case, as AWS lists them."""
    service, _, name = action.partition(":")
    known = names.actions(service.lower()).get(name.lower())
    if known is None:
        return frozenset()
    details = names.action_details(service.lower(), known)
    types = (names.resource_condition_keys(service.lower(), each["name"]) for each in details["resourceTypes"])
    listed = [key for each in details["resourceTypes"] for key in each["conditionKeys"]]
    return frozenset(key.lower() for key in (*details["conditionKeys"], *listed)).union(*types)

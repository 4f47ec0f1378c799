"""The roles of pipelines: AWS takes so many policies of a role, and so much in each."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from config.capabilities.delivery import managed_state
from config.capabilities.tiers import tier_of, tiers
from config.capabilities.workload import WorkloadStack
from config.capabilities.workloads import stacks_of
from config.controls.needs import STATE_ROLES
from config.errors import Problem
from config.nodes import Account, Configuration
from config.sources.files import Files
from constructs_lib.ci.pipeline_policies import pipeline_policies
from constructs_lib.errors import InvalidValueError


def room(organization: Configuration, files: Files) -> Iterator[Problem]:
    """A tier's role has room for the roles and states of its stacks, and the planning role for those of all."""
    ci = organization.ci
    if ci is None or not files.organization.clean or not all(entry.clean for entry in files.accounts.values()):
        return
    stacks = stacks_of(organization)
    # An account without an id gets one that no other has: equal ARNs would be one.
    ids = {slug: account.id or f"{place:012}" for place, (slug, account) in enumerate(organization.accounts.items())}
    role = partial(_role, organization.partition, ids)
    writer, reader = (f"arn:{organization.partition}:iam::{'0' * 12}:role/{name}" for name in STATE_ROLES)
    managed = managed_state(organization) is not None
    for tier in tiers(ci):
        own = {name: of for name, of in stacks.items() if tier_of(organization, of[0]) == tier}
        roles = [role(organization.execution_role.name, *of) for of in own.values()]
        states = {writer: sorted(own), reader: [organization.management.slug]} if managed and own else {}
        if not _fits(roles, states):
            expected = f"so few that {tier.role} can be permitted to assume their roles and to open their states"
            cure = "Divide their OUs among tiers: `ci.tiers`."
            yield files.organization.file.problem(
                ("ci",), f"{len(own):,} stacks in the tier {tier.name!r}", expected, cure
            )
    planning = [role(ci.account_plan_role, *of) for of in stacks.values()]
    if not _fits(planning, {reader: ["*"]} if managed else {}):
        expected = f"names so short that {ci.plan_role} can be permitted to assume the roles of {len(stacks):,} stacks"
        cure = "Take a shorter name, before the first deploy."
        yield files.organization.file.problem(("ci", "account_plan_role"), repr(ci.account_plan_role), expected, cure)


def _role(partition: str, ids: Mapping[str, str], name: str, account: Account, workload: WorkloadStack | None) -> str:
    return f"arn:{partition}:iam::{ids[account.slug]}:role/{workload.role(name) if workload else name}"


def _fits(roles: Sequence[str], states: Mapping[str, Sequence[str]]) -> bool:
    try:
        pipeline_policies(roles, states)
    except InvalidValueError:
        return False
    return True

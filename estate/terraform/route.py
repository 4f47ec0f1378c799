"""Which way a stack is deployed: its plan decides (ADR 12)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from config.capabilities.workloads import stacks_of
from config.controls.kept import kept
from config.nodes import Organization
from estate.guard.plan import Action, Change, Plan
from estate.terraform.stack import Stack

DEPLOY_ROLE = "TF_VAR_deploy_role"
"""The environment's variable that names the role in the account."""
_SHOWN = 3


class Route(StrEnum):
    """A way to deploy a stack; the value is the word for it."""

    ORDINARY = "ordinary"
    """Through the execution role, which changes no deployment rights."""
    FOUNDATION = "foundation"
    """Through the role by which the account is entered."""


def reserved(plan: Plan) -> tuple[Change, ...]:
    """The changes of a plan that only the foundation route makes: of deployment rights and protected resources."""
    return tuple(
        change for change in plan.changes if change.action not in (Action.NONE, Action.READ) and kept(change.address)
    )


def in_short(changes: Sequence[Change]) -> str:
    """The first addresses of changes, and how many more there are."""
    first = ", ".join(change.address for change in changes[:_SHOWN])
    return f"{first} and {len(changes) - _SHOWN} more" if len(changes) > _SHOWN else first


def route(plan: Plan) -> Route:
    """The route that a plan takes.

    Args:
        plan: The plan of one stack.

    Example:
        >>> route(Plan("shop", ()))
        <Route.ORDINARY: 'ordinary'>
    """
    return Route.FOUNDATION if reserved(plan) else Route.ORDINARY


def chosen(variables: Mapping[str, str]) -> bool:
    """Whether somebody chose the role already, as `--role` and pipelines' jobs do."""
    return DEPLOY_ROLE in variables


def ordinary(name: str, variables: Mapping[str, str], organization: Organization) -> dict[str, str]:
    """The environment of a stack on the ordinary route, unless another role was chosen.

    It names the role even though it is the default: Terraform applies a saved plan with an ephemeral variable only if the
    variable was given when it was planned, too.
    """
    workload, role = stacks_of(organization)[name][1], organization.execution_role.name
    return {DEPLOY_ROLE: workload.role(role) if workload else role, **variables}


def by_foundation(stack: Stack, organization: Organization) -> Stack:
    """A stack as the foundation route deploys it; the management account's, which is entered by no role, as it is.

    Args:
        stack: The stack.
        organization: The configuration.
    """
    account = stacks_of(organization)[stack.name][0]
    if account is organization.management:
        return stack
    return replace(stack, variables={**stack.variables, DEPLOY_ROLE: account.entry_role})

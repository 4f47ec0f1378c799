"""Through which roles a stack is planned and deployed by pipelines: the one place that chooses them."""

from dataclasses import dataclass

from config.capabilities.workloads import stacks_of
from config.nodes import Organization
from estate.terraform.route import Route
from stacks.backend import READER, WRITER, managed


class NoAccessError(ValueError):
    """The configuration has no such roles; the message says what to do."""


@dataclass(frozen=True)
class Access:
    """How one run reaches an account and its state.

    Args:
        role: The name of the role in the account.
        state_role: The ARN of the role that opens the state; None for what the backend says itself.
        lock: Whether the state is locked.
    """

    role: str
    state_role: str | None
    lock: bool = True

    @property
    def variables(self) -> dict[str, str]:
        """What Terraform gets to know. A variable that is given for a plan has to be given for its apply, too."""
        return {"TF_VAR_deploy_role": self.role}


def reading(organization: Organization, stack: str) -> Access:
    """How a stack is planned without a right to change anything.

    Args:
        organization: The configuration.
        stack: The stack's name: an account's, or that of a workload in one.

    Raises:
        NoAccessError: If the organization has no roles that only read.
    """
    if organization.ci is None:
        raise NoAccessError("Roles that only read are made for pipelines, and organization.yaml has no `ci`.")
    own = _own(organization, stack, organization.ci.account_plan_role)
    return Access(own, _state_role(organization, READER), lock=False)


def writing(organization: Organization, stack: str, role: str | None = None, route: str = Route.ORDINARY) -> Access:
    """How a stack is deployed.

    Args:
        organization: The configuration.
        stack: The stack's name.
        role: Another role in the account than the route's.
        route: The route that its plan takes. The management account is entered by no role, so it has but the ordinary one.
    """
    account = stacks_of(organization)[stack][0]
    if route == Route.FOUNDATION and account is not organization.management:
        return Access(role or account.entry_role, _state_role(organization, WRITER))
    own = _own(organization, stack, organization.execution_role.name)
    return Access(role or own, _state_role(organization, WRITER))


def _own(organization: Organization, stack: str, name: str) -> str:
    """A role's name as it is for a stack: a workload has roles of its own beside the account's."""
    _, workload = stacks_of(organization)[stack]
    return workload.role(name) if workload else name


def _state_role(organization: Organization, name: str) -> str | None:
    if not managed(organization):
        return None
    owner = organization.with_purpose("terraform")[0].id
    return f"arn:{organization.partition}:iam::{owner}:role/{name}" if owner else None

"""Through which roles a stack is planned and deployed by pipelines: the one place that chooses them."""

from dataclasses import dataclass

from config.nodes import Account, Organization
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


def reading(organization: Organization, account: Account) -> Access:  # noqa: ARG001 - the choice may depend on it
    """How a stack is planned without a right to change anything.

    Raises:
        NoAccessError: If the organization has no roles that only read.
    """
    if organization.ci is None:
        raise NoAccessError("Roles that only read are made for pipelines, and organization.yaml has no `ci`.")
    return Access(organization.ci.account_plan_role, _state_role(organization, READER), lock=False)


def writing(organization: Organization, account: Account, role: str | None = None) -> Access:  # noqa: ARG001
    """How a stack is deployed.

    Args:
        organization: The configuration.
        account: The stack's account.
        role: Another role in the account than the execution role.
    """
    return Access(role or organization.execution_role.name, _state_role(organization, WRITER))


def _state_role(organization: Organization, name: str) -> str | None:
    if not managed(organization):
        return None
    owner = organization.with_purpose("terraform")[0].id
    return f"arn:{organization.partition}:iam::{owner}:role/{name}" if owner else None

"""The stack of one member account."""

from typing import Any

from cdktf import TerraformVariable
from cdktf_cdktf_provider_aws.provider import AwsProviderAssumeRole
from constructs import Construct

from config.capabilities.capability import AccountInput
from stacks.backend import add_backend
from stacks.building import add_parts
from stacks.letting_go import let_go
from stacks.permissions_first import permissions_first
from stacks.providers import Providers
from stacks.references import References
from stacks.regions import in_every_region
from stacks.scope import AccountScope


class AccountStack(AccountScope):
    """Everything in one member account.

    The provider assumes the role that the Terraform variable ``deploy_role`` names, in this account and in no other
    (`allowed_account_ids`). The variable's default is the execution role that the stack itself creates; the first deploy
    sets ``TF_VAR_deploy_role=OrganizationAccountAccessRole``. It is ephemeral: a saved plan does not hold it, and whoever
    applies one says it again.

    Children: ``backend``, ``deploy_role``, ``aws`` (the provider; one ``aws-<region>`` for every further region that
    something is in; the JSON has one for each region of the partition), and one construct for each capability, named in
    `stacks.capabilities`.

    Args:
        scope: The app.
        inputs: What it is made from; the account's slug is the stack's name.
    """

    def __init__(self, scope: Construct, *, inputs: AccountInput) -> None:
        super().__init__(scope, inputs.name)
        self.take(inputs)
        self.references = References(self, inputs.organization)
        self.provider = Providers(
            self,
            inputs.account,
            self.own_id,
            inputs.organization.home_region,
            self._assume_role(inputs),
            name=inputs.name,
            default_tags=inputs.organization.default_tags,
        )
        add_backend(self, inputs.organization, inputs.name)
        self.provider(inputs.account.region)
        self.add(inputs)

    def add(self, inputs: AccountInput) -> None:
        """Add what is in the stack."""
        add_parts(self, inputs)

    def finished(self, synthesized: dict[str, Any]) -> dict[str, Any]:
        """The stack's Terraform JSON, from what is synthesized of the constructs."""
        found = in_every_region(synthesized, self.organization, self.account)
        return permissions_first(let_go(found, self.inputs))

    def _assume_role(self, inputs: AccountInput) -> AwsProviderAssumeRole:
        role = self.organization.execution_role
        variable = TerraformVariable(
            self,
            "deploy_role",
            type="string",
            default=inputs.workload.role(role.name) if inputs.workload else role.name,
            description="Name of the role in this account that deploys it; another one only for the first deploy.",
        )
        # A saved plan keeps its variables, but asks for ephemeral ones again: planned by one role, it is applied by another.
        # cdktf 0.21 is older than Terraform's argument.
        variable.add_override("ephemeral", True)
        # The variable is written as the expression that it becomes: asking for it would be a call to the kernel.
        return AwsProviderAssumeRole(
            role_arn=f"arn:{self.organization.partition}:iam::{self.own_id}:role/${{var.deploy_role}}",
            session_name=f"terraform-{inputs.name}"[:64],
            external_id=role.external_id,
        )

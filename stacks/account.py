"""The stack of one member account."""

from typing import Any

from cdktf import TerraformStack, TerraformVariable
from cdktf_cdktf_provider_aws.provider import AwsProviderAssumeRole
from constructs import Construct

from config.nodes import Account, Organization
from stacks.backend import add_backend
from stacks.capabilities import CAPABILITIES
from stacks.permissions_first import permissions_first
from stacks.providers import Providers
from stacks.references import References


class AccountStack(TerraformStack):
    """Everything in one member account.

    The provider assumes the role that the Terraform variable ``deploy_role`` names, in this account and in no other
    (`allowed_account_ids`). The variable's default is the execution role that the stack itself creates; the first deploy
    sets ``TF_VAR_deploy_role=OrganizationAccountAccessRole``. It is ephemeral: a saved plan does not hold it, and whoever
    applies one says it again.

    Children: ``backend``, ``deploy_role``, ``aws`` (the provider; one ``aws-<region>`` for every further region), and one
    construct for each capability, named in `stacks.capabilities`.

    Args:
        scope: The app.
        organization: The organization that the account belongs to.
        account: The account; its slug is the stack's name.
    """

    def __init__(self, scope: Construct, *, organization: Organization, account: Account) -> None:
        super().__init__(scope, account.slug)
        self.organization = organization
        self.account = account
        self.references = References(self, organization)
        self.account_id = self.references.account_id(account)
        self.provider = Providers(self, account, self.account_id, self._assume_role())
        add_backend(self, organization, account.slug)
        self.provider(account.region)
        for capability in CAPABILITIES:
            if capability.has(organization, account):
                capability.add(self)

    def to_terraform(self) -> Any:
        """The stack's Terraform JSON."""
        return permissions_first(super().to_terraform())

    def _assume_role(self) -> AwsProviderAssumeRole:
        role = self.organization.execution_role
        variable = TerraformVariable(
            self,
            "deploy_role",
            type="string",
            default=role.name,
            description="Name of the role in this account that deploys it; another one only for the first deploy.",
        )
        # A saved plan keeps its variables, but asks for ephemeral ones again: planned by one role, it is applied by another.
        # cdktf 0.21 is older than Terraform's argument.
        variable.add_override("ephemeral", True)
        # The variable is written as the expression that it becomes: asking for it would be a call to the kernel.
        return AwsProviderAssumeRole(
            role_arn=f"arn:{self.organization.partition}:iam::{self.account_id}:role/${{var.deploy_role}}",
            session_name=f"terraform-{self.account.slug}",
            external_id=role.external_id,
        )

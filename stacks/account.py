"""The stack of one member account."""

from collections.abc import Sequence

from cdktf import TerraformStack, TerraformVariable
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderAssumeRole, AwsProviderDefaultTags
from constructs import Construct

from config.nodes import Account, Organization
from stacks.backend import add_backend
from stacks.capabilities import CAPABILITIES
from stacks.references import References


class AccountStack(TerraformStack):
    """Everything in one member account.

    The provider assumes the role that the Terraform variable ``deploy_role`` names, in this account and in no other
    (`allowed_account_ids`). The variable's default is the execution role that the stack itself creates; the first deploy
    sets ``TF_VAR_deploy_role=OrganizationAccountAccessRole``.

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
        self._deploy_role = TerraformVariable(
            self,
            "deploy_role",
            type="string",
            default=organization.execution_role.name,
            description="Name of the role in this account that deploys it; another one only for the first deploy.",
        )
        self._providers: dict[str, AwsProvider] = {}
        add_backend(self, organization, account.slug)
        self.provider(account.region)
        for capability in CAPABILITIES:
            if capability.has(organization, account):
                capability.add(self)

    def provider(self, region: str) -> AwsProvider:
        """The account's provider for a region; the account's own region has the default one."""
        if region not in self._providers:
            own = region == self.account.region
            self._providers[region] = AwsProvider(
                self,
                "aws" if own else f"aws-{region}",
                alias=None if own else region,
                region=region,
                allowed_account_ids=[self.account_id],
                assume_role=[self._assume_role()],
                default_tags=default_tags(self.account),
            )
        return self._providers[region]

    def _assume_role(self) -> AwsProviderAssumeRole:
        partition = self.organization.partition
        return AwsProviderAssumeRole(
            role_arn=f"arn:{partition}:iam::{self.account_id}:role/{self._deploy_role.string_value}",
            session_name=f"terraform-{self.account.slug}",
            external_id=self.organization.execution_role.external_id,
        )


def default_tags(account: Account) -> Sequence[AwsProviderDefaultTags]:
    """The tags that everything in an account gets."""
    return [AwsProviderDefaultTags(tags={**account.tags, "stack": account.slug})]

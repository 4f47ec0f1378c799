"""The stack of one member account, and that of a workload beside it."""

from collections.abc import Hashable
from dataclasses import replace
from typing import Any

from cdktf import App, TerraformHclModule, TerraformVariable
from cdktf_cdktf_provider_aws.provider import AwsProviderAssumeRole
from constructs import Construct

from config.capabilities.capability import AccountInput
from config.capabilities.workloads import workloads_in
from stacks.backend import add_backend
from stacks.building import add_parts, builder
from stacks.letting_go import addresses, let_go
from stacks.output import MODULE
from stacks.permissions_first import permissions_first
from stacks.providers import Providers
from stacks.references import References
from stacks.regions import in_every_region, with_regions
from stacks.rights import bounded, shared_types, with_rights
from stacks.scope import AccountScope
from stacks.taking_over import take_over


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
        found = self.with_rights(in_every_region(synthesized, self.organization, self.account))
        found = permissions_first(let_go(found, self.inputs))
        found = found if self.inputs.workload else take_over(found, self.organization, self.account.id)
        return with_regions(found, self.organization)

    def form(self) -> Hashable:
        """What `finished` follows from; None where workloads are beside the stack, of which there are few alike."""
        account, organization = self.account, self.organization
        if self.inputs.workload or workloads_in(account):
            return None
        types = sorted(shared_types(organization, account))
        return account.purpose, account.region, account.entry_role, (*types,), (*addresses(self.inputs),)

    def with_rights(self, found: dict[str, Any]) -> dict[str, Any]:
        """Permit the account's own roles what is in the stack, and those of its workloads what is in theirs."""
        if not (workloads := workloads_in(self.account)):
            return with_rights(found, self.organization, self.account)
        # What is in them is needed here, and written by themselves: in an app of their own, they are not in this one's manifest.
        app = App(outdir=App.of(self).outdir)
        contents = {
            each: WorkloadAccountStack(app, inputs=replace(self.inputs, workload=each)).to_terraform()
            for each in workloads
        }
        return with_rights(found, self.organization, self.account, contents)

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


class WorkloadAccountStack(AccountStack):
    """What a team has in an account beside the account's own stack: with execution role, plan role and state of its own.

    Children: those of `AccountStack`, without the capabilities; what the workload's `build` adds, or ``module``.

    Args:
        scope: The app.
        inputs: What it is made from, the workload among it.
    """

    def with_rights(self, found: dict[str, Any]) -> dict[str, Any]:
        """Bound its roles. What its own roles are permitted is in the account's stack."""
        return bounded(found, self.organization)

    def add(self, inputs: AccountInput) -> None:
        """Add what the workload builds, or its Terraform module."""
        workload = inputs.workload
        if workload is None:
            raise ValueError(f"{inputs.name} is no workload's.")
        if workload.build:
            builder(workload.build)(self, inputs.account)
        elif workload.module:
            TerraformHclModule(
                self,
                "module",
                source=f"./{MODULE}",
                skip_asset_creation_from_local_modules=True,
                variables=dict(workload.variables),
                providers=[self.provider(inputs.account.region)],
            )

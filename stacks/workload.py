"""The stack of a workload, beside that of its account."""

from cdktf import TerraformHclModule

from config.capabilities.capability import AccountInput
from stacks.account import AccountStack
from stacks.building import builder
from stacks.output import MODULE


class WorkloadAccountStack(AccountStack):
    """What a team has in an account beside the account's own stack: with execution role, plan role and state of its own.

    Children: those of `AccountStack`, without the capabilities; what the workload's `build` adds, or ``module``.

    Args:
        scope: The app.
        inputs: What it is made from, the workload among it.
    """

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

"""Who the stack deploys as, for everybody to see: the caller, and the account that it must be."""

from typing import TYPE_CHECKING

from cdktf import TerraformOutput
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity

if TYPE_CHECKING:
    from stacks.account import AccountStack


def add_identity(stack: "AccountStack") -> None:
    """Output the account that the provider really works in."""
    caller = DataAwsCallerIdentity(stack, "caller")
    TerraformOutput(
        stack, "account_id", value=caller.account_id, description="The account this stack is deployed into."
    )

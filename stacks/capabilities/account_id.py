"""Who the stack deploys as, for everybody to see: the account that the provider really works in."""

from cdktf import TerraformOutput
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity

from config.nodes import Account
from stacks.scope import AccountScope


def add(stack: AccountScope, _account: Account) -> None:
    """Add the output, from what the provider finds."""
    DataAwsCallerIdentity(stack, "caller")
    # Written as the expression that it becomes: asking for it would be a call to the kernel.
    TerraformOutput(
        stack,
        "account_id",
        value="${data.aws_caller_identity.caller.account_id}",
        description="The account this stack is deployed into.",
    )

"""Who the stack deploys as, for everybody to see: the account that the provider really works in."""

from typing import TYPE_CHECKING

from cdktf import TerraformOutput
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity

from stacks.capabilities.capability import Capability

if TYPE_CHECKING:
    from stacks.account import AccountStack


def _add(stack: "AccountStack") -> None:
    DataAwsCallerIdentity(stack, "caller")
    # Written as the expression that it becomes: asking for it would be a call to the kernel.
    TerraformOutput(
        stack,
        "account_id",
        value="${data.aws_caller_identity.caller.account_id}",
        description="The account this stack is deployed into.",
    )


IDENTITY = Capability("account_id", lambda _organization, _account: True, _add, frozenset({"data.aws_caller_identity"}))

"""Who the stack deploys as, for everybody to see."""

from typing import Final

from config.capabilities.capability import FREE, Capability, Part

ACCOUNT_ID: Final = Capability(
    key="account_id",
    about=("every account", "The account that a stack is really deployed into, as its output."),
    parts=(
        Part(
            name="account_id",
            build="stacks.capabilities.account_id:add",
            types=frozenset({"data.aws_caller_identity"}),
            cost=FREE,
        ),
    ),
)

"""Managed policies of an account's own."""

from collections.abc import Sequence

from config.capabilities.customer_policies import CONSTRUCT, CustomerPolicy
from constructs_lib.iam.customer_policy import CustomerPolicyConstruct
from stacks.parts import part
from stacks.scope import AccountScope
from stacks.variables import of_account


def add(stack: AccountScope, policies: Sequence[CustomerPolicy]) -> None:
    """Add the policies that the account has."""
    for policy in policies:
        id_ = _construct(policy.slug)
        stack.parts[id_] = CustomerPolicyConstruct(
            stack,
            id_,
            name=policy.name,
            path=policy.path,
            document=of_account(stack, policy.document),
            description=policy.description or None,
        )


def policy_arn(stack: AccountScope, slug: str) -> str:
    """The ARN of a policy that the stack has."""
    return part(stack, _construct(slug), CustomerPolicyConstruct).arn


def _construct(slug: str) -> str:
    return f"{CONSTRUCT}{slug}"

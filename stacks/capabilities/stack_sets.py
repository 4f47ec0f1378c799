"""Templates of CloudFormation in all accounts of OUs."""

from collections.abc import Sequence

from config.capabilities.stack_sets import StackSet
from config.nodes import Root
from constructs_lib.operations.stack_set import StackSetConstruct
from stacks.references import node_key
from stacks.scope import AccountScope


def add(stack: AccountScope, stack_sets: Sequence[StackSet]) -> None:
    """Add the stack sets, and the stacks of each target."""
    for each in stack_sets:
        StackSetConstruct(
            stack,
            f"stack-set-{each.slug}",
            name=each.name,
            template=each.template,
            targets={
                node_key(node): stack.references.root_id if isinstance(node, Root) else stack.references.unit_id(node)
                for node in each.targets
            },
            regions=each.regions,
            parameters=each.parameters,
            capabilities=each.capabilities,
            auto_deployment=each.auto_deployment,
            retain_stacks_on_account_removal=each.retain_stacks_on_account_removal,
            max_concurrent_percentage=each.max_concurrent_percentage,
            failure_tolerance_percentage=each.failure_tolerance_percentage,
            delegated=stack.account is not stack.organization.management,
            provider=stack.provider(stack.organization.home_region),
        )

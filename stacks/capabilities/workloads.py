"""The execution and plan roles of workloads, in the stack of their account: a workload's own stack cannot change them."""

from collections.abc import Sequence

from config.capabilities.workload import WorkloadStack
from config.registry import listed_actions
from constructs_lib.ci.execution_role import ExecutionRoleConstruct
from stacks.access import deploying_access, planning_access
from stacks.scope import AccountScope


def add(stack: AccountScope, workloads: Sequence[WorkloadStack]) -> None:
    """Add both roles of each workload."""
    for workload in workloads:
        ExecutionRoleConstruct(
            stack,
            f"execution-role-{workload.key}",
            access=deploying_access(stack.references, stack.account, workload),
            types=workload.types,
            listed=listed_actions(),
            manages_itself=False,
            max_session_duration=stack.organization.execution_role.max_session_duration,
        )
        if stack.organization.ci:
            ExecutionRoleConstruct(
                stack,
                f"plan-role-{workload.key}",
                access=planning_access(stack.references, stack.account, workload),
                types=workload.types,
                listed=listed_actions(),
                read_only=True,
            )

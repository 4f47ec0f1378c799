"""The roles with which the stacks of a team's own workloads are deployed, in the stack of their account."""

from typing import Final

from config.capabilities.capability import FREE, AccountInput, Capability, Part
from config.capabilities.workload import WorkloadStack
from config.workloads import misplaced_workloads, workloads_in


def _beside(inputs: AccountInput) -> tuple[WorkloadStack, ...] | None:
    return workloads_in(inputs.account) or None


WORKLOADS: Final = Capability(
    key="workloads",
    about=("`extensions/`", "Roles for stacks of your own beside the account's: `WorkloadStack` in `extensions/`."),
    rules=(misplaced_workloads,),
    parts=(
        Part(
            name="workloads",
            build="stacks.capabilities.workloads:add",
            value=_beside,
            types=frozenset({"aws_iam_policy", "aws_iam_role", "aws_iam_role_policy_attachment"}),
            cost=FREE,
        ),
    ),
)

"""What a pipeline's role may do, spread over the policies that have room for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from constructs_lib.ci.packing import chunks, measured, pack
from constructs_lib.policies.check import size_limit
from constructs_lib.policies.document import Statement, allow
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.state.permissions import STACK_TAG

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from constructs_lib.policies.document import PolicyDocument

_STACKS: Final = 1000
"""Most characters of stacks' names in one statement, where they have to be divided: small enough to fill what others leave."""


def pipeline_policies(
    roles: Sequence[str], states: Mapping[str, Sequence[str]]
) -> tuple[list[Statement], tuple[PolicyDocument, ...]]:
    """What a pipeline's role needs.

    Args:
        roles: The roles (ARN) that it may assume.
        states: The roles (ARN) through which Terraform's backend reaches states, each with the stacks whose state may be
            opened by it; ``*`` in a name stands for anything.

    Returns:
        The statements of its inline policy, which says what states it opens, and its managed policies, which say what roles
        it assumes and what states had no room.

    Raises:
        InvalidValueError: They need more policies than a role can have.
    """
    room = size_limit(PolicyKind.INLINE)
    inside = [_opening(role, tuple(stacks)) for role, stacks in states.items()]
    further: list[Statement] = []
    if measured(inside) > room:
        further = [_opening(role, some) for role, stacks in states.items() for some in chunks(stacks, _STACKS)]
        inside = []
        while measured((*inside, further[0])) <= room:
            inside.append(further.pop(0))
    assumed = [allow("sts:AssumeRole", roles)] if roles else []
    return inside, pack([*assumed, *further])


def _opening(state_role: str, stacks: tuple[str, ...]) -> Statement:
    """Permission to open some stacks' states by a role, in sessions that are tagged with one of them."""
    tag = f"aws:RequestTag/{STACK_TAG}"
    if stacks == ("*",):
        conditions: dict[str, dict[str, bool | tuple[str, ...]]] = {"Null": {tag: False}}
    else:
        conditions = {"StringLike" if any("*" in stack for stack in stacks) else "StringEquals": {tag: stacks}}
    return allow(("sts:AssumeRole", "sts:TagSession"), state_role, conditions=conditions)

"""Which statements forbid a call, as far as the call is known."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from constructs_lib.policies.evaluator import PolicySet, Request
from constructs_lib.policies.evaluator.conditions import Condition
from constructs_lib.policies.evaluator.policy import CompiledStatement
from constructs_lib.policies.evaluator.principal import Grant

IsOpen = Callable[[str], bool]
"""Whether the value of a condition key (in lower case), or its absence, is not known."""


@dataclass(frozen=True, slots=True)
class Denial:
    """A statement that denies a call.

    Args:
        node: Where its policy is attached.
        policy: The policy's slug.
        statement: The statement; None if the policy denies it by allowing other things only, without FullAWSAccess.
        depends_on: The conditions that are not known to hold; it denies only if they do.
    """

    node: str | None
    policy: str
    statement: CompiledStatement | None
    depends_on: tuple[Condition, ...] = ()


def denials(policy_set: PolicySet, request: Request, is_open: IsOpen) -> Iterator[Denial]:
    """Every statement of a set that denies a call, or does if something holds that is not known."""
    for policy, statement in policy_set.select(request.lower_action)[0]:
        if statement.grant(request) is Grant.NONE or not statement.names_resource(request):
            continue
        keys = request.keys
        unknown = tuple(
            condition
            for condition in statement.conditions
            if condition.lower_key not in keys and is_open(condition.lower_key)
        )
        if all(condition in unknown or condition.holds(keys) for condition in statement.conditions):
            yield Denial(policy_set.node, policy.name, statement, unknown)


def allows(policy_set: PolicySet, request: Request, is_open: IsOpen) -> bool:
    """Whether some statement of a set allows a call, or does if something holds that is not known."""
    keys = request.keys
    return any(
        statement.names_resource(request)
        and all(
            condition.holds(keys) or (condition.lower_key not in keys and is_open(condition.lower_key))
            for condition in statement.conditions
        )
        for _, statement in policy_set.select(request.lower_action)[1]
    )

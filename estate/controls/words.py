"""What would have to differ for a statement not to deny a request, in words."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from constructs_lib.policies.document import Statement
from constructs_lib.policies.evaluator import Request
from constructs_lib.policies.evaluator.conditions import Condition, SetOperator, compile_conditions

_SHOWN: Final = 6
# The operator that denies → what its key would have to be instead.
_INSTEAD: Final = {
    "NumericLessThan": "at least {values}",
    "NumericLessThanEquals": "more than {values}",
    "NumericGreaterThan": "at most {values}",
    "NumericGreaterThanEquals": "less than {values}",
    "DateLessThan": "{values} or later",
    "DateLessThanEquals": "later than {values}",
    "DateGreaterThan": "{values} or earlier",
    "DateGreaterThanEquals": "earlier than {values}",
    "IpAddress": "outside {values}",
    "NotIpAddress": "inside {values}",
    "BinaryEquals": "something other than {values}",
}


def differences(statement: Statement, request: Request) -> Iterator[str]:
    """Everything any one of which would have to differ for the statement to leave the request alone."""
    for condition in compile_conditions(statement.conditions, variables=True):
        yield _difference(condition, request)
    if statement.resources and "*" not in statement.resources:
        yield f"the resource would have to be something other than {one_of(statement.resources)}"
    if statement.not_resources:
        yield f"the resource would have to be {one_of(statement.not_resources)}"
    if statement.not_actions:
        yield f"the action would have to be {one_of(statement.not_actions)}"


def _difference(condition: Condition, request: Request) -> str:
    found = request.keys.get(condition.lower_key)
    key, values = condition.key, condition.values
    now = (
        "it is not given" if found is None else f"it is {one_of((found,) if isinstance(found, str) else found, 'and')}"
    )
    if condition.test is None:
        return f"{key} would have to be {'given' if values == ('true',) else 'absent'} ({now})"
    instead = _instead(condition)
    match condition.set_operator:
        case SetOperator.ALL:
            return f"one of the values of {key} would have to be {instead} ({now})"
        case SetOperator.ANY:
            return f"every value of {key} would have to be {instead} ({now})"
    absent = found is not None and not condition.negated and not condition.if_exists
    return f"{key} would have to be {'absent or ' if absent else ''}{instead} ({now})"


def _instead(condition: Condition) -> str:
    values = one_of(condition.values)
    if condition.base in _INSTEAD:
        return _INSTEAD[condition.base].format(values=values)
    if condition.base == "Bool":
        return "false" if condition.values == ("true",) else "true"
    like = "like " if "Like" in condition.base else ""
    return f"{like}{values}" if condition.negated else f"something {'not like' if like else 'other than'} {values}"


def one_of(values: Sequence[str], joint: str = "or") -> str:
    """Values as a reader likes them: ``a, b or c``, cut where nobody would read on."""
    shown = [value or "''" for value in values[:_SHOWN]]
    if len(values) > _SHOWN:
        return f"{', '.join(shown)} {joint} {len(values) - _SHOWN} more"
    return f"{', '.join(shown[:-1])} {joint} {shown[-1]}" if len(shown) > 1 else "".join(shown)


def actions_in_words(patterns: Sequence[str]) -> str:
    """The patterns of an `ActionSet` as people say them."""
    if patterns[:1] != ("*",):
        return one_of(patterns, "and")
    left_out = [pattern.removeprefix("not ") for pattern in patterns[1:]]
    return f"all actions but {one_of(left_out, 'and')}" if left_out else "all actions"


# The operator → what it says of a value, and its contrary.
_SAYS: Final = {
    "String": ("is", "is not"),
    "Arn": ("is", "is not"),
    "Bool": ("is", "is not"),
    "Binary": ("is", "is not"),
    "Ip": ("is in", "is not in"),
    "NotIp": ("is in", "is not in"),
}
_COMPARES: Final = {
    "LessThan": "is less than",
    "LessThanEquals": "is at most",
    "GreaterThan": "is more than",
    "GreaterThanEquals": "is at least",
    "Equals": "is",
    "NotEquals": "is not",
}


def conditions_in_words(statement: Statement) -> str:
    """What a statement's conditions ask for, to follow "where"; empty if there are none."""
    return in_words(compile_conditions(statement.conditions, variables=True))


def in_words(conditions: Iterable[Condition]) -> str:
    """What conditions ask for, to follow "where"."""
    return " and ".join(map(_condition, conditions))


def _condition(condition: Condition) -> str:
    values = one_of(condition.values)
    if condition.test is None:
        return f"{condition.key} is {'not given' if condition.values == ('true',) else 'given'}"
    says = _says(condition)
    subject = {
        SetOperator.ALL: f"every value of {condition.key}",
        SetOperator.ANY: f"a value of {condition.key}",
        SetOperator.NONE: condition.key,
    }[condition.set_operator]
    return f"{subject} {says} {values}{' (if given)' if condition.if_exists and not condition.negated else ''}"


def _says(condition: Condition) -> str:
    for family in ("Numeric", "Date"):
        if condition.base.startswith(family):
            return _COMPARES[condition.base.removeprefix(family)]
    family = next(
        name for name in ("String", "Arn", "Bool", "Binary", "Ip", "NotIp") if condition.base.startswith(name)
    )
    like = " like" if "Like" in condition.base else ""
    return _SAYS[family][condition.negated] + like

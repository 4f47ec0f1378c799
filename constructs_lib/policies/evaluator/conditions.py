"""Condition operators, compiled once and asked many times.

An operator tests one value of the request; it is plain or negated, and stands under a set operator or under none:

==================  ===========================================  ===============
                    with the key in the request                  without the key
==================  ===========================================  ===============
plain               the value matches one of the policy's        false
plain, negated      the value matches none of them               true
``ForAllValues:``   the same of every value                      true
``ForAnyValue:``    the same of at least one value               false
``…IfExists``       as without                                   true
``Null``            true if the policy says ``false``            if it says true
==================  ===========================================  ===============

``IfExists`` changes nothing under ``ForAnyValue:``: it speaks of one value at a time, and without the key there is none.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

import operator as compare
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from constructs_lib.policies.evaluator import values as read
from constructs_lib.policies.evaluator.patterns import Part, arn_parts, glob_parts, matcher
from constructs_lib.policies.evaluator.variables import Context, Template, text_of

Test = Callable[[str, Context], object]
"""Whether one value of the request matches one of the policy's."""
Predicate = Callable[[str], object]
_Builder = Callable[[Sequence[Template]], Test]


class SetOperator(StrEnum):
    """How the answers for the values of a multivalued key are joined."""

    NONE = ""
    ALL = "ForAllValues"
    ANY = "ForAnyValue"


class UnknownOperatorError(ValueError):
    """AWS knows no such condition operator."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One operator on one key.

    Args:
        operator: As the policy writes it.
        base: The operator without set operator and ``IfExists``.
        key: As the policy writes it.
        values: As the policy writes them.
        set_operator: ``ForAllValues``, ``ForAnyValue`` or none.
        if_exists: Whether an absent key makes it true.
        negated: Whether it asks that the value does not match.
        test: The test of one value; none for ``Null``.
        lower_key: The key in lower case: names of keys have no case.
    """

    operator: str
    base: str
    key: str
    values: tuple[str, ...]
    set_operator: SetOperator
    if_exists: bool
    negated: bool
    test: Test | None
    lower_key: str

    def holds(self, context: Context) -> bool:
        """Whether the condition is true of the request."""
        found = context.get(self.lower_key)
        test = self.test
        if test is None:
            absent = "true" if found is None or found == () else "false"
            return any(value.lower() == absent for value in self.values)
        if self.set_operator is SetOperator.NONE:
            if isinstance(found, str):
                return bool(test(found, context)) is not self.negated
            if found is None:
                return self.if_exists or self.negated
            return any(test(value, context) for value in found) is not self.negated
        given = (found,) if isinstance(found, str) else found or ()
        # To a set operator, an empty string is no value.
        answers = (bool(test(value, context)) is not self.negated for value in given if value)
        return all(answers) if self.set_operator is SetOperator.ALL else any(answers)


def compile_conditions(
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]], *, variables: bool
) -> tuple[Condition, ...]:
    """Compile a statement's conditions; the statement applies if all of them hold.

    Args:
        conditions: Operator to key to values.
        variables: Whether the version of the document knows policy variables.

    Raises:
        UnknownOperatorError: If AWS knows no such operator.
    """
    return tuple(
        _compile(operator, key, values, variables=variables)
        for operator, keys in conditions.items()
        for key, values in keys.items()
    )


def _compile(operator: str, key: str, values: tuple[str, ...], *, variables: bool) -> Condition:
    prefix, colon, name = operator.rpartition(":")
    base = name.removesuffix("IfExists")
    if (colon and prefix not in tuple(SetOperator)) or (base not in _OPERATORS and name != "Null"):
        raise UnknownOperatorError(f"AWS knows no condition operator {operator!r}.")
    test, negated = None, False
    if name != "Null":
        build, negated = _OPERATORS[base]
        test = build([Template.parse(value) if variables else Template.literal(value) for value in values])
    return Condition(operator, base, key, values, SetOperator(prefix), base != name, negated, test, key.lower())


def _text(join: Callable[[Sequence[Part]], str], build: Callable[[list[str]], Predicate]) -> _Builder:
    """An operator on text.

    Args:
        join: Makes one text, or one expression, of a value's parts.
        build: Makes a predicate of several of them.
    """

    def compile_values(templates: Sequence[Template]) -> Test:
        fixed = build([join(parts) for template in templates if (parts := template.fixed) is not None])
        dynamic = [template for template in templates if template.fixed is None]
        if not dynamic:
            return lambda value, _context: fixed(value)

        def test(value: str, context: Context) -> object:
            # A variable without a value is null, and nothing equals null.
            resolved = (template.resolve(context) for template in dynamic)
            return fixed(value) or build([join(parts) for parts in resolved if parts is not None])(value)

        return test

    return compile_values


def _read(reader: Callable[[str], Any], holds: Callable[[Any, Any], bool]) -> _Builder:
    """An operator on values that are no text and know no policy variables.

    Args:
        reader: Reads a value; None if it cannot.
        holds: Compares the request's value with one of the policy's.
    """

    def compile_values(templates: Sequence[Template]) -> Test:
        wanted = [found for template in templates if (found := reader(template.text)) is not None]

        def test(value: str, _context: Context) -> bool:
            given = reader(value)
            return given is not None and any(holds(given, one) for one in wanted)

        return test

    return compile_values


def _one_of(texts: Sequence[str]) -> Predicate:
    return frozenset(texts).__contains__


def _one_of_any_case(texts: Sequence[str]) -> Predicate:
    lower = frozenset(text.lower() for text in texts)
    return lambda value: value.lower() in lower


_EQUALS: Final = _text(text_of, _one_of)
_EQUALS_ANY_CASE: Final = _text(text_of, _one_of_any_case)
_LIKE: Final = _text(glob_parts, matcher)
_ARN: Final = _text(arn_parts, matcher)
_ADDRESS: Final = _read(read.network, lambda given, wanted: read.covers(wanted, given))

_OPERATORS: Final[Mapping[str, tuple[_Builder, bool]]] = {
    "StringEquals": (_EQUALS, False),
    "StringNotEquals": (_EQUALS, True),
    "StringEqualsIgnoreCase": (_EQUALS_ANY_CASE, False),
    "StringNotEqualsIgnoreCase": (_EQUALS_ANY_CASE, True),
    "StringLike": (_LIKE, False),
    "StringNotLike": (_LIKE, True),
    "ArnEquals": (_ARN, False),
    "ArnLike": (_ARN, False),
    "ArnNotEquals": (_ARN, True),
    "ArnNotLike": (_ARN, True),
    "Bool": (_EQUALS_ANY_CASE, False),
    "BinaryEquals": (_read(read.binary, compare.eq), False),
    "IpAddress": (_ADDRESS, False),
    "NotIpAddress": (_ADDRESS, True),
} | {
    f"{kind}{name}": (_read(reader, holds), negated)
    for kind, reader in (("Numeric", read.number), ("Date", read.date))
    for name, holds, negated in (
        ("Equals", compare.eq, False),
        ("NotEquals", compare.eq, True),
        ("LessThan", compare.lt, False),
        ("LessThanEquals", compare.le, False),
        ("GreaterThan", compare.gt, False),
        ("GreaterThanEquals", compare.ge, False),
    )
}
OPERATORS: Final = frozenset(_OPERATORS) | {"Null"}
"""All condition operators, without set operators and ``IfExists``."""

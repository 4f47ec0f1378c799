"""Condition operators, row by row as AWS describes them.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import pytest

from constructs_lib.policies.evaluator import OPERATORS, UnknownOperatorError
from constructs_lib.policies.evaluator.conditions import compile_conditions
from constructs_lib.policies.names import OPERATORS as KNOWN

KEY = "aws:x"


def holds(operator, values, given, *, variables=True, **context):
    values = (values,) if isinstance(values, str) else tuple(values)
    (condition,) = compile_conditions({operator: {"AWS:X": values}}, variables=variables)
    keys = {key.replace("__", "/").replace("_", ":"): value for key, value in context.items()}
    return condition.holds(keys if given is None else {**keys, KEY: given})


def test_all_operators_are_there():
    assert set(KNOWN) == OPERATORS


@pytest.mark.parametrize(
    "operator", ["StringLik", "stringequals", "ForAll:StringEquals", "NullIfExists", "ForAnyValue:"]
)
def test_unknown_operators_are_refused(operator):
    with pytest.raises(UnknownOperatorError, match="AWS knows no condition operator"):
        compile_conditions({operator: {KEY: ("a",)}}, variables=True)


# operator, the policy's values, what matches, what does not
MATCHING = [
    ("StringEquals", ("red", "blue"), ("red", "blue"), ("Red", "re", "redd", "*")),
    ("StringEquals", "r*", ("r*",), ("red",)),
    ("StringEqualsIgnoreCase", "Red", ("red", "RED"), ("re",)),
    ("StringLike", "r?d*", ("red", "rid-hot"), ("rd", "Red", "ared")),
    ("StringLike", "a.b[c]", ("a.b[c]",), ("aXb[c]", "a.bc")),
    ("StringLike", "*", ("", "a:b/c\nd"), ()),
    ("ArnEquals", "arn:aws:sns:*:111122223333:t?pic", ("arn:aws:sns:us-east-1:111122223333:topic",),
     ("arn:aws:sns:us-east-1:999999999999:topic", "arn:aws:sns:us-east-1:111122223333:topics", "topic")),
    ("ArnLike", "arn:aws:someservice:*:111122223333:finance/*",
     ("arn:aws:someservice:us-east-2:111122223333:finance/a:b",),
     ("arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt",)),
    ("ArnLike", "arn:aws:sqs", ("arn:aws:sqs:us-east-1:111122223333:orders",), ("arn:aws:sns:us-east-1:111122223333:t",)),
    ("NumericEquals", "10", ("10", "10.0", "1e1"), ("11", "ten", "")),
    ("NumericLessThan", "10", ("9.99", "-3"), ("10", "x")),
    ("NumericLessThanEquals", ("5", "10"), ("10", "6"), ("10.1",)),
    ("NumericGreaterThan", "10", ("11",), ("10", "nan", "inf")),
    ("NumericGreaterThanEquals", "10", ("10",), ("9",)),
    ("DateEquals", "2020-01-01", ("2020-01-01T00:00:00Z", "2020-01-01T01:00:00+01:00", "1577836800", "2020-01-01T00:00:00.000Z"),
     ("2020-01-01T00:00:01Z", "yesterday", "2020-13-01")),
    ("DateEquals", "2020", ("2020-01-01T00:00Z",), ("1577836801",)),
    ("DateLessThan", "2020-01-01T00:00:01Z", ("2020-01-01T00:00:00Z", "20130930T231548Z"), ("2020-01-01T00:00:01Z",)),
    ("DateLessThanEquals", "2020-01", ("2020-01-01T00:00:00Z",), ("2020-01-01T00:00:01Z",)),
    ("DateGreaterThan", "2020-01-01T00:00:00Z", ("2020-01-01T00:00:00.5Z",), ("2020-01-01T00:00:00Z", "99999999999999999999")),
    ("DateGreaterThanEquals", "1577836800", ("2020-01-01T00:00:00Z",), ("2019-12-31T23:59:59Z",)),
    ("Bool", "true", ("true", "True"), ("false", "")),
    ("BinaryEquals", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", ("QmluYXJ5VmFsdWVJbkJhc2U2NA==",), ("QmluYXJ5", "not base 64")),
    ("IpAddress", "203.0.113.0/24", ("203.0.113.7", "203.0.113.0/25"), ("203.0.114.1", "2001:db8::1", "203.0.0.0/8", "here")),
    ("IpAddress", "203.0.113.7", ("203.0.113.7",), ("203.0.113.8",)),
    ("IpAddress", "0.0.0.0/0", ("8.8.8.8",), ("2001:db8::1",)),
    ("IpAddress", ("203.0.113.0/24", "2001:DB8:1234:5678::/64"), ("2001:db8:1234:5678::9",), ("2001:db8:1234:5679::9",)),
]  # fmt: skip
NEGATED = {
    "StringEquals": "StringNotEquals",
    "StringEqualsIgnoreCase": "StringNotEqualsIgnoreCase",
    "StringLike": "StringNotLike",
    "ArnEquals": "ArnNotEquals",
    "ArnLike": "ArnNotLike",
    "NumericEquals": "NumericNotEquals",
    "DateEquals": "DateNotEquals",
    "IpAddress": "NotIpAddress",
}


@pytest.mark.parametrize(("operator", "values", "matching", "others"), MATCHING)
def test_values_match_or_do_not(operator, values, matching, others):
    assert [value for value in matching if not holds(operator, values, value)] == []
    assert [value for value in others if holds(operator, values, value)] == []
    assert not holds(operator, values, None)
    if operator in NEGATED:
        negated = NEGATED[operator]
        assert [value for value in matching if holds(negated, values, value)] == []
        assert [value for value in others if not holds(negated, values, value)] == []
        assert holds(negated, values, None)


def test_the_table_covers_all_operators():
    assert {row[0] for row in MATCHING} | set(NEGATED.values()) | {"Null"} == OPERATORS


def test_if_exists_lets_an_absent_key_pass():
    assert holds("StringEqualsIfExists", "a", None)
    assert not holds("StringEqualsIfExists", "a", "b")
    assert holds("NotIpAddressIfExists", "10.0.0.0/8", None)


def test_null_asks_whether_the_key_is_there():
    assert holds("Null", "true", None)
    assert holds("Null", "true", ())
    assert not holds("Null", "true", "")
    assert holds("Null", "false", "a")
    assert not holds("Null", "false", None)


class TestSetOperators:
    @pytest.mark.parametrize(
        ("operator", "given", "expected"),
        [
            ("ForAllValues:StringEquals", ("a", "b"), True),
            ("ForAllValues:StringEquals", ("a", "c"), False),
            ("ForAllValues:StringEquals", None, True),
            ("ForAllValues:StringEquals", (), True),
            ("ForAllValues:StringEquals", ("",), True),
            ("ForAnyValue:StringEquals", ("a", "c"), True),
            ("ForAnyValue:StringEquals", ("c",), False),
            ("ForAnyValue:StringEquals", None, False),
            ("ForAnyValue:StringEquals", "a", True),
            ("ForAllValues:StringNotEquals", ("c", "d"), True),
            ("ForAllValues:StringNotEquals", ("a", "d"), False),
            ("ForAnyValue:StringNotEquals", ("a", "d"), True),
            ("ForAnyValue:StringNotEquals", ("a", "b"), False),
            ("ForAnyValue:StringNotEquals", None, False),
            ("ForAnyValue:StringEqualsIfExists", None, False),
            ("ForAllValues:StringEqualsIfExists", None, True),
        ],
    )
    def test_members(self, operator, given, expected):
        assert holds(operator, ("a", "b"), given) is expected

    def test_without_one_a_key_of_several_values_matches_by_any(self):
        assert holds("StringEquals", "a", ("a", "c"))
        assert not holds("StringNotEquals", "a", ("a", "c"))


class TestVariables:
    """Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html"""

    def test_a_value_is_filled_in(self):
        assert holds("StringEquals", "home/${aws:username}", "home/ann", aws_username="ann")
        assert holds("StringLike", "home/${AWS:UserName}/*", "home/ann/x", aws_username="ann")
        assert holds(
            "ArnLike", "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::111122223333:user/ann", aws_username="ann"
        )

    def test_wildcards_in_a_value_are_plain(self):
        assert not holds("StringLike", "${aws:username}", "anything", aws_username="*")
        assert holds("StringLike", "${aws:username}", "*", aws_username="*")

    def test_no_value_equals_nothing(self):
        assert not holds("StringEquals", "${aws:username}", "ann")
        assert not holds("StringEqualsIgnoreCase", "${aws:username}", "")
        assert holds("StringNotEquals", "${aws:username}", "ann")
        assert holds("ArnNotLike", "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::111122223333:user/ann")

    def test_several_values_are_none(self):
        assert not holds("StringEquals", "${aws:tags}", "a", aws_tags=("a",))

    def test_a_default(self):
        assert holds("StringEquals", "${aws:username, 'nobody'}", "nobody")
        assert holds("StringEquals", "${aws:username, 'nobody'}", "ann", aws_username="ann")
        assert holds("StringEquals", "${aws:username, ''}", "")

    @pytest.mark.parametrize("character", ["*", "?", "$"])
    def test_special_characters(self, character):
        assert holds("StringLike", f"a${{{character}}}", f"a{character}")
        assert not holds("StringLike", f"a${{{character}}}", "ax")

    def test_old_documents_know_none(self):
        assert holds("StringEquals", "${aws:username}", "${aws:username}", variables=False, aws_username="ann")
        assert not holds("StringEquals", "${aws:username}", "ann", variables=False, aws_username="ann")

    def test_numbers_and_dates_know_none(self):
        assert not holds("NumericEquals", "${aws:age}", "1", aws_age="1")

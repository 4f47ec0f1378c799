"""Scalars as YAML 1.2 has them, and where each value is."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from config.sources.yaml_file import parse


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("false", False),
        ("True", "True"),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-12", -12),
        ("3600", 3600),
        ("0.8", 0.8),
        ("012345678901", "012345678901"),
        ("123456789012", 123456789012),
        ("0x10", "0x10"),
        ("0o17", "0o17"),
        ("1_000", "1_000"),
        ("1e3", "1e3"),
        ("12:30:00", "12:30:00"),
        ("2026-11-22", "2026-11-22"),
        (".inf", ".inf"),
        ("+1", "+1"),
        ("9" * 5000, "9" * 5000),
        ("'5'", "5"),
        ('"true"', "true"),
        ("[a, 1]", ("a", 1)),
        ("{a: {b: no}}", {"a": {"b": "no"}}),
    ],
)
def test_what_a_scalar_means(text, value):
    file, problems = parse("f.yaml", f"key: {text}\n")
    assert problems == []
    assert file.data == {"key": value}
    assert type(file.data["key"]) is type(value)


def test_lines():
    file, _ = parse("f.yaml", "# one\na:\n  b:\n    - x\n    - y: 1\n      z: 2\nc: 3\n")
    lines = {path: file.line(path) for path in [("a",), ("a", "b"), ("a", "b", 1), ("a", "b", 1, "z"), ("c",)]}
    assert list(lines.values()) == [2, 3, 5, 6, 7]
    assert file.line(("a", "missing")) == 2
    assert file.line(("a", "b", 7)) == 3
    assert file.holds(("a", "b", 1, "z"))
    assert not file.holds(("a", "b", 2))


PLAIN = st.recursive(
    st.one_of(
        st.booleans(),
        st.none(),
        st.integers(-(10**9), 10**9),
        st.text(st.characters(codec="utf-8", exclude_categories=["C"])),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text("abc", min_size=1, max_size=3), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.text("xyz", min_size=1, max_size=3), PLAIN, min_size=1, max_size=4))
@settings(max_examples=200)
def test_what_a_program_wrote_is_read_back(data):
    file, problems = parse("f.yaml", yaml.dump(data, Dumper=NoAliases, allow_unicode=True))
    assert problems == []
    assert file.data == tuples(data)


@given(st.text(max_size=60))
@settings(max_examples=300)
def test_any_text_gives_a_file_or_a_problem(text):
    file, problems = parse("f.yaml", text)
    assert file is not None or problems


class NoAliases(yaml.SafeDumper):
    def ignore_aliases(self, _data):
        return True


def tuples(value):
    if isinstance(value, list):
        return tuple(tuples(entry) for entry in value)
    return {key: tuples(entry) for key, entry in value.items()} if isinstance(value, dict) else value

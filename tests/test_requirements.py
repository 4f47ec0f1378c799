"""Every requirement that is listed as done is named by a test."""

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parent
TABLE = TESTS.parent / "docs" / "requirements.md"


def listed():
    return dict(re.findall(r"^\| ([A-E]\d+) \|.*\| (\w+) \|$", TABLE.read_text(), re.MULTILINE))


def named():
    """The rows in `@pytest.mark.row(…)` and `pytestmark = pytest.mark.row(…)`, and the tests that name them."""
    found = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.row"):
                for row in node.args:
                    found.setdefault(ast.literal_eval(row), []).append(path.name)
    return found


def test_the_table_is_read():
    rows = listed()
    assert len(rows) == 50
    assert set(rows.values()) <= {"done", "partly", "open"}


def test_a_row_that_is_done_is_named_by_a_test():
    tests = named()
    assert [row for row, status in listed().items() if status == "done" and row not in tests] == []


def test_no_test_names_a_row_that_there_is_not():
    assert {row: tests for row, tests in named().items() if row not in listed()} == {}

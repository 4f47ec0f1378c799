"""No weakening passes, and nothing harmless stops."""

import pytest

from tests.estate.guard.table import TABLE, found


@pytest.mark.row("E2", "B7")
@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_the_guard_finds_what_weakens_and_nothing_else(row):
    dangers = found(row)
    assert {rule: dangers.get(rule) for rule in row.rules} == row.rules
    assert row.rules or not dangers

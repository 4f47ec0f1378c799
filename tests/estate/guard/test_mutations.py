"""The table would notice a rule that gets weaker."""

import pytest

from tests.estate.guard.mutations import unnoticed


@pytest.mark.row("E2")
def test_the_table_notices_every_change_of_a_rule():
    assert list(unnoticed()) == []

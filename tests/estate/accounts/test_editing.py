"""Files edited by commands keep all that is not edited."""

import pytest
from ruamel.yaml.comments import CommentedMap

from estate.accounts.editing import edited
from tests.organizations import SAMPLE

pytestmark = pytest.mark.row("E5")


@pytest.mark.parametrize("path", sorted(SAMPLE.rglob("accounts/*.yaml")), ids=lambda path: path.stem)
def test_comments_order_and_quotes_stay(path):
    text = path.read_text()
    changed = edited(text, lambda account: account.update(name="Another"))
    name = next(line for line in text.splitlines() if line.startswith("name: "))
    assert changed.splitlines() == text.replace(name, "name: Another").splitlines()


def test_values_that_look_like_others_are_quoted():
    written = edited("name: Shop\n", lambda account: account.update(name="true", tags=CommentedMap(cost="0123")))
    assert written == "name: 'true'\ntags:\n  cost: '0123'\n"

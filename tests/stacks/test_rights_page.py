"""The page about what execution roles may do on everything says what the policies say."""

import re
from pathlib import Path

import pytest

from config import load
from config.registry import shared
from constructs_lib.policies.document import PolicyDocument
from estate.controls.rights_page import page
from tests.organizations import SAMPLE

PAGE = Path(__file__).parents[2] / "docs" / "rights.md"


def test_the_page_is_not_stale(synthesized):
    assert PAGE.read_text(encoding="utf-8") == page(synthesized, shared(load(SAMPLE))), (
        "Run: ESTATE_CONFIG=tests/sample estate rights > docs/rights.md"
    )


@pytest.mark.row("C12", "E1")
def test_every_action_on_everything_is_there(synthesized):
    text = PAGE.read_text(encoding="utf-8")
    for name, stack in synthesized.items():
        for address, policy in stack["resource"]["aws_iam_policy"].items():
            if address.startswith("execution-role_"):
                document = PolicyDocument.from_json(re.sub(r"\$\{[^{}]*\}", "111122223333", policy["policy"]))
                allowed = [one for one in document.statements if one.effect == "Allow" and one.resources == ("*",)]
                missing = {action for one in allowed for action in one.actions if f"`{action}`" not in text}
                assert not missing, name

"""The sample's jewels: the attacks that `tests/attacks` tries with real calls, asked of the stacks' own policies."""

import pytest

from estate.access.jewels import reached
from estate.access.opening import questions
from tests.organizations import SAMPLE

pytestmark = [pytest.mark.row("E7"), pytest.mark.row("E1")]

OWNED = {("guardrails", "management"), ("people's access", "management"), ("people's access", "security")}
"""What an account's own pipeline owns, since its stack makes it (docs/threat-model.md)."""


@pytest.fixture(scope="module")
def found():
    return list(reached(questions(SAMPLE)))


def test_there_are_jewels_of_every_kind(found):
    assert {jewel.title for jewel, _ in found} == {
        "guardrails",
        "people's access",
        "deployment rights",
        "audit trail",
        "log archive",
        "states",
    }


def test_no_ordinary_pipeline_reaches_them_but_what_their_stack_makes(found):
    """States are reached by the session's tag: that is for the deployed organization to show, and depends here."""
    for jewel, can in found:
        if (jewel.title, jewel.account.slug) in OWNED:
            continue
        for each in can:
            pipelines = [origin.name for origin, _ in each.origins if origin.kind == "pipeline"]
            ordinary = [name for name in pipelines if not name.endswith(":environment:foundation")]
            assert not ordinary or (jewel.title, each.answer.verdict) == ("states", "depends"), (jewel, each.who.name)


def test_no_role_that_a_stack_makes_for_its_own_ends_reaches_them(found):
    for jewel, can in found:
        helpers = {each.who.name for each in can if each.who.kind == "role"}
        own = {
            name for name in helpers if "/Terraform" not in name and not name.endswith("/OrganizationAccountAccessRole")
        }
        assert own == set(), jewel

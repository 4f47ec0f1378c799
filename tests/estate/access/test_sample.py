"""The sample's jewels: the attacks that `tests/attacks` tries with real calls, asked of the stacks' own policies."""

import pytest

from config.model.jewels import KINDS
from estate.access.opening import questions
from stacks.reach.paths import Paths
from tests.organizations import SAMPLE

pytestmark = [pytest.mark.row("E7"), pytest.mark.row("E1")]

OWNED = {("organization", "management"), ("guardrails", "management"), ("people", "management"), ("people", "security")}
"""What an account's own pipeline owns, since its stack makes it (docs/threat-model.md)."""


@pytest.fixture(scope="module")
def paths():
    return Paths(questions(SAMPLE))


def test_there_are_jewels_of_every_kind(paths):
    assert {jewel.kind for jewel, _ in paths.reached()} == set(KINDS)


def test_every_way_to_them_is_its_rightful_principals(paths):
    assert [each.sentence for each in paths.found()] == []


def test_no_ordinary_pipeline_reaches_them_but_what_their_stack_makes(paths):
    """States and keys are reached by tags: that is for the deployed organization to show, and depends here."""
    for jewel, ways in paths.reached():
        if (jewel.kind, jewel.account.slug) in OWNED:
            continue
        for who, way, needs in ways:
            ordinary = who.kind == "pipeline" and not who.name.endswith(":environment:foundation")
            assert not ordinary or (jewel.kind in ("states", "keys") and needs), (jewel, way)


def test_no_role_that_a_stack_makes_for_its_own_ends_reaches_them(paths):
    for jewel, ways in paths.reached():
        helpers = {who.name for who, _, _ in ways if who.kind == "role"}
        own = {
            name for name in helpers if "/Terraform" not in name and not name.endswith("/OrganizationAccountAccessRole")
        }
        assert own == set(), jewel

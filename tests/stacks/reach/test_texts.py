"""The texts of AWS-managed policies are AWS's, as the locked package of the local AWS has them."""

import gzip

import pytest

from estate.access.managed import content
from stacks.reach.texts import FILE, managed, seen

pytestmark = pytest.mark.row("E7")


def test_they_are_those_of_the_locked_package():
    assert gzip.decompress(FILE.read_bytes()) == gzip.decompress(content()), "run python -m estate.access.managed"


def test_they_have_a_day():
    assert seen() >= "2026-01-01"


def test_a_policy_is_found_under_any_path_and_one_that_is_not_there_is_unknown():
    administrator = managed("arn:aws:iam::aws:policy/AdministratorAccess")
    assert administrator is not None
    assert administrator.statements[0].actions == ("*",)
    assert managed("arn:aws:iam::aws:policy/job-function/Billing") is not None
    assert managed("arn:aws:iam::aws:policy/NobodyKnowsThis") is None

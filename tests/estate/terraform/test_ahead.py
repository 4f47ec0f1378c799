"""What comes before the rest of a plan, since AWS lets one thing only have a name, or be the administrator."""

import json

import pytest

from estate.guard.plan import Plan
from estate.terraform.ahead import ahead
from tests.estate.guard.plans import change, plan

pytestmark = pytest.mark.row("E12")

UNIT = "aws_organizations_organizational_unit"
ADMIN = "aws_guardduty_organization_admin_account"
DELEGATED = "aws_organizations_delegated_administrator"


def unit(slug, actions, before=None, after=None, parent="r-1"):
    old = before and {"name": before, "parent_id": parent, "id": f"ou-{slug}"}
    new = after and {"name": after, "parent_id": parent, "id": f"ou-{slug}"}
    return change(f"{UNIT}.{slug}", actions, old, new)


def steps(*changes):
    return ahead(Plan.from_json("management", plan(*changes)))


def test_nothing_comes_first_where_nothing_is_in_the_way():
    assert steps(unit("a", ["update"], "A", "B"), unit("b", ["no-op"], "C", "C")) == []
    assert steps(unit("a", ["update"], "A", "B"), unit("b", ["update"], "B", "C", parent="r-2")) == []


def test_an_administrator_ends_before_another_begins():
    (step,) = steps(
        change(f"{ADMIN}.old", ["delete"], {"admin_account_id": "1"}),
        change(f"{ADMIN}.new", ["create"], None, {"admin_account_id": "2"}),
        change(f"{DELEGATED}.old", ["delete"], {"account_id": "1", "service_principal": "config.amazonaws.com"}),
        change(f"{DELEGATED}.new", ["create"], None, {"account_id": "2", "service_principal": "config.amazonaws.com"}),
        change(f"{DELEGATED}.other", ["delete"], {"account_id": "1", "service_principal": "sso.amazonaws.com"}),
    )
    assert step.targets == [f"-target={ADMIN}.old", f"-target={DELEGATED}.old"]


def test_a_name_is_given_up_before_another_gets_it():
    found = steps(
        unit("a", ["update"], "A", "B"), unit("b", ["update"], "B", "C"), unit("c", ["delete", "create"], "C", "D")
    )
    assert [step.addresses for step in found] == [(f"{UNIT}.c",), (f"{UNIT}.b",)]


def test_a_new_unit_waits_for_the_name():
    (step,) = steps(unit("a", ["update"], "A", "B"), unit("new", ["create"], None, "A"))
    assert step.addresses == (f"{UNIT}.a",)


def test_of_names_that_are_swapped_one_gets_another_for_a_while(tmp_path):
    changes = (unit("a", ["update"], "A", "B"), unit("b", ["update"], "B", "A"))
    first, second = steps(*changes)
    assert (first.addresses, first.names) == ((f"{UNIT}.a",), {f"{UNIT}.a": {"name": "A (moving)"}})
    assert second.addresses == (f"{UNIT}.b",)
    first.write(tmp_path)
    (written,) = tmp_path.iterdir()
    assert written.name.endswith("_override.tf.json")
    assert json.loads(written.read_text()) == {"resource": {UNIT: {"a": {"name": "A (moving)"}}}}
    first.forget(tmp_path)
    assert not written.exists()
    for after, others, holds in (("A (moving)", (), True), ("B", (), False), ("A (moving)", changes[1:], False)):
        moved = Plan.from_json("management", plan(unit("a", ["update"], "A", after), *others))
        assert first.holds(moved) is holds


def test_a_ring_of_names():
    found = steps(unit("a", ["update"], "A", "B"), unit("b", ["update"], "B", "C"), unit("c", ["update"], "C", "A"))
    assert [step.addresses for step in found] == [(f"{UNIT}.a",), (f"{UNIT}.c",), (f"{UNIT}.b",)]


def test_replacements_that_swap_names_are_left_to_terraform():
    assert steps(unit("a", ["delete", "create"], "A", "B"), unit("b", ["delete", "create"], "B", "A")) == []

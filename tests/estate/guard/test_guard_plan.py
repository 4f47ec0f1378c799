"""Terraform's plans as typed values."""

import json

import pytest

from estate.guard.plan import Action, Plan, PlanFormatError
from estate.guard.summary import summarize
from tests.estate.guard.plans import change, plan

_ROLES = [f"arn:aws:iam::111122223333:role/{name}" for name in "ab"]
TWO_WAYS, ONE_WAY = (
    json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": roles}}],
        }
    )
    for roles in (_ROLES, _ROLES[0])
)


def test_actions_are_counted():
    read = Plan.from_json(
        "network",
        json.dumps(
            plan(
                change("aws_route_table.b", ("create",), None, {}),
                change("aws_route_table.a", ("delete", "create"), {}, {}),
                change("aws_route_table.c", ("no-op",), {}, {}),
            )
        ),
    )
    assert [found.address for found in read.changes] == ["aws_route_table.a", "aws_route_table.b", "aws_route_table.c"]
    assert read.count(Action.CREATE) == 1
    assert not read.empty
    assert str(summarize(read)) == "network: +2 ~0 -1"


def test_what_is_only_taken_over_is_a_change_that_is_shown():
    taken = change("aws_organizations_account.shop", ("no-op",), {"id": "1"}, {"id": "1"}, imported="444444444444")
    found = summarize(Plan.from_json("management", plan(taken)))
    assert (found.created, found.updated, found.destroyed, found.empty) == (0, 0, 0, False)
    assert [note.text for note in found.notes] == ["444444444444 is taken over as it is"]


def test_data_sources_are_no_changes():
    source = {**change("data.aws_caller_identity.x", ("read",)), "mode": "data"}
    assert Plan.from_json("a", plan(source)).empty


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("not json", "not JSON"),
        ("[]", "no plan"),
        ({"version": 4}, "no plan"),
        ({"format_version": "2.0"}, "format 2.0"),
        ({"format_version": "1.0", "values": {}}, "a state, not a plan"),
        ({**plan(), "errored": True}, "failed half-way"),
        (plan(change("a.b", ("explode",))), "unknown action"),
    ],
)
def test_refusals(source, said):
    with pytest.raises(PlanFormatError, match=said):
        Plan.from_json("a", source)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(PlanFormatError, match=r"a\.json: No such file"):
        Plan.read("a", tmp_path / "a.json")


@pytest.mark.parametrize(
    ("entry", "notes"),
    [
        (change("aws_route_table.a", ("delete",), {}), ["- aws_route_table.a"]),
        (
            change("aws_route_table.a", ("forget",), {}),
            [". aws_route_table.a: stays in AWS, and Terraform no longer looks after it"],
        ),
        (
            change("aws_route_table.a", ("delete", "create"), {}, {}, replace_paths=[["cidr_block"], ["tags", 0]]),
            ["± aws_route_table.a: because of cidr_block, tags.0"],
        ),
        (change("aws_route_table.a", ("update",), {"tags": {}}, {"tags": {"a": "b"}}), []),
        (
            change("aws_iam_role.a", ("update",), {"assume_role_policy": TWO_WAYS}, {"assume_role_policy": ONE_WAY}),
            ["~ aws_iam_role.a: who may assume it changes"],
        ),
        (change("aws_iam_policy.a", ("update",), {"policy": '{"a": 1}'}, {"policy": '{"a":1}'}), []),
        (
            change("aws_iam_policy.a", ("update",), {"policy": "{}"}, {}, unknown={"policy": True}),
            ["~ aws_iam_policy.a: policy is known only after the apply, and so whether it allows more."],
        ),
        (
            change("aws_organizations_account.a", ("update",), {"parent_id": "ou-1"}, {"parent_id": "ou-2"}),
            ["~ aws_organizations_account.a: moves from ou-1 to ou-2"],
        ),
        (
            change(
                "aws_lb.a", ("update",), {"enable_deletion_protection": True}, {"enable_deletion_protection": False}
            ),
            ["~ aws_lb.a: enable_deletion_protection is switched off."],
        ),
    ],
)
def test_what_matters_is_noted(entry, notes):
    assert [str(note) for note in summarize(Plan.from_json("a", plan(entry))).notes] == notes


def test_the_worst_comes_first():
    found = summarize(
        Plan.from_json(
            "a",
            plan(
                change("aws_kms_key.a", ("update",), {"is_enabled": True}, {"is_enabled": False}),
                change("aws_route_table.b", ("delete",), {}),
                change("aws_route_table.c", ("delete", "create"), {}, {}),
            ),
        )
    )
    assert [note.mark for note in found.notes] == ["~", "±", "-"]

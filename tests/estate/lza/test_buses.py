"""Policies of default event buses: what is taken over lets in nobody whom the policy does not let in."""

import json

import pytest

from config.capabilities.event_bus import EVENT_BUS
from tests.estate.lza.conftest import take

FILE = "event-bus-policies/bus.json"
SENDS = {"Effect": "Allow", "Action": "events:PutEvents", "Resource": "*"}
ORGANIZATION = {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "${ORG_ID}"}}}


def taken(changed, tmp_path, *statements):
    source = changed("global-config.yaml", ("policy: event-bus-policies/bus.json", f"policy: {FILE}"))
    (source / FILE).write_text(json.dumps({"Version": "2012-10-17", "Statement": statements}))
    found = take(source, tmp_path / "config")
    notes = [note.text for note in found.draft.notes if "event-bus-policies" in note.text]
    return EVENT_BUS.in_account(found.organization, found.organization.accounts["shop-live"]), notes


def test_accounts_are_let_in_by_their_ids(changed, tmp_path):
    partners = ["arn:${PARTITION}:iam::999999999999:root", "888888888888"]
    bus, notes = taken(changed, tmp_path, {**SENDS, "Principal": {"AWS": partners}})
    assert (bus.organization, bus.other_accounts) == (False, ("888888888888", "999999999999"))
    assert notes == []


def test_the_organization_and_others_together(changed, tmp_path):
    partner = {**SENDS, "Principal": {"AWS": "999999999999"}}
    bus, _ = taken(changed, tmp_path, {**SENDS, **ORGANIZATION, "Principal": {"AWS": "*"}}, partner)
    assert (bus.organization, bus.other_accounts) == (True, ("999999999999",))


@pytest.mark.parametrize(
    "statement",
    [
        {**SENDS, "Principal": "*"},
        {**SENDS, "Principal": {"AWS": "arn:aws:iam::999999999999:role/one"}},
        {**SENDS, "Principal": {"AWS": ["999999999999", "${ACCEL_LOOKUP::ACCOUNT_ID:ACCOUNT:Audit}"]}},
        {**SENDS, **ORGANIZATION, "Principal": {"AWS": "999999999999"}},
        {**SENDS, "Principal": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-zzzzzzzzzz"}}},
        {
            **SENDS,
            "Principal": "*",
            "Condition": {**ORGANIZATION["Condition"], "Bool": {"aws:SecureTransport": "true"}},
        },
        {**SENDS, **ORGANIZATION, "Principal": "*", "Effect": "Deny"},
        {**SENDS, **ORGANIZATION, "Principal": "*", "Action": "events:PutRule"},
    ],
)
def test_what_says_something_else_is_told_and_lets_nobody_in(changed, tmp_path, statement):
    bus, (note,) = taken(changed, tmp_path, statement)
    assert bus is None
    assert note.startswith("Left out: statement 1 of")

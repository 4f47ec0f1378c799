"""The file of explained findings says what it must, and no more."""

import re

import pytest

from tests.audit.findings import Finding, explained, is_explained

pytestmark = pytest.mark.row("E3")


def test_every_entry_names_a_check_and_a_reason():
    for entry in explained():
        assert set(entry) <= {"check", "accounts", "reason"}, entry
        assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)+", entry["check"])
        assert len(entry["reason"].split()) >= 8, entry["check"]
        assert entry.get("accounts", ["all"])


def test_checks_are_sorted_and_explained_once():
    checks = [(entry["check"], tuple(entry.get("accounts", ()))) for entry in explained()]
    assert checks == sorted(set(checks))


def test_a_finding_is_explained_where_its_entry_says(monkeypatch):
    entries = [{"check": "a_b", "reason": "x"}, {"check": "c_d", "accounts": ["production"], "reason": "x"}]
    monkeypatch.setattr("tests.audit.findings.explained", lambda: entries)

    def of(account, check):
        return is_explained(Finding(account, check, "arn", "says"))

    assert of("security", "a_b")
    assert of("production", "c_d")
    assert not of("security", "c_d")
    assert not of("production", "e_f")

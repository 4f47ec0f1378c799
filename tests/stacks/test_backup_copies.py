"""Copies of backups between accounts: a switch of the organization, which Terraform cannot take back by destroying it."""

import pytest

pytestmark = pytest.mark.row("E2")


@pytest.mark.parametrize(
    ("says", "expected"), [({"copies_to_organization": True}, "true"), ({"copies_to_organization": False}, "false")]
)
def test_the_switch_follows_what_accounts_ask_for(synthesize_changed, says, expected):
    found = synthesize_changed(lambda data: data["defaults"].update(backup=says), ["management"])["management"]
    (settings,) = found["resource"]["aws_backup_global_settings"].values()
    assert settings["global_settings"] == {"isCrossAccountBackupEnabled": expected}


def test_one_account_that_asks_is_enough(synthesize_changed):
    def change(data):
        data["defaults"]["backup"] = {"copies_to_organization": False}
        data["organizational_units"]["workloads"].setdefault("defaults", {})["backup"] = {
            "copies_to_organization": True
        }

    found = synthesize_changed(change, ["management"])["management"]
    (settings,) = found["resource"]["aws_backup_global_settings"].values()
    assert settings["global_settings"] == {"isCrossAccountBackupEnabled": "true"}


def test_where_no_account_says_anything_of_copies_the_switch_stays_as_it_is(synthesize_changed, synthesized):
    found = synthesize_changed(lambda data: data["defaults"].update(backup={}), ["management"])["management"]
    assert "aws_backup_vault" in found["resource"]
    for stack in (found, synthesized["management"]):
        assert "aws_backup_global_settings" not in stack["resource"]
    assert "backup:UpdateGlobalSettings" not in str(found)

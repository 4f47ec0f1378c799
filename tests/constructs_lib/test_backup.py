import json

import pytest

from constructs_lib import (
    BackupReportsConstruct,
    BackupRoleConstruct,
    BackupVaultsConstruct,
    InvalidValueError,
    RestoreTest,
    RestoreTestsConstruct,
    Vault,
    VaultLock,
)
from tests.template import synth

pytestmark = pytest.mark.row("C5", "E2")

ACCOUNT, ORGANIZATION = "444444444444", "o-a1b2c3d4e5"


def vaults(*, copies=False, **found):
    return synth(
        lambda stack: BackupVaultsConstruct(
            stack,
            "backup",
            vaults=found,
            account_id=ACCOUNT,
            organization_id=ORGANIZATION,
            copies_to_organization=copies,
        )
    )


def test_vaults_are_encrypted_locked_and_not_destroyed():
    template = vaults(daily=Vault(VaultLock(35, 400, 3)), open=Vault())
    made = template.resources("aws_backup_vault")
    (key,) = template.resources("aws_kms_key")
    assert {one["name"] for one in made.values()} == {"daily", "open"}
    assert all(one["kms_key_arn"] == f"${{aws_kms_key.{key}.arn}}" for one in made.values())
    assert all(one["lifecycle"] == {"prevent_destroy": True} for one in made.values())
    assert all(one["force_destroy"] is False for one in made.values())
    lock = template.only("aws_backup_vault_lock_configuration")
    assert (lock["min_retention_days"], lock["max_retention_days"], lock["changeable_for_days"]) == (35, 400, 3)
    assert "aws_backup_vault_policy" not in template.json["resource"]


def test_copies_come_from_the_organization_alone_and_are_decrypted_by_it():
    template = vaults(copies=True, copies_=Vault(copies_from_organization=True))
    (statement,) = template.policy("aws_backup_vault_policy", "policy")["Statement"]
    assert statement["Action"] == "backup:CopyIntoBackupVault"
    assert statement["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}
    key = template.policy("aws_kms_key", "policy")["Statement"]
    others = [one for one in key if one["Principal"] == "*"]
    assert {one["Sid"] for one in others} == {"OrganizationDecryptsCopies", "OrganizationGrantsToServices"}
    assert all(one["Condition"]["StringEquals"] == {"aws:PrincipalOrgID": ORGANIZATION} for one in others)
    alone = vaults(daily=Vault()).policy("aws_kms_key", "policy")["Statement"]
    assert [one["Sid"] for one in alone] == ["OwnAccountByItsIamPolicies"]


@pytest.mark.parametrize(
    "lock", [{"min_days": 0}, {"min_days": 9, "max_days": 8}, {"min_days": 1, "changeable_days": 2}]
)
def test_locks_that_aws_does_not_take_are_refused(lock):
    with pytest.raises(InvalidValueError):
        VaultLock(**lock)


@pytest.mark.parametrize("found", [{}, {"a": Vault()}, {"a b": Vault()}])
def test_no_vaults_and_names_that_aws_does_not_take_are_refused(found):
    with pytest.raises(InvalidValueError, match="vaults"):
        vaults(**found)


def test_aws_backup_alone_has_the_role_and_for_this_account():
    template = synth(lambda stack: BackupRoleConstruct(stack, "role", name="backup", account_id=ACCOUNT))
    (statement,) = template.policy("aws_iam_role", "assume_role_policy")["Statement"]
    assert statement["Principal"] == {"Service": "backup.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    assert len(template.resources("aws_iam_role_policy_attachment")) == 2


def test_the_role_reaches_into_buckets_only_if_it_is_told():
    def policies(**more):
        template = synth(lambda stack: BackupRoleConstruct(stack, "role", name="backup", account_id=ACCOUNT, **more))
        found = template.resources("aws_iam_role_policy_attachment").values()
        return {one["policy_arn"].rpartition("/")[2] for one in found}

    buckets = {"AWSBackupServiceRolePolicyForS3Backup", "AWSBackupServiceRolePolicyForS3Restore"}
    assert not policies() & buckets
    assert policies(buckets=True) - policies() == buckets


def test_reports_are_written_by_aws_backup_into_a_bucket_of_the_account():
    template = synth(lambda stack: BackupReportsConstruct(stack, "reports", bucket_name="acme-backup-reports"))
    plans = template.resources("aws_backup_report_plan").values()
    assert {one["report_setting"]["report_template"] for one in plans} == {
        "BACKUP_JOB_REPORT",
        "COPY_JOB_REPORT",
        "RESTORE_JOB_REPORT",
    }
    arrive = [one for one in template.policy("aws_s3_bucket_policy", "policy")["Statement"] if one["Effect"] == "Allow"]
    (role,) = template.resources("aws_iam_service_linked_role")
    assert [one["Principal"] for one in arrive] == [{"AWS": f"${{aws_iam_service_linked_role.{role}.arn}}"}]
    assert json.dumps(arrive).count("s3:PutObject") == 1


def restored(**tests):
    role = f"arn:aws:iam::{ACCOUNT}:role/backup"
    return synth(lambda stack: RestoreTestsConstruct(stack, "tests", tests=tests, role_arn=role))


VAULT = f"arn:aws:backup:eu-central-1:{ACCOUNT}:backup-vault:daily"


def test_a_restore_is_tried_of_each_type_from_the_vaults_that_are_named():
    test = RestoreTest(
        "cron(0 5 ? * SUN *)", ["RDS", "EBS"], [VAULT], {"backup": "daily"}, metadata={"RDS": {"a": "b"}}
    )
    found = restored(weekly=test)
    plan = found.only("aws_backup_restore_testing_plan")
    assert (plan["name"], plan["schedule_expression"]) == ("weekly", "cron(0 5 ? * SUN *)")
    (chosen,) = plan["recovery_point_selection"]
    assert (chosen["algorithm"], chosen["include_vaults"]) == ("LATEST_WITHIN_WINDOW", [VAULT])
    selections = {one["name"]: one for one in found.resources("aws_backup_restore_testing_selection").values()}
    assert {name: one["protected_resource_type"] for name, one in selections.items()} == {"EBS": "EBS", "RDS": "RDS"}
    (condition,) = selections["EBS"]["protected_resource_conditions"]
    assert "protected_resource_arns" not in selections["EBS"]  # Terraform takes one of the two
    assert condition == {"string_equals": [{"key": "aws:ResourceTag/backup", "value": "daily"}]}
    assert (selections["RDS"]["restore_metadata_overrides"], selections["EBS"].get("restore_metadata_overrides")) == (
        {"a": "b"},
        None,
    )


def test_aws_takes_no_hyphen_in_names_of_plans():
    found = restored(**{"every-week": RestoreTest("rate(7 days)", ["EBS"], [VAULT], newest=False)})
    plan = found.only("aws_backup_restore_testing_plan")
    assert plan["name"] == "every_week"
    assert found.only("aws_backup_restore_testing_selection")["protected_resource_arns"] == ["*"]
    assert plan["recovery_point_selection"][0]["algorithm"] == "RANDOM_WITHIN_WINDOW"


@pytest.mark.parametrize(
    ("test", "name"),
    [
        (RestoreTest("sundays", ["EBS"], [VAULT]), "schedule"),
        (RestoreTest("rate(7 days)", [], [VAULT]), "types"),
        (RestoreTest("rate(7 days)", ["EBS"], []), "vault_arns"),
        (RestoreTest("rate(7 days)", ["EBS"], [VAULT], within_days=0), "within_days"),
        (RestoreTest("rate(7 days)", ["EBS"], [VAULT], keep_hours=169), "keep_hours"),
        (RestoreTest("rate(7 days)", ["EBS"], [VAULT], keep_hours=0), "keep_hours"),
        (RestoreTest("rate(7 days)", ["EBS"], [VAULT], metadata={"RDS": {}}), "metadata"),
    ],
)
def test_restores_that_aws_does_not_try_are_refused(test, name):
    with pytest.raises(InvalidValueError, match=name):
        restored(weekly=test)

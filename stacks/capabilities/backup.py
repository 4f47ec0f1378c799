"""Backup vaults of an account, the role that makes backups, and reports about them."""

from cdktf_cdktf_provider_aws.backup_global_settings import BackupGlobalSettings

from config.capabilities.backup import Backup, backup_regions
from constructs_lib.backup.reports import BackupReportsConstruct
from constructs_lib.backup.restore_tests import RestoreTest, RestoreTestsConstruct
from constructs_lib.backup.role import BackupRoleConstruct
from constructs_lib.backup.vaults import BackupVaultsConstruct, Vault, VaultLock
from stacks.parts import part
from stacks.scope import AccountScope


def add(stack: AccountScope, backup: Backup) -> None:
    """Add the vaults of each region, and the role."""
    partition = stack.organization.partition
    vaults = {
        name: Vault(
            VaultLock(vault.lock.min_days, vault.lock.max_days, vault.lock.changeable_days) if vault.lock else None,
            vault.copies_from_organization,
        )
        for name, vault in backup.vaults.items()
    }
    for region in backup_regions(stack.organization, backup):
        BackupVaultsConstruct(
            stack,
            f"backup-{region}",
            vaults=vaults,
            account_id=stack.own_id,
            organization_id=stack.references.organization_id,
            copies_to_organization=bool(backup.copies_to_organization),
            partition=partition,
            provider=stack.provider(region),
        )
    BackupRoleConstruct(
        stack,
        "backup-role",
        name=backup.role,
        account_id=stack.own_id,
        buckets=backup.buckets,
        partition=partition,
    )


def add_reports(stack: AccountScope, _backup: Backup) -> None:
    """Add reports of jobs."""
    organization = stack.organization
    BackupReportsConstruct(
        stack,
        "backup-reports",
        bucket_name=f"{organization.slug}-backup-reports-{stack.own_id}",
        partition=organization.partition,
        provider=stack.provider(stack.account.region),
    )


def add_restore_tests(stack: AccountScope, backup: Backup) -> None:
    """Add restores that are tried in each region."""
    role = part(stack, "backup-role", BackupRoleConstruct)
    for region in backup_regions(stack.organization, backup):
        arns = part(stack, f"backup-{region}", BackupVaultsConstruct).vault_arns
        RestoreTestsConstruct(
            stack,
            f"restore-tests-{region}",
            tests={
                name: RestoreTest(
                    vault_arns=[arns[vault] for vault in test.vaults or arns],
                    **test.model_dump(exclude={"vaults"}),
                )
                for name, test in backup.restore_tests.items()
            },
            role_arn=role.role_arn,
            provider=stack.provider(region),
        )


def let_copy(stack: AccountScope, copies: bool) -> None:  # noqa: FBT001 - the value of a part
    """Let accounts copy backups into vaults of other accounts of the organization, or not: the management account alone can."""
    settings = {"isCrossAccountBackupEnabled": "true" if copies else "false"}
    BackupGlobalSettings(stack, "backup-copies", global_settings=settings)

"""Backup vaults of an account in a region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.backup_vault import BackupVault
from cdktf_cdktf_provider_aws.backup_vault_lock_configuration import BackupVaultLockConfiguration
from cdktf_cdktf_provider_aws.backup_vault_policy import BackupVaultPolicy
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.document import PolicyDocument, Statement, allow
from constructs_lib.security.encryption_key import EncryptionKeyConstruct
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_between, require_match, require_organization_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import TerraformProvider

_LONGEST = 36500


@typed
@dataclass(frozen=True)
class VaultLock:
    """For how long nobody can delete a backup.

    Args:
        min_days: Backups are kept for at least so many days.
        max_days: Backups are kept for at most so many days. Default: as plans say.
        changeable_days: After so many days, at least 3, nobody can lift the lock any more, the root user included. Default: whoever
            has the permission can.
    """

    min_days: int
    max_days: int | None = None
    changeable_days: int | None = None

    def __post_init__(self) -> None:
        """Refuse what AWS Backup would refuse."""
        require_between("min_days", self.min_days, 1, _LONGEST, unit="days")
        if self.max_days is not None:
            require_between("max_days", self.max_days, self.min_days, _LONGEST, unit="days")
        if self.changeable_days is not None:
            require_between("changeable_days", self.changeable_days, 3, _LONGEST, unit="days")


@typed
@dataclass(frozen=True)
class Vault:
    """A backup vault.

    Args:
        lock: Keeps backups from deletion. Default: they are not locked.
        copies_from_organization: Whether all accounts of the organization may copy backups into it. Default: no.
    """

    lock: VaultLock | None = None
    copies_from_organization: bool = False


@typed
class BackupVaultsConstruct(Construct):
    """Vaults of one region, encrypted with a key of their own.

    Children: ``Key``; for each vault ``vault-<name>``, ``lock-<name>`` and ``policy-<name>``.

    Args:
        scope: Where the vaults live.
        id_: The construct's id.
        vaults: Vault by name: 2 to 50 letters, digits, hyphens and underscores.
        account_id: The account.
        organization_id: The organization, for copies between its accounts.
        copies_to_organization: Whether accounts of the organization may decrypt what is copied to them. Default: no.
        name: Of the key's alias. Default: ``backup``.
        partition: ``aws`` or ``aws-us-gov``.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If there is no vault, a name or an id is malformed, or AWS does not take a lock.

    Example:
        >>> BackupVaultsConstruct(
        ...     stack, "Backup", vaults={"daily": Vault(VaultLock(35))}, account_id="444444444444", organization_id="o-a1b2c3d4e5"
        ... )

    Source: https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        vaults: Mapping[str, Vault],
        account_id: str,
        organization_id: str,
        copies_to_organization: bool = False,
        name: str = "backup",
        partition: str = "aws",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_account_id("account_id", account_id)
        require_organization_id("organization_id", organization_id)
        if not vaults:
            raise InvalidValueError("vaults", dict(vaults), expected="at least one vault")
        key = EncryptionKeyConstruct(
            self,
            "Key",
            alias=name,
            description="Backups",
            account_id=account_id,
            statements=_copied(organization_id) if copies_to_organization else [],
            protected=True,
            partition=partition,
            provider=provider,
        )
        self._vault_arns: dict[str, str] = {}
        for vault_name, vault in sorted(vaults.items()):
            require_match("vaults", vault_name, r"[A-Za-z0-9_-]{2,50}", expected="2 to 50 letters, digits, - and _")
            made = BackupVault(
                self,
                f"vault-{vault_name}",
                name=vault_name,
                kms_key_arn=key.key_arn,
                force_destroy=False,
                lifecycle=TerraformResourceLifecycle(prevent_destroy=True),
                provider=provider,
            )
            self._vault_arns[vault_name] = made.arn
            if vault.lock:
                BackupVaultLockConfiguration(
                    self,
                    f"lock-{vault_name}",
                    backup_vault_name=made.name,
                    min_retention_days=vault.lock.min_days,
                    max_retention_days=vault.lock.max_days,
                    changeable_for_days=vault.lock.changeable_days,
                    provider=provider,
                )
            if vault.copies_from_organization:
                BackupVaultPolicy(
                    self,
                    f"policy-{vault_name}",
                    backup_vault_name=made.name,
                    policy=PolicyDocument.of(
                        allow(
                            "backup:CopyIntoBackupVault",
                            "*",
                            principals="*",
                            conditions={"StringEquals": {"aws:PrincipalOrgID": organization_id}},
                            sid="OrganizationCopies",
                        )
                    ).to_terraform(),
                    provider=provider,
                )

    @property
    def vault_arns(self) -> dict[str, str]:
        """The vaults' ARNs, by name."""
        return dict(self._vault_arns)


def _copied(organization_id: str) -> list[Statement]:
    """Who gets a copy decrypts it, by AWS Backup and what it works with."""
    of_organization = {"StringEquals": {"aws:PrincipalOrgID": organization_id}}
    return [
        allow(
            ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
            "*",
            principals="*",
            conditions=of_organization,
            sid="OrganizationDecryptsCopies",
        ),
        allow(
            ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"],
            "*",
            principals="*",
            conditions={**of_organization, "Bool": {"kms:GrantIsForAWSResource": True}},
            sid="OrganizationGrantsToServices",
        ),
    ]

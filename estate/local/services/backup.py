"""AWS Backup: vaults' policies and the organization's settings, which moto does not have; and locks that hold."""

from __future__ import annotations

import json

from moto.backup.models import backup_backends
from moto.iam.models import IAMBackend, Role

from estate.local.answers import AwsError
from estate.local.authority import Resource
from estate.local.extension import MOTO_ANSWERS, Answer, Call, Extension, Json, Shelf
from estate.local.membership import organization_of

extension = Extension("backup")

_policies = Shelf[dict[str, str]](dict)
_settings = Shelf[Json](dict, regional=False)


@extension.amends("The role that writes AWS Backup's reports has the name that AWS gives it.")
def name_the_role_of_reports() -> None:
    """Moto would make the first part of the service's name a suffix, by which Terraform would replace the role."""
    create = IAMBackend.create_service_linked_role

    def named(self: IAMBackend, service_name: str, description: str, suffix: str) -> Role:
        role = create(self, service_name, description, suffix)
        if service_name == "reports.backup.amazonaws.com":
            role.name = "AWSServiceRoleForBackupReports"
        return role

    IAMBackend.create_service_linked_role = named  # type: ignore[method-assign]


@extension.answers("PutBackupVaultAccessPolicy")
def put_backup_vault_access_policy(call: Call) -> Answer:
    """Give a vault its policy."""
    _vault(call)
    json.loads(call["Policy"])
    _policies(call)[call["BackupVaultName"]] = call["Policy"]
    return {}


@extension.answers("GetBackupVaultAccessPolicy")
def get_backup_vault_access_policy(call: Call) -> Answer:
    """Show a vault's policy."""
    arn = _vault(call)
    policy = _policies(call).get(call["BackupVaultName"])
    if policy is None:
        raise AwsError("ResourceNotFoundException", "The vault has no policy.")
    return {"BackupVaultName": call["BackupVaultName"], "BackupVaultArn": arn, "Policy": policy}


@extension.answers("DeleteBackupVaultAccessPolicy")
def delete_backup_vault_access_policy(call: Call) -> Answer:
    """Take a vault's policy away."""
    _policies(call).pop(call["BackupVaultName"], None)
    return {}


@extension.answers("UpdateGlobalSettings")
def update_global_settings(call: Call) -> Answer:
    """Change the organization's settings, from the management account."""
    organization = organization_of(call.account_id, call.partition)
    if organization is None or organization.account_id != call.account_id:
        raise AwsError("InvalidRequestException", "Only the management account changes global settings.")
    _settings(call).update(call["GlobalSettings"])
    return {}


@extension.answers("DescribeGlobalSettings")
def describe_global_settings(call: Call) -> Answer:
    """Show the organization's settings."""
    return {"GlobalSettings": {"isCrossAccountBackupEnabled": "false", **_settings(call)}}


@extension.answers("DeleteBackupVault")
def delete_backup_vault(call: Call) -> Answer:
    """Let moto do it, and forget the policy."""
    _policies(call).pop(call["BackupVaultName"], None)
    return MOTO_ANSWERS


def _vault(call: Call) -> str:
    vault = backup_backends[call.account_id][call.region].vaults.get(call["BackupVaultName"])
    if vault is None:
        raise AwsError("ResourceNotFoundException", f"There is no vault {call['BackupVaultName']}.")
    return str(vault.backup_vault_arn)


def _resource(call: Call) -> Resource | None:
    name = call.get("BackupVaultName")
    return Resource(call.arn(f"backup-vault:{name}"), call.account_id) if name else None


extension.resource_of = _resource

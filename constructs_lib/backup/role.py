"""The role that makes and restores backups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from constructs import Construct

from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_role_name

if TYPE_CHECKING:
    from cdktf import TerraformProvider

_POLICIES: Final = {
    "backup": "service-role/AWSBackupServiceRolePolicyForBackup",
    "restore": "service-role/AWSBackupServiceRolePolicyForRestores",
}
_OF_BUCKETS: Final = {
    "s3-backup": "AWSBackupServiceRolePolicyForS3Backup",
    "s3-restore": "AWSBackupServiceRolePolicyForS3Restore",
}


@typed
class BackupRoleConstruct(Construct):
    """A role with AWS's own policies for backups and restores, which AWS Backup alone may assume, for its account.

    Children: ``Resource``, and one attachment for each policy: ``backup``, ``restore``, and with `buckets` ``s3-backup`` and ``s3-restore``.

    Args:
        scope: Where the role lives.
        id_: The construct's id.
        name: The role's name, as backup policies name it.
        account_id: The account.
        buckets: Whether it may back up and restore buckets, too. It can then read and write what is in all of them. Default: no.
        partition: ``aws`` or ``aws-us-gov``.
        provider: The account. Default: the stack's provider.

    Raises:
        InvalidValueError: If the name or the account's id is malformed.

    Example:
        >>> BackupRoleConstruct(stack, "BackupRole", name="backup", account_id="444444444444")

    Source: https://docs.aws.amazon.com/aws-backup/latest/devguide/iam-service-roles.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        account_id: str,
        buckets: bool = False,
        partition: str = "aws",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        trust = allow(
            "sts:AssumeRole",
            principals={"Service": "backup.amazonaws.com"},
            conditions={"StringEquals": {"aws:SourceAccount": require_account_id("account_id", account_id)}},
        )
        role = IamRole(
            self,
            "Resource",
            name=require_role_name("name", name),
            description="AWS Backup makes and restores backups",
            assume_role_policy=PolicyDocument.of(trust).to_terraform(),
            provider=provider,
        )
        self._role_arn = role.arn
        for key, policy in {**_POLICIES, **(_OF_BUCKETS if buckets else {})}.items():
            IamRolePolicyAttachment(
                self, key, role=role.name, policy_arn=f"arn:{partition}:iam::aws:policy/{policy}", provider=provider
            )

    @property
    def role_arn(self) -> str:
        """The role's ARN."""
        return self._role_arn

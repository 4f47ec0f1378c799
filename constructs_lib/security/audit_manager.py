"""Audit Manager: evidence for audits, gathered of the whole organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.auditmanager_account_registration import AuditmanagerAccountRegistration
from cdktf_cdktf_provider_aws.auditmanager_organization_admin_account_registration import (
    AuditmanagerOrganizationAdminAccountRegistration,
)
from constructs import Construct

from constructs_lib.security.encryption_key import EncryptionKeyConstruct
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdktf import ITerraformDependable, TerraformProvider


@typed
class AuditManagerAdministratorConstruct(Construct):
    """Makes an account Audit Manager's administrator in a region. For the management account.

    Audit Manager is switched on in the management account first, which can name nobody before. It gathers nothing there: assessments
    are the administrator's. Organizations has to trust ``auditmanager.amazonaws.com`` and to have the account registered as its
    delegated administrator before. When the construct goes, Audit Manager is switched off in the management account; AWS keeps what
    was gathered.

    Children: ``Registration`` (of the management account), ``Administrator``.

    Args:
        scope: Where the registration is kept: a stack of the management account.
        id_: The construct's id.
        account_id: The account that will administer Audit Manager, usually the security account; not the management account.
        depends_on: What comes before, such as the delegated administrator of Organizations. Default: nothing.
        provider: The management account, in the region meant. Default: the stack's provider.

    Raises:
        InvalidValueError: If the account id is malformed.

    Example:
        >>> AuditManagerAdministratorConstruct(stack, "Audits-eu-west-1", account_id="222222222222", provider=ireland)

    Source: https://docs.aws.amazon.com/audit-manager/latest/userguide/add-delegated-admin.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        account_id: str,
        depends_on: Sequence[ITerraformDependable] = (),
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_account_id("account_id", account_id)
        own = AuditmanagerAccountRegistration(
            self, "Registration", deregister_on_destroy=True, depends_on=list(depends_on) or None, provider=provider
        )
        AuditmanagerOrganizationAdminAccountRegistration(
            self, "Administrator", admin_account_id=account_id, depends_on=[own], provider=provider
        )


@typed
class AuditManagerConstruct(Construct):
    """Audit Manager in a region, and the KMS key of what it gathers. For its administrator.

    Whoever applies it grants Audit Manager the use of the key. When it goes, Audit Manager is switched off, and the key is deleted 30
    days later: AWS keeps evidence for two years, but it cannot be read any more.

    Children: ``Key``, ``Registration``.

    Args:
        scope: Where the registration is kept: a stack of the administrator's account.
        id_: The construct's id.
        account_id: The administrator's account, which owns the key.
        partition: ``aws`` or ``aws-us-gov``.
        provider: That account, in the region meant. Default: the stack's provider.

    Raises:
        InvalidValueError: If the account id is malformed.

    Example:
        >>> AuditManagerConstruct(stack, "Audits-eu-west-1", account_id="222222222222", provider=ireland)

    Source: https://docs.aws.amazon.com/audit-manager/latest/userguide/settings-KMS.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        account_id: str,
        partition: str = "aws",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self._key = EncryptionKeyConstruct(
            self,
            "Key",
            alias="audit-manager",
            description="Evidence of Audit Manager",
            account_id=require_account_id("account_id", account_id),
            partition=partition,
            provider=provider,
        )
        AuditmanagerAccountRegistration(
            self, "Registration", kms_key=self._key.key_arn, deregister_on_destroy=True, provider=provider
        )

    @property
    def key_arn(self) -> str:
        """The ARN of the key."""
        return self._key.key_arn

"""No document of Systems Manager is public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.ssm_service_setting import SsmServiceSetting
from constructs import Construct

from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_region

if TYPE_CHECKING:
    from cdktf import TerraformProvider


@typed
class DocumentSharingConstruct(Construct):
    """Nobody in the account can share a document of Systems Manager with everybody, in one region.

    Children: ``Resource``.

    Args:
        scope: Where the switch is kept.
        id_: The construct's id.
        account_id: The account.
        region: The region.
        partition: ``aws`` or ``aws-us-gov``.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If the account's id or the region is malformed.

    Example:
        >>> DocumentSharingConstruct(stack, "Documents", account_id="444444444444", region="eu-central-1")

    Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-ssm-sharing.html#block-public-access
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        account_id: str,
        region: str,
        partition: str = "aws",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_account_id("account_id", account_id)
        require_region("region", region)
        start = f"arn:{partition}:ssm:{region}:{account_id}:servicesetting"
        SsmServiceSetting(
            self,
            "Resource",
            setting_id=f"{start}/ssm/documents/console/public-sharing-permission",
            setting_value="Disable",
            provider=provider,
        )

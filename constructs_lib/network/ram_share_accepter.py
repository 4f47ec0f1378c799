"""The other side of a share that comes from outside the organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.ram_resource_share_accepter import RamResourceShareAccepter
from constructs import Construct

from constructs_lib.typed import typed
from constructs_lib.validation import require_match

if TYPE_CHECKING:
    from cdktf import TerraformProvider

_ARN = r"arn:aws[a-z-]*:ram:[a-z0-9-]+:[0-9]{12}:resource-share/[0-9a-f-]+"


@typed
class RamShareAccepterConstruct(Construct):
    """Accepts a share of an account outside the organization. Within an organization nothing needs to be accepted.

    Children: ``Resource``.

    Args:
        scope: A stack of the account that was invited.
        id_: The construct's id.
        share_arn: The share's ARN, from its owner.
        provider: Account and region, the share's. Default: the stack's provider.

    Raises:
        InvalidValueError: If the ARN is none of a share.

    Example:
        >>> RamShareAccepterConstruct(
        ...     stack, "Partner", share_arn="arn:aws:ram:eu-central-1:999999999999:resource-share/7ab63972-b505-7e2a-420d",
        ... )

    Source: https://docs.aws.amazon.com/ram/latest/userguide/working-with-shared-invitations.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        share_arn: str,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_match("share_arn", share_arn, _ARN, expected="the ARN of a share, 'arn:aws:ram:…:resource-share/…'")
        self._accepter = RamResourceShareAccepter(self, "Resource", share_arn=share_arn, provider=provider)

    @property
    def share_name(self) -> str:
        """The name that the owner gave the share."""
        return self._accepter.share_name

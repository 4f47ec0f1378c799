"""Regions that an account has to ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.account_region import AccountRegion
from constructs import Construct

from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_match

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cdktf import TerraformProvider


@typed
class RegionOptInConstruct(Construct):
    """Opens opt-in regions in an account; closing one means removing it here and closing it by hand.

    Children: one per region, named like it.

    Args:
        scope: Where the regions are kept.
        id_: The construct's id.
        regions: The regions, such as ``eu-south-1``; regions that are always open need no opening.
        account_id: A member account, from the management account or Account Management's delegated administrator.
            Default: the provider's own account.
        provider: The account that asks. Default: the stack's provider.

    Raises:
        InvalidValueError: If a region or the account id is malformed.

    Example:
        >>> RegionOptInConstruct(stack, "Regions", regions=["eu-south-1"])

    Source: https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        regions: Iterable[str],
        account_id: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        if account_id is not None:
            require_account_id("account_id", account_id)
        for region in sorted(set(regions)):
            require_match("regions", region, r"[a-z]{2,}(-[a-z]+)+-[0-9]", expected="a region such as 'eu-south-1'")
            AccountRegion(self, region, region_name=region, enabled=True, account_id=account_id, provider=provider)

"""Tags by which costs can be told apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.ce_cost_allocation_tag import CeCostAllocationTag
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_length

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cdktf import TerraformProvider


@typed
class CostAllocationTagsConstruct(Construct):
    """Activates tags for cost reports. For the management account.

    AWS can activate a tag only after some resource carried it, up to a day earlier. A tag policy makes sure that the tags
    are written in one way; activating is one thing, enforcing another.

    Children: ``tag-<key>`` per key, in lower case, other characters than letters and digits as hyphens.

    Args:
        scope: Where the tags are activated.
        id_: The construct's id.
        keys: The tags' keys, in any order.
        provider: The management account. Default: the stack's provider.

    Raises:
        InvalidValueError: If a key is too long, or two cannot be told apart in their Terraform addresses.

    Example:
        >>> CostAllocationTagsConstruct(stack, "CostTags", keys=["environment", "owner"])

    Source: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/activating-tags.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        keys: Iterable[str],
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        by_id: dict[str, str] = {}
        for key in sorted(set(keys)):
            require_length("keys", key, 1, 128)
            child = re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-")
            if child in by_id:
                raise InvalidValueError("keys", [by_id[child], key], expected="keys that differ in letters and digits")
            by_id[child] = key
            CeCostAllocationTag(self, f"tag-{child}", tag_key=key, status="Active", provider=provider)

"""Ranges under one name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cdktf_cdktf_provider_aws.ec2_managed_prefix_list import Ec2ManagedPrefixList, Ec2ManagedPrefixListEntry
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_between, require_network, require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import TerraformProvider

_MOST_ENTRIES: Final = 1000


@typed
class PrefixListConstruct(Construct):
    """Ranges under one name, for routes and security groups, to be shared by RAM.

    Children: ``Resource``.

    Args:
        scope: Where the list lives.
        id_: The construct's id.
        name: Its name.
        entries: IPv4 ranges by slug, which describes them.
        max_entries: For how many there is room. Whatever names the list counts as so many routes or rules.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If there are no ranges, one is there twice, or there is no room for them.

    Example:
        >>> PrefixListConstruct(stack, "offices", name="offices", entries={"hq": "192.0.2.0/24"}, max_entries=10)

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        entries: Mapping[str, str],
        max_entries: int,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_between("max_entries", max_entries, max(1, len(entries)), _MOST_ENTRIES)
        if not entries or len({*entries.values()}) < len(entries):
            raise InvalidValueError("entries", dict(entries), expected="ranges, each once")
        for slug, cidr in entries.items():
            require_slug("entries", slug)
            require_network("entries", cidr, 0, 32)
        self._list = Ec2ManagedPrefixList(
            self,
            "Resource",
            name=name,
            address_family="IPv4",
            max_entries=max_entries,
            entry=[Ec2ManagedPrefixListEntry(cidr=cidr, description=slug) for slug, cidr in sorted(entries.items())],
            tags={"Name": name},
            provider=provider,
        )

    @property
    def prefix_list_id(self) -> str:
        """Its id, ``pl-…``."""
        return self._list.id

    @property
    def prefix_list_arn(self) -> str:
        """Its ARN, as `RamShareConstruct` takes it."""
        return self._list.arn

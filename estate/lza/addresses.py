"""Ranges that the Accelerator has IPAM give out: computed here, in the order of the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass
class Pool:
    """A pool of addresses.

    Args:
        name: What it is called.
        cidrs: Its ranges.
        locale: The region whose VPCs get theirs from it; empty if pools below it do.
        source: The pool that it is a part of; empty if it is of none.
        slug: What VPCs name it by; empty if it is none that they can name.
        users: The slugs of the accounts that may.
    """

    name: str
    cidrs: tuple[IPv4Network, ...]
    locale: str = ""
    source: str = ""
    slug: str = ""
    users: tuple[str, ...] = ()
    _given: list[IPv4Network] = field(default_factory=list)

    def keep(self, part: IPv4Network) -> None:
        """Have a range given away already."""
        self._given.append(part)

    def next(self, prefix: int) -> str | None:
        """The first range of a size that nobody has; None if there is none."""
        for whole in self.cidrs:
            start = int(whole.network_address)
            size = 2 ** (32 - prefix)
            while start + size <= int(whole.broadcast_address) + 1:
                part = IPv4Network((start, prefix))
                taken = [each for each in self._given if each.overlaps(part)]
                if not taken:
                    self._given.append(part)
                    return str(part)
                end = max(int(each.broadcast_address) for each in taken) + 1
                start = -(-end // size) * size
        return None


def packed(whole: str, wanted: Mapping[str, int], taken: Sequence[str] = ()) -> dict[str, str]:
    """Parts of a range by name, the largest first, so that they fit if anything does; what does not fit is missing.

    Example:
        >>> packed("10.0.0.0/24", {"a": 26, "b": 25})
        {'b': '10.0.0.0/25', 'a': '10.0.0.128/26'}
    """
    pool = Pool("", (IPv4Network(whole),))
    for each in taken:
        pool.keep(IPv4Network(each))
    found = {name: pool.next(wanted[name]) for name in sorted(wanted, key=lambda name: wanted[name])}
    return {name: cidr for name, cidr in found.items() if cidr}

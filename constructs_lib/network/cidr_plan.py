"""Addresses for many networks out of one pool, without overlaps. Pure arithmetic, no construct."""

from __future__ import annotations

from ipaddress import IPv4Network
from itertools import combinations
from typing import TYPE_CHECKING

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_between, require_network

if TYPE_CHECKING:
    from collections.abc import Mapping


@typed
class CidrPlan:
    """A pool of addresses in pieces of one size, each with a number that is its for good.

    Args:
        pool: The whole, an IPv4 network from /8 to /24.
        prefix: The prefix length of a piece, at most 28.

    Raises:
        InvalidValueError: If the pool is malformed or smaller than a piece.

    Example:
        >>> plan = CidrPlan("10.0.0.0/8", prefix=16)
        >>> plan.piece(16)
        '10.16.0.0/16'
        >>> plan.free({"network": "10.0.0.0/16", "data-center": "10.1.128.0/17"})
        '10.2.0.0/16'
    """

    def __init__(self, pool: str, *, prefix: int) -> None:
        self._pool = require_network("pool", pool, 8, 24)
        self._prefix = require_between("prefix", prefix, self._pool.prefixlen, 28)

    def __len__(self) -> int:
        return 1 << (self._prefix - self._pool.prefixlen)

    def piece(self, number: int) -> str:
        """The piece with this number, counted from 0.

        Raises:
            InvalidValueError: If the pool has no such piece.
        """
        require_between("number", number, 0, len(self) - 1)
        size = 1 << (32 - self._prefix)
        return str(IPv4Network((int(self._pool.network_address) + number * size, self._prefix)))

    def free(self, taken: Mapping[str, str]) -> str:
        """The first piece that overlaps nothing that is taken.

        Args:
            taken: Name to network, inside the pool or not.

        Raises:
            InvalidValueError: If nothing is free.
        """
        networks = [IPv4Network(network) for network in taken.values()]
        for number in range(len(self)):
            piece = IPv4Network(self.piece(number))
            if not any(piece.overlaps(network) for network in networks):
                return str(piece)
        raise InvalidValueError("taken", sorted(taken), expected=f"a free /{self._prefix} in {self._pool}")


def overlaps(networks: Mapping[str, str]) -> list[tuple[str, str]]:
    """The pairs of names whose networks have addresses in common.

    Example:
        >>> overlaps({"a": "10.0.0.0/16", "b": "10.0.128.0/20", "c": "10.1.0.0/16"})
        [('a', 'b')]
    """
    found = sorted((name, IPv4Network(network)) for name, network in networks.items())
    return [(one, other) for (one, mine), (other, theirs) in combinations(found, 2) if mine.overlaps(theirs)]

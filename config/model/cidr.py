"""Ranges of IPv4 addresses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from itertools import combinations
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import core_schema

from config.model.base import refuse


@dataclass(frozen=True)
class IsRange:
    """Annotation of a text that must be a range of addresses.

    Args:
        widest: The shortest prefix length.
        narrowest: The longest one.
        of: What the range is of, to follow the bounds.
    """

    widest: int
    narrowest: int
    of: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        lengths = "|".join(str(length) for length in range(self.widest, self.narrowest + 1))
        return {**handler(schema), "pattern": rf"^(?:[0-9]{{1,3}}\.){{3}}[0-9]{{1,3}}/(?:{lengths})$"}

    def check(self, value: str) -> str:
        """Pass the range through or refuse it."""
        try:
            network = IPv4Network(value, strict=False)
        except ValueError:
            network = None
        if network is None or "/" not in value:
            raise refuse("an IPv4 range such as '10.16.0.0/16'")
        if not self.widest <= network.prefixlen <= self.narrowest:
            raise refuse(f"a range from /{self.widest} to /{self.narrowest}{self.of}")
        if str(network) != value:
            raise refuse("a range that starts at its first address", f"Write '{network}'.")
        return value


def refuse_misfits(what: str, wholes: Sequence[str], parts: Mapping[str, str]) -> None:
    """Refuse ranges that are not inside another one, or overlap.

    Args:
        what: What the ranges are of, in the plural.
        wholes: What they must be inside of, each of one of them.
        parts: The ranges, by the names of what they are of.
    """
    for name, part in sorted(parts.items()):
        if not any(IPv4Network(part).subnet_of(IPv4Network(whole)) for whole in wholes):
            raise refuse(f"ranges of {what} inside {' or '.join(wholes)}, but that of {name} is {part}")
    refuse_overlaps(what, parts)


def refuse_overlaps(what: str, parts: Mapping[str, str]) -> None:
    """Refuse ranges that overlap.

    Args:
        what: What the ranges are of.
        parts: The ranges, by the names of what they are of.
    """
    ranges = {name: IPv4Network(part) for name, part in sorted(parts.items())}
    for (one, own), (other, its) in combinations(ranges.items(), 2):
        if own.overlaps(its):
            raise refuse(f"ranges of {what} that do not overlap, but those of {one} ({own}) and {other} ({its}) do")


Cidr = Annotated[str, IsRange(16, 28, ", as AWS allows for VPCs and subnets")]
"""A VPC's or subnet's range."""
PoolCidr = Annotated[str, IsRange(8, 24, ", for many VPCs")]
"""A range that VPCs get theirs from."""
PartCidr = Annotated[str, IsRange(8, 28, "")]
"""A part of a larger range."""
AnyCidr = Annotated[str, IsRange(0, 32, "")]
"""Any range, ``0.0.0.0/0`` included."""

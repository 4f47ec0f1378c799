"""Partitions that an organization can be in, and their regions."""

from typing import Final, Literal, get_args

from constructs_lib.policies.data import load

Partition = Literal["aws", "aws-us-gov", "aws-cn", "aws-eusc"]

REGIONS: Final[dict[str, tuple[str, ...]]] = {
    partition: tuple(load("regions")["partitions"][partition]) for partition in get_args(Partition)
}
_UNSUPPORTED: Final = "is not supported yet: nobody has tried these stacks there."
UNSUPPORTED_PARTITIONS: Final[dict[str, str]] = {
    name: f"{name} {_UNSUPPORTED}" for name in load("regions")["partitions"] if name not in REGIONS
}
"""Partitions that there are, each with the reason why an organization cannot be in it."""
UNSUPPORTED_REGIONS: Final[dict[str, str]] = {
    region: f"Its partition {name} {_UNSUPPORTED}"
    for name in UNSUPPORTED_PARTITIONS
    for region in load("regions")["partitions"][name]
}
OPT_IN_REGIONS: Final = frozenset(load("regions")["opt_in"])
"""Regions that AWS keeps closed to an account until it asks for them."""
ALL_REGIONS: Final = tuple(region for regions in REGIONS.values() for region in regions)

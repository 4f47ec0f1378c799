"""Partitions that an organization can be in, and their regions."""

from typing import Final, Literal, get_args

from constructs_lib.policies.data import load

Partition = Literal["aws", "aws-us-gov"]

REGIONS: Final[dict[str, tuple[str, ...]]] = {
    partition: tuple(load("regions")["partitions"][partition]) for partition in get_args(Partition)
}
OPT_IN_REGIONS: Final = frozenset(load("regions")["opt_in"])
"""Regions that AWS keeps closed to an account until it asks for them."""
ALL_REGIONS: Final = tuple(region for regions in REGIONS.values() for region in regions)

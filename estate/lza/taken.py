"""Networks as they were taken over, for what comes after them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from estate.lza.addresses import Pool

MAIN: Final = "main"
"""How the VPC of `network` itself is called among an account's VPCs."""


@dataclass
class Taken:
    """VPCs as they were taken over, for what comes after them.

    Args:
        pools: Pools of addresses, by name.
        shared: Selectors of those who may get ranges from a pool, by its name.
        homes: The slug of the account, or the path of the OU after `ou:`, and of the VPC in it, by the VPC's name.
        attached: Names of the transit gateway's route tables that an attachment is associated with, and that it propagates into, by VPC.
        gateways: The name of the transit gateway that a VPC is attached to, by the VPC's.
        routers: The settings of transit gateways, by the slug of their account and their name.
        beyond: As `attached`, of what is no VPC, by the transit gateway's name and what route tables call it (`vpn:office`).
        ways: What route tables call it, by the key that names it in their routes, and its name; of peerings, by the transit gateway's name in
            place of the key.
        lists: Slugs of prefix lists, by the slug of the account and their name.
        endpoint_policies: Slugs of the policies of endpoints, by name; empty for those that let everything through.
        central: The slug of the account whose endpoints serve all VPCs; empty if there are none.
        resolving: Whose VPCs find names by the organization's Resolver: as `homes`.
    """

    pools: dict[str, Pool] = field(default_factory=dict)
    shared: dict[str, list[str]] = field(default_factory=dict)
    homes: dict[str, tuple[str, str]] = field(default_factory=dict)
    attached: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)
    gateways: dict[str, str] = field(default_factory=dict)
    routers: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    beyond: dict[tuple[str, str], tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)
    ways: dict[tuple[str, str], str] = field(default_factory=dict)
    lists: dict[tuple[str, str], str] = field(default_factory=dict)
    endpoint_policies: dict[str, str] = field(default_factory=dict)
    central: str = ""
    resolving: list[tuple[str, str]] = field(default_factory=list)

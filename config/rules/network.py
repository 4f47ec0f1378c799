"""Networks of different accounts."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from config.errors import Problem
from config.files import Files
from config.model.base import enabled
from config.nodes import Organization


def ranges(organization: Organization, files: Files) -> Iterator[Problem]:
    """No two accounts' VPCs overlap, so that any of them can be connected later."""
    networks = sorted(
        (IPv4Network(network.cidr), account.slug)
        for account in organization.accounts.values()
        if (network := enabled(account.settings.network))
    )
    widest: tuple[IPv4Network, str] | None = None
    for own, slug in networks:  # sorted by first address: only the one reaching furthest so far can overlap
        if widest is not None and own.network_address <= widest[0].broadcast_address:
            arrived = f"{own}, which overlaps {widest[0]} of the account {widest[1]!r}"
            path = ("settings", "network", "cidr")
            cure = "Choose a range that is free."
            yield files.accounts[slug].file.problem(path, arrived, "a range that no other account uses", cure)
        if widest is None or own.broadcast_address > widest[0].broadcast_address:
            widest = own, slug

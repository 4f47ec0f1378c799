"""Lists of addresses that GuardDuty trusts, or takes for threats, from files."""

import re
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from typing import Final

from config.capabilities.firewall_policies import lines_of
from config.capabilities.security.model import GuardDuty
from config.errors import KeyPath
from config.sources.documents import FileText
from config.sources.resolving import Resolving

_PATH: Final[KeyPath] = ("security", "guardduty")
_MOST_TRUSTED: Final = 2_000
_MOST_THREATS: Final = 250_000
"""The entries of a list.

Source: https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_limits.html
"""
_WIDEST_TRUSTED: Final = 8
_TOLD: Final = 10
_ELSEWHERE: Final = tuple(
    IPv4Network(each)
    for each in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "224.0.0.0/3",
    )
)
"""What nobody in the internet has."""
_ENTRY: Final = re.compile(r"[0-9.]+(?:/[0-9]{1,2})?")


def resolve(guardduty: GuardDuty, resolving: Resolving) -> GuardDuty:
    """GuardDuty's settings with the entries of the files in place of their names; what is wrong with them is said."""
    if guardduty.trusted_ip_list is None and not guardduty.threat_ip_lists:
        return guardduty
    trusted, threats = guardduty.trusted_ip_list, {}
    if trusted is not None:
        trusted = _entries((*_PATH, "trusted_ip_list"), trusted, _MOST_TRUSTED, _WIDEST_TRUSTED, resolving)
    for slug, name in sorted(guardduty.threat_ip_lists.items()):
        found = _entries((*_PATH, "threat_ip_lists", slug), name, _MOST_THREATS, 1, resolving)
        if found is not None:
            threats[slug] = found
    return guardduty.model_copy(update={"trusted_ip_list": trusted, "threat_ip_lists": threats})


def _entries(path: KeyPath, name: str, most: int, widest: int, resolving: Resolving) -> FileText | None:
    """The entries of a file, each once and sorted, one a line; None if there are none."""
    written = lines_of(path, name, resolving)
    wrong = [*_wrong(written, widest)]
    for number, arrived, expected in wrong[:_TOLD]:
        resolving.problem(path, f"{name!r} with {arrived} in line {number}", expected)
    if len(wrong) > _TOLD:
        resolving.problem(path, f"{name!r} with {len(wrong) - _TOLD} more lines like these", "addresses and ranges")
    entries = {*written.values()}
    if len(entries) > most:
        cure = "GuardDuty takes no more in a list."
        resolving.problem(path, f"{name!r} with {len(entries):,} entries", f"at most {most:,}", cure)
    if wrong or not entries:
        return None
    return FileText("".join(f"{entry}\n" for entry in sorted(entries, key=_place)))


def _wrong(written: Mapping[int, str], widest: int) -> Iterator[tuple[int, str, str]]:
    """Lines that GuardDuty does not take, or that would do nothing or too much: their numbers, what arrived, what was expected."""
    for number, line in written.items():
        try:
            network = IPv4Network(line) if _ENTRY.fullmatch(line) else None
        except ValueError:
            network = None
        if network is None:
            yield number, repr(line), "an IPv4 address, or a range that starts at its first address"
        elif network.prefixlen < widest:
            yield number, repr(line), f"a range from /{widest} to /32"
        elif any(network.subnet_of(each) for each in _ELSEWHERE):
            yield number, repr(line), "addresses of the internet: GuardDuty's lists are about no others"


def _place(entry: str) -> tuple[int, int]:
    network = IPv4Network(entry)
    return int(network.network_address), network.prefixlen

"""Values of condition keys read as what an operator compares: numbers, dates, addresses, bytes.

Every reader answers None for text that it cannot read; such a value matches nothing.
"""

import base64
import binascii
import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final

# W3C's profile of ISO 8601, with the separators optional as in AWS's own examples (20130930T231548Z).
_DATE: Final = re.compile(
    r"(?P<year>\d{4})(?:-?(?P<month>\d\d)(?:-?(?P<day>\d\d)"
    r"(?:T(?P<hour>\d\d):?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:\.(?P<fraction>\d+))?)?"
    r"(?P<zone>Z|[+-]\d\d:?\d\d)?)?)?)?",
    re.IGNORECASE,
)
_YEAR_DIGITS: Final = 4


@lru_cache(maxsize=4096)
def number(text: str) -> Decimal | None:
    """An integer or decimal number."""
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


@lru_cache(maxsize=4096)
def date(text: str) -> datetime | None:
    """A W3C date, or seconds since 1970. Four digits alone are a year."""
    if text.isdigit() and len(text) != _YEAR_DIGITS:
        try:
            return datetime.fromtimestamp(int(text), UTC)
        except (OverflowError, ValueError, OSError):
            return None
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    part = found.groupdict(default="")
    try:
        return datetime(
            int(part["year"]),
            int(part["month"] or 1),
            int(part["day"] or 1),
            int(part["hour"] or 0),
            int(part["minute"] or 0),
            int(part["second"] or 0),
            int(part["fraction"][:6].ljust(6, "0")),
            tzinfo=_zone(part["zone"]),
        )
    except ValueError:
        return None


def _zone(text: str) -> timezone:
    if text in ("", "Z", "z"):
        return UTC
    sign = -1 if text[0] == "-" else 1
    digits = text[1:].replace(":", "")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))


@lru_cache(maxsize=4096)
def network(text: str) -> IPv4Network | IPv6Network | None:
    """An address, or a range in CIDR notation; bits of the host are ignored."""
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def covers(wide: IPv4Network | IPv6Network, narrow: IPv4Network | IPv6Network) -> bool:
    """Whether one range holds the other; an IPv4 range never holds an IPv6 one."""
    if isinstance(wide, IPv4Network):
        return isinstance(narrow, IPv4Network) and narrow.subnet_of(wide)
    return isinstance(narrow, IPv6Network) and narrow.subnet_of(wide)


def binary(text: str) -> bytes | None:
    """Bytes written in base 64."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None

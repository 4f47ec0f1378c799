"""Checks of plain values, shared by the constructs.

They match whole strings, let values pass that only Terraform will know (tokens, expressions), and never ask the JavaScript
kernel: a check costs no round trip.
"""

from __future__ import annotations

import difflib
import re
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies import quotas
from constructs_lib.policies.data import load
from constructs_lib.tokens import unresolved

if TYPE_CHECKING:
    from collections.abc import Iterable

_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_SLUG_LENGTH = 40
_LOG_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)


def _as_read(value: str) -> str:
    """A text without what keeps Terraform from taking it for an expression: what AWS gets, counts and matches."""
    return value.replace("$${", "${").replace("%%{", "%{")


def require_slug(name: str, value: str) -> str:
    """A slug: what construct ids and Terraform addresses are made of, so never a token."""
    if len(value) > _SLUG_LENGTH or not _SLUG.fullmatch(value):
        raise InvalidValueError(
            name,
            value,
            expected=f"at most {_SLUG_LENGTH} lower-case letters, digits and single hyphens, a letter first",
            cure="A slug names the thing for good; give the display name separately.",
        )
    return value


def require_match(name: str, value: str, pattern: str | re.Pattern[str], *, expected: str, cure: str = "") -> str:
    """A string that matches the pattern as a whole."""
    if not unresolved(value) and not re.fullmatch(pattern, _as_read(value)):
        raise InvalidValueError(name, value, expected=expected, cure=cure)
    return value


def require_length(name: str, value: str, shortest: int, longest: int) -> str:
    """A string of this many characters."""
    if not unresolved(value) and not shortest <= (length := len(_as_read(value))) <= longest:
        raise InvalidValueError(name, value, expected=f"{shortest} to {longest} characters, not {length}")
    return value


def require_between(name: str, value: int, lowest: int, highest: int, *, unit: str = "", cure: str = "") -> int:
    """A number within both bounds."""
    if not unresolved(value) and not lowest <= value <= highest:
        raise InvalidValueError(name, value, expected=f"{lowest} to {highest}{' ' if unit else ''}{unit}", cure=cure)
    return value


def require_one_of(name: str, value: str, known: Iterable[str], *, cure: str = "") -> str:
    """One of the known strings."""
    known = tuple(known)
    if not unresolved(value) and value not in known:
        raise InvalidValueError(name, value, expected=f"one of {', '.join(known)}", cure=cure)
    return value


def require_unique(name: str, values: Iterable[str]) -> None:
    """No value twice."""
    seen = set()
    for value in values:
        if value in seen:
            raise InvalidValueError(name, value, expected="each of them once")
        seen.add(value)


def require_quota(name: str, value: str, rule: str) -> str:
    """A string that keeps AWS's rule of this name, see `constructs_lib.policies.quotas`."""
    quota = quotas.quota(rule)
    if unresolved(value):
        return value
    if quota.minimum < quota.limit:
        require_length(name, value, quota.minimum, quota.limit)
    if quota.pattern:
        require_match(name, value, re.compile(quota.pattern, re.ASCII), expected=quota.means or "")
    return value


def require_account_id(name: str, value: str) -> str:
    """An AWS account id: exactly twelve digits, as a string."""
    return require_quota(name, value, "account.id")


def require_organization_id(name: str, value: str) -> str:
    """An organization id such as ``o-a1b2c3d4e5``."""
    return require_quota(name, value, "organization.id")


def require_external_id(name: str, value: str) -> str:
    """An ``sts:ExternalId``."""
    return require_quota(name, value, "external-id")


def require_role_name(name: str, value: str) -> str:
    """The name of an IAM role."""
    return require_quota(name, value, "role.name")


def require_email(name: str, value: str) -> str:
    """An e-mail address."""
    return require_match(
        name, value, r"[^\s@]+@[^\s@]+\.[^\s@]+", expected="an e-mail address such as 'aws@example.com'"
    )


def require_region(name: str, value: str) -> str:
    """A region's code. One that is not known may be new, unless it is all but a known one of the same number."""
    require_match(name, value, r"[a-z]{2,4}(-[a-z]+)+-[0-9]", expected="a region such as 'eu-central-1'")
    known = [region for regions in load("regions")["partitions"].values() for region in regions]
    near = next(iter(difflib.get_close_matches(value, known, n=1, cutoff=0.85)), value)
    if not unresolved(value) and value not in known and near != value and near[-1] == value[-1]:
        raise InvalidValueError(name, value, expected="a region of AWS", cure=f"Did you mean {near!r}?")
    return value


def require_topic_arn(name: str, value: str) -> str:
    """The ARN of an SNS topic."""
    return require_match(
        name,
        value,
        r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?",
        expected="the ARN of an SNS topic, 'arn:aws:sns:REGION:ACCOUNT:NAME'",
    )


def require_log_days(name: str, value: int) -> int:
    """For how many days CloudWatch keeps logs, as it allows."""
    require_one_of(name, str(value), map(str, _LOG_DAYS))
    return value


def require_session_duration(name: str, value: int) -> int:
    """How long a role's session may last, in seconds."""
    quota = quotas.quota("session.duration")
    return require_between(name, value, quota.minimum, quota.limit, unit="seconds")


def require_network(name: str, value: str, shortest_prefix: int, longest_prefix: int) -> IPv4Network:
    """An IPv4 network in CIDR notation whose prefix length lies within both bounds."""
    expected = f"an IPv4 network from /{shortest_prefix} to /{longest_prefix}, such as '10.0.0.0/{shortest_prefix}'"
    try:
        network = IPv4Network(value)
    except ValueError as error:
        raise InvalidValueError(name, value, expected=expected, cure=f"{error}.") from None
    if not shortest_prefix <= network.prefixlen <= longest_prefix:
        raise InvalidValueError(name, value, expected=expected)
    return network

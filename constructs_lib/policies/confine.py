"""Which conditions confine to somebody: those that no account nobody here knows can satisfy.

Anybody can make an account, a role of any name in it, a bucket, a VPC and an organization of their own. What they cannot choose
is an id that AWS has given to somebody else, a name that is taken all over the world, and the address that they come from.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html (what counts as public)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Final

from constructs_lib.policies import names
from constructs_lib.policies.document import is_token
from constructs_lib.policies.evaluator.patterns import has_wildcard
from constructs_lib.policies.evaluator.values import network
from constructs_lib.policies.rules.resources import ARN_PARTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from constructs_lib.policies.document import Statement

_WIDEST_IPV4: Final = 8
_WIDEST_IPV6: Final = 32
"""Ranges that are wider are taken for the internet, as S3's block of public access takes them."""
_OF_RESOURCE: Final = re.compile(r"\$\{aws:Resource(?:Account|OrgID|OrgPaths)(?:,[^}]*)?\}", re.IGNORECASE)
"""Variables whose value the owner of the resource gives, and no caller."""
_UNIQUE_ID: Final = re.compile(r"(?:\d{12}|A[A-Z]{3}[A-Z0-9]{16,})(?::.*)?", re.DOTALL)
_GLOBAL_NAMES: Final = ("s3",)
"""Services whose resources have names that are taken all over the world, and ARNs without an account."""
_LEAST_SECRET: Final = 2


@dataclass(frozen=True)
class Test:
    """One condition that lets only those in who have the key, with one of the values.

    Args:
        operator: As the policy writes it.
        key: As the policy writes it.
        values: Its values.
        wild: Whether ``*`` and ``?`` in them stand for other text.
    """

    operator: str
    key: str
    values: tuple[str, ...]
    wild: bool

    def open_value(self) -> str | None:
        """The first value that an account nobody here knows can satisfy; None if the condition confines to somebody."""
        judge = _JUDGES.get(self.key.lower())
        if judge is None:
            return self.values[0] if self.values else ""
        return next((value for value in self.values if not self._is_closed(judge, value)), None)

    def _is_closed(self, judge: Callable[[str], bool], value: str) -> bool:
        if is_token(value) or _OF_RESOURCE.match(value):
            return True
        # Without a wildcard operator a star is a character that no id and no name has: nothing matches.
        return "${" not in value and ((not self.wild and has_wildcard(value)) or judge(value))

    def narrows(self) -> bool:
        """Whether it leaves out some principals of an account that is named anyway."""
        lower = self.key.lower()
        if lower == "sts:externalid":
            return all(len(value.replace("*", "").replace("?", "")) >= _LEAST_SECRET for value in self.values)
        if lower == "aws:principalarn":
            return not any(self.wild and _is_all_of_an_account(value) for value in self.values)
        return lower in _NARROWING and self.open_value() is None


def tests(statement: Statement) -> Iterator[Test]:
    """The conditions of a statement that are false without their key and let in only who has one of the values."""
    for name, keys in statement.conditions.items():
        operator = names.operator(name)
        if operator is None or operator.negated or operator.if_exists or operator.base == "Null":
            continue
        if operator.quantifier == "ForAllValues":
            continue
        for key, values in keys.items():
            yield Test(name, key, values, operator.takes_wildcards)


def organizations(statement: Statement) -> Iterator[tuple[str, str]]:
    """Every organization that a statement's conditions let in: the key, and the organization's id."""
    for test in tests(statement):
        lower = test.key.lower()
        if lower in _ORGANIZATION_KEYS or lower in _PATH_KEYS:
            for value in test.values:
                found = value.partition("/")[0]
                if found and "${" not in value and not is_token(value) and not has_wildcard(found):
                    yield test.key, found


def _literal(value: str) -> bool:
    return bool(value) and not has_wildcard(value)


def _account(value: str) -> bool:
    return bool(re.fullmatch(r"\d{12}", value, re.ASCII))


def _path(value: str) -> bool:
    """``o-…/r-…/ou-…/*``: the organization's id is what nobody else has."""
    return _literal(value.partition("/")[0])


def _network(value: str) -> bool:
    found = network(value)
    if found is None:
        return True  # can never match, which the lint says
    return found.prefixlen >= (_WIDEST_IPV4 if isinstance(found, IPv4Network) else _WIDEST_IPV6)


def _arn(value: str) -> bool:
    """An ARN names its account, or a resource whose name nobody else can have."""
    parts = value.split(":", ARN_PARTS - 1)
    if len(parts) < ARN_PARTS:
        return False
    service, account, resource = parts[2], parts[4], parts[5]
    if account and service not in _GLOBAL_NAMES:
        return _account(account)
    return _account(account) or not has_wildcard(resource.partition("/")[0])


def _user_id(value: str) -> bool:
    """The unique id of a role or user, or an account's: ``AROA…:session``."""
    head = value.partition(":")[0]
    return not has_wildcard(head) and bool(_UNIQUE_ID.fullmatch(value))


def _is_all_of_an_account(value: str) -> bool:
    """Whether an ARN pattern matches every principal of the accounts it names."""
    parts = value.split(":", ARN_PARTS - 1)
    return len(parts) < ARN_PARTS or not re.sub(r"(?:(?:assumed-)?role|user)?/", "", parts[5]).strip("*?/")


_ACCOUNT_KEYS: Final = (
    "aws:principalaccount",
    "aws:principalorgmasteraccountid",
    "aws:sourceaccount",
    "aws:sourceowner",
    "aws:vpceaccount",
    "kms:calleraccount",
    "s3:dataaccesspointaccount",
)
_ORGANIZATION_KEYS: Final = ("aws:principalorgid", "aws:sourceorgid", "aws:vpceorgid")
_PATH_KEYS: Final = ("aws:principalorgpaths", "aws:sourceorgpaths", "aws:vpceorgpaths")
_ARN_KEYS: Final = (
    "aws:federatedprovider",
    "aws:principalarn",
    "aws:sourcearn",
    "aws:sourcevpcarn",
    "ec2:sourceinstancearn",
    "lambda:sourcefunctionarn",
    "s3:dataaccesspointarn",
)
_ID_KEYS: Final = ("aws:ec2instancesourcevpc", "aws:sourcevpc", "aws:sourcevpce")
_JUDGES: Final[Mapping[str, Callable[[str], bool]]] = {
    **dict.fromkeys(_ACCOUNT_KEYS, _account),
    **dict.fromkeys(_ORGANIZATION_KEYS, _literal),
    **dict.fromkeys(_PATH_KEYS, _path),
    **dict.fromkeys(_ARN_KEYS, _arn),
    **dict.fromkeys(_ID_KEYS, _literal),
    "aws:sourceip": _network,
    "aws:userid": _user_id,
}
"""How a value of each key is judged; no other key keeps an account that nobody knows out."""
JUDGED: Final = frozenset(_JUDGES)
"""Keys with which a condition can confine, if its values do."""
NETWORK_KEYS: Final = frozenset(
    {*_ID_KEYS, "aws:sourceip", "aws:sourcevpcarn", "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths"}
)
"""Keys about where a call comes from: a stranger who gets there is let in."""
SOURCE_KEYS: Final = frozenset({"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"})
"""Keys about whom a service comes for; a principal that calls by itself has none of them."""
_NARROWING: Final = frozenset({"aws:principalorgid", "aws:principalorgpaths", "aws:userid"}) | NETWORK_KEYS

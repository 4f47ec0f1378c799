"""Condition operators, keys and values that AWS does not know or that can never match."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from constructs_lib.policies import names
from constructs_lib.policies.data import load
from constructs_lib.policies.document import is_token
from constructs_lib.policies.evaluator import values as read
from constructs_lib.policies.findings import Finding, refuse, warn
from constructs_lib.policies.rules.resources import ARN_PARTS, check_arn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from constructs_lib.policies.document import Statement

_ACCOUNT_KEYS = frozenset(
    {"aws:principalaccount", "aws:resourceaccount", "aws:sourceaccount", "aws:sourceowner", "aws:vpceaccount"}
)
_ORGANIZATION_KEYS = frozenset({"aws:principalorgid", "aws:resourceorgid", "aws:sourceorgid", "aws:vpceorgid"})
_PATH_KEYS = frozenset({"aws:principalorgpaths", "aws:resourceorgpaths", "aws:sourceorgpaths", "aws:vpceorgpaths"})
_ORGANIZATION_ID = re.compile(r"o-[a-z0-9]{10,32}")
_ORGANIZATION_PATH = re.compile(r"o-[a-z0-9]{10,32}/(\*|r-(?:\*|[0-9a-z]{4,32})/((ou-[0-9a-z*-]+/)*\*?|\*))")


def check_conditions(statement: Statement) -> Iterator[Finding]:
    """Every operator and key is known, and every value can match."""
    for name, keys in statement.conditions.items():
        operator = names.operator(name)
        if operator is None:
            near = names.nearest_operator(name)
            cure = f"Did you mean {near!r}?" if near else "See the list of IAM condition operators."
            yield refuse("unknown-operator", f"AWS has no condition operator {name!r}.", cure)
            continue
        if not keys:
            yield refuse("empty-condition", f"The condition {name} names no key.", "Name one, or remove it.")
        for key, values in keys.items():
            yield from _check_key(statement, operator, name, key)
            if not values:
                yield refuse("empty-condition", f"{name} {key} has no value.", "Give one, or remove the condition.")
            yield from _check_values(statement, operator, name, key, values)


def _check_key(statement: Statement, operator: names.Operator, name: str, key: str) -> Iterator[Finding]:
    kind = names.condition_key_type(key) if not is_token(key) else "String"
    if kind is None:
        near = names.nearest_condition_key(key)
        cure = f"Did you mean {near!r}?" if near else "Look it up in the Service Authorization Reference."
        yield refuse("unknown-condition-key", f"AWS has no condition key {key!r}.", cure)
        return
    several = kind.startswith("ArrayOf")
    if several and not operator.quantifier and operator.base != "Null":
        yield warn(
            "no-set-operator",
            f"{key} can hold several values, and {name} says nothing about which of them must match.",
            f"Write ForAnyValue:{name} or ForAllValues:{name}.",
        )
    # Claims of identity providers are all listed as single values, some of which are not.
    if operator.quantifier and not several and names.is_aws_key(key):
        yield warn(
            "set-operator-single-value",
            f"{key} holds one value, so {name} adds only that a missing key "
            f"{'matches' if operator.quantifier == 'ForAllValues' else 'never matches'}.",
            f"Write {name.partition(':')[2]}.",
        )
    if (
        operator.quantifier == "ForAllValues"
        and several
        and statement.effect == "Allow"
        and not _demanded(statement, key)
    ):
        yield warn(
            "for-all-values-allow",
            f"{name} {key} is true when the request has no {key} at all.",
            f'Add the condition "Null": {{"{key}": "false"}}.',
        )
    family = kind.removeprefix("ArrayOf")
    if family not in _COMPARABLE.get(operator.family, (family,)):
        yield warn(
            "operator-type",
            f"{name} compares {operator.family} values, but {key} is of type {family}.",
            "Use an operator of that type.",
        )
    yield from _check_belongs(statement, key)


_COMPARABLE = {
    "Numeric": ("Numeric", "Date", "String"),
    "Date": ("Date", "Numeric"),
    "Bool": ("Bool", "String"),
    "IPAddress": ("IPAddress",),
    "ARN": ("ARN", "String"),
    "Binary": ("Binary", "String"),
}


def _demanded(statement: Statement, key: str) -> bool:
    """Whether another condition is true only when the key is present."""
    return any(
        other.lower() == key.lower() and values == ("false",)
        for other, values in statement.conditions.get("Null", {}).items()
    )


def _check_belongs(statement: Statement, key: str) -> Iterator[Finding]:
    """A service's key is absent from every request to another service."""
    prefix = key.partition(":")[0].lower()
    if (
        prefix not in names.services()
        or not statement.actions
        or any(action.startswith("*") for action in statement.actions)
    ):
        return
    called = {action.partition(":")[0].lower() for action in statement.actions if not is_token(action)}
    if prefix not in called and not any(key.lower() in _keys_of(action) for action in statement.actions):
        yield warn(
            "condition-key-of-another-service",
            f"{key} is a key of {prefix}, but the actions are of {', '.join(sorted(called))}: the key is never there.",
            "Use a key of the called service, or an aws: key.",
        )


def _keys_of(action: str) -> frozenset[str]:
    service, _, name = action.lower().partition(":")
    return frozenset(
        key.lower()
        for found in names.matching_actions(service, name)
        for key in names.action_details(service, found)["conditionKeys"]
    )


def _check_values(
    statement: Statement, operator: names.Operator, name: str, key: str, values: tuple[str, ...]
) -> Iterator[Finding]:
    form = _FORMS.get(operator.family)
    for value in values:
        if "${" in value:  # a token or a policy variable: known only later
            continue
        if form and form[0](value) in (None, False):
            yield refuse("condition-value", f"{name} {key} is {value!r}, which can never match.", f"Write {form[1]}.")
            continue
        if operator.family == "String":
            yield from _check_string(operator, name, key, value)
        if operator.family in ("ARN", "String") and value.startswith("arn:"):
            # AWS fills up a partial ARN: arn:aws:sqs is arn:aws:sqs:*:*:*.
            yield from check_arn(":".join([value, *["*"] * (ARN_PARTS - 1 - value.count(":"))]))
        if key.lower() == "aws:principalarn" and operator.family in ("ARN", "String"):
            yield from _check_principal_arn(statement, operator, name, value)


# Values are read as the evaluator reads them, so that what it understands is never refused.
_FORMS: dict[str, tuple[Callable[[str], object], str]] = {
    "Bool": (lambda value: value.lower() in ("true", "false"), "true or false"),
    "Null": (lambda value: value.lower() in ("true", "false"), "true (the key is absent) or false (it is there)"),
    "Numeric": (read.number, "a number"),
    "Date": (read.date, "a date such as 2027-01-31T00:00:00Z"),
    "IPAddress": (read.network, "an address or a CIDR block such as 203.0.113.0/24"),
    "Binary": (lambda value: read.binary(value) is not None, "bytes in base 64"),
    "ARN": (lambda value: value.startswith(("arn:", "*")), "an ARN of six parts, such as arn:aws:iam::*:role/name"),
}


def _check_principal_arn(statement: Statement, operator: names.Operator, name: str, value: str) -> Iterator[Finding]:
    """The key holds a role's or a user's ARN or an account's root, and never a session's of a role."""
    service, _, resource = value.partition("::")
    if "assumed-role" in value or (service.endswith(":sts") and "federated-user" not in value):
        yield warn(
            "session-arn",
            f"{name} aws:PrincipalArn {value!r} never matches: for a session of a role the key holds the ARN of the role.",
            "Write arn:aws:iam::ACCOUNT:role/NAME.",
        )
    if statement.effect != "Deny" or not operator.negated or not operator.takes_wildcards:
        return
    named = resource.rpartition(":")[2] if value.startswith("arn:") else value.rpartition(":")[2]
    if not named.strip("*?"):
        yield refuse(
            "exempts-everybody",
            f"{name} aws:PrincipalArn {value!r} leaves everybody out of the Deny.",
            "Name the roles that are exempt.",
        )
    elif named.startswith("role/") and not named.removeprefix("role/").strip("*?/"):
        yield warn(
            "exempts-every-role",
            f"{name} aws:PrincipalArn {value!r} leaves every role out of the Deny.",
            "Name the roles that are exempt, if only users and root users are meant to be denied, say so by aws:PrincipalType.",
        )


def _check_string(operator: names.Operator, name: str, key: str, value: str) -> Iterator[Finding]:
    lower = key.lower()
    if not operator.takes_wildcards and ("*" in value or "?" in value):
        if lower.partition(":")[2] in ("sub", "aud"):
            return  # refused with a better message by constructs_lib.policies.trust
        if lower == "lambda:principal" and value == "*":
            return  # whoever opens a function to everybody asks for just that
        like = name.replace("IgnoreCase", "").replace("NotEquals", "NotLike").replace("Equals", "Like")
        yield warn("wildcard-literal", f"{name} {key} takes the * or ? in {value!r} literally.", f"Write {like}.")
        return
    wild = operator.takes_wildcards and ("*" in value or "?" in value)
    if lower in _ACCOUNT_KEYS and not wild and not re.fullmatch(r"\d{12}", value, re.ASCII):
        yield refuse(
            "account-id", f"{key} is {value!r}, which is no account id.", "Write exactly 12 digits, as a string."
        )
    elif lower in _ORGANIZATION_KEYS and not wild and not _ORGANIZATION_ID.fullmatch(value):
        yield refuse(
            "organization-id",
            f"{key} is {value!r}, which is no organization id.",
            "Write o- and 10 to 32 lower-case letters or digits.",
        )
    elif lower in _PATH_KEYS and not _ORGANIZATION_PATH.fullmatch(value):
        yield refuse(
            "organization-path",
            f"{key} is {value!r}, which is no path in an organization.",
            "Write o-…/r-…/ou-…/ with its last slash (or /* with StringLike).",
        )
    elif lower == "aws:requestedregion" and not wild:
        known = [region for regions in load("regions")["partitions"].values() for region in regions]
        if value not in known:
            cure = names.did_you_mean(value, known, "Write a region code such as eu-central-1.")
            yield refuse("unknown-region", f"{key} is {value!r}, which is no region.", cure)

"""Parameter values that several guardrails take, checked and brought into their one form."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies import names
from constructs_lib.policies.data import load
from constructs_lib.policies.document import Strings, is_token
from constructs_lib.policies.quotas import quota
from constructs_lib.policies.rules.actions import unknown_action
from constructs_lib.policies.rules.resources import check_arn

DEPLOYERS: Final = ("OrganizationAccountAccessRole", "TerraformExecutionRole")
"""The roles that deploy into accounts: the one AWS makes with the account, and the one of its stack."""

_ROLE_NAME = re.compile(r"[\w+=,.@*?/-]+", re.ASCII)


def many(values: Strings) -> tuple[str, ...]:
    """One string or several, as a tuple."""
    return (values,) if isinstance(values, str) else tuple(values)


def some(name: str, values: Strings) -> tuple[str, ...]:
    """As `many`; none is refused."""
    found = many(values)
    if not found:
        raise InvalidValueError(name, [], expected="at least one", cure="A guardrail about nothing guards nothing.")
    return found


def regions(name: str, values: Strings, partition: str) -> tuple[str, ...]:
    """Region codes of the partition."""
    partitions: Mapping[str, Sequence[str]] = load("regions")["partitions"]
    if partition not in partitions:
        raise InvalidValueError("partition", partition, expected=f"one of {', '.join(partitions)}")
    found = some(name, values)
    for region in found:
        if region in partitions[partition] or is_token(region):
            continue
        elsewhere = [other for other, known in partitions.items() if region in known]
        if elsewhere:
            raise InvalidValueError(
                name, region, expected=f"a region of the partition {partition}", cure=f"It belongs to {elsewhere[0]}."
            )
        cure = names.did_you_mean(region, partitions[partition], "See the list of AWS regions.")
        raise InvalidValueError(name, region, expected="a region code", cure=cure)
    return found


def actions(name: str, values: Strings) -> tuple[str, ...]:
    """Actions that AWS knows; wildcards match at least one."""
    for action in many(values):
        finding = unknown_action(action)
        if finding:
            raise InvalidValueError(name, action, expected="a known action", cure=finding.cure)
    return many(values)


def principal_arns(name: str, values: Strings, partition: str) -> tuple[str, ...]:
    """ARN patterns of principals in any account; a bare name is the name (with path) of a role."""
    found = []
    for value in many(values):
        if value.startswith("arn:") or is_token(value):
            arn(name, value, partition)
            found.append(value)
        elif _ROLE_NAME.fullmatch(value) and value.strip("*?/"):
            found.append(f"arn:{partition}:iam::*:role/{value}")
        else:
            raise InvalidValueError(
                name,
                value,
                expected="a role's name or an ARN, neither of which matches everybody",
                cure=f"Write 'TerraformExecutionRole' or 'arn:{partition}:iam::*:role/team-*'.",
            )
    return tuple(found)


def arns(name: str, values: Strings, partition: str) -> tuple[str, ...]:
    """ARN patterns of resources."""
    for value in many(values):
        arn(name, value, partition)
    return many(values)


def arn(name: str, value: str, partition: str) -> None:
    """Refuse what is no ARN of the partition."""
    for finding in check_arn(value):
        raise InvalidValueError(name, value, expected="an ARN", cure=finding.cure)
    parts = value.split(":")
    if not is_token(value) and (parts[0] != "arn" or parts[1:2] != [partition]):
        raise InvalidValueError(name, value, expected=f"an ARN of the partition {partition}: arn:{partition}:…")


def matching(name: str, values: Strings, rule: str) -> tuple[str, ...]:
    """Values of the form of a quota's pattern, such as ``account.id``."""
    wanted = quota(rule)
    for value in many(values):
        if not is_token(value) and not (wanted.pattern and re.fullmatch(wanted.pattern, value, re.ASCII)):
            raise InvalidValueError(name, value, expected=wanted.means or rule)
    return many(values)


def exempting(principals: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The condition that leaves these principals out of a Deny; none if there are none."""
    return {"ArnNotLike": {"aws:PrincipalArn": list(principals)}} if principals else {}


def parts(name: str, given: Strings, group: str) -> tuple[str, ...]:
    """The actions of the named parts of a group of data/denied_actions.json."""
    known: Mapping[str, Sequence[str]] = load("denied_actions")[group]
    found: list[str] = []
    for part in some(name, given):
        if part not in known:
            cure = names.did_you_mean(part, known, f"Choose from {', '.join(known)}.")
            raise InvalidValueError(name, part, expected=f"one of {', '.join(known)}", cure=cure)
        found += known[part]
    return tuple(found)

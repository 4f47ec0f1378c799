"""Resources that are no ARNs, or that none of the statement's actions works on."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from constructs_lib.policies import names
from constructs_lib.policies.data import load
from constructs_lib.policies.document import is_token
from constructs_lib.policies.evaluator.patterns import compiled, glob_parts, has_wildcard
from constructs_lib.policies.findings import Finding, refuse, warn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs_lib.policies.document import Statement

PARTITIONS = ("aws", "aws-us-gov", "aws-cn", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc")
ARN_PARTS = 6
_ACCOUNT = re.compile(r"\d{12}|aws|aws-[a-z-]+|third-party|cloudfront|")


_WITHOUT_REGION = frozenset(
    {"account", "budgets", "cloudfront", "globalaccelerator", "iam", "organizations", "route53", "shield", "sts", "waf"}
)
"""Services of which no resource's ARN has a region."""


def check_resources(statement: Statement) -> Iterator[Finding]:
    """Every resource is an ARN or ``*``; an action that works on none of them is named."""
    fine = True
    for resource in statement.resources + statement.not_resources:
        for finding in check_arn(resource):
            fine = False
            yield finding
    if fine and statement.resources:
        yield from _check_reach(statement)


def check_arn(arn: str) -> Iterator[Finding]:
    """Whether it has the form of an ARN; ``*`` and tokens pass."""
    if arn == "*" or arn.startswith(("arn:*", "*", "${")) or is_token(arn):
        return
    parts = arn.split(":", ARN_PARTS - 1)
    if parts[0] != "arn" or len(parts) < ARN_PARTS or not parts[5]:
        if any(char in part for part in parts for char in "*?") and parts[0] == "arn":
            return  # a wildcard may span several parts: arn:aws:s3*
        yield refuse(
            "arn-form",
            f"{arn!r} is no ARN.",
            "Write arn:partition:service:region:account:resource; region and account may be empty.",
        )
        return
    _, partition, service, region, account, _ = parts
    if not _wild(partition) and partition not in PARTITIONS:
        yield refuse(
            "arn-partition",
            f"{arn!r} names the partition {partition!r}.",
            names.did_you_mean(partition, PARTITIONS, f"Use one of {', '.join(PARTITIONS)}."),
        )
    if region and not _wild(region):
        yield from _check_region(arn, service, region)
    if not service:
        yield refuse("arn-form", f"{arn!r} names no service.", "Write arn:partition:service:region:account:resource.")
    if not _wild(account) and not _ACCOUNT.fullmatch(account):
        yield refuse(
            "account-id",
            f"{arn!r} names the account {account!r}.",
            "Write exactly 12 digits.",
        )


def _check_region(arn: str, service: str, region: str) -> Iterator[Finding]:
    known = [found for regions in load("regions")["partitions"].values() for found in regions]
    if service in _WITHOUT_REGION:
        yield refuse(
            "arn-region",
            f"{arn!r} names the region {region!r}, but ARNs of {service} have none.",
            f"Leave the region empty: arn:aws:{service}::….",
        )
    elif region not in known:
        yield warn(
            "unknown-region",
            f"{arn!r} names the region {region!r}, which is none that was known on {load('regions')['as_of']}.",
            names.did_you_mean(region, known, "Write a region code such as eu-central-1."),
        )


def _wild(part: str) -> bool:
    return "*" in part or "?" in part or "${" in part


def _check_reach(statement: Statement) -> Iterator[Finding]:
    """An action for which no resource of the statement can match has no effect."""
    if "*" in statement.resources or any(is_token(resource) for resource in statement.resources):
        return
    for action in statement.actions:
        service, _, name = action.lower().partition(":")
        matched = names.matching_actions(service, name) if "*" not in name and "?" not in name else ()
        formats = [found for known in matched for found in _formats(service, known)]
        if matched and not formats:
            yield warn(
                "action-takes-no-resource",
                f"{action} works on no particular resource, so the resources of the statement never match.",
                "Put it into a statement of its own with Resource '*'.",
            )
        elif formats and not any(overlap(resource, arn) for resource in statement.resources for arn in formats):
            yield warn(
                "action-without-resource",
                f"{action} works on {' or '.join(formats[:3])}, which no resource of the statement matches.",
                "Name such a resource, or move the action to another statement.",
            )


@lru_cache(maxsize=4096)
def _formats(service: str, action: str) -> tuple[str, ...]:
    types = names.action_details(service, action)["resourceTypes"]
    return tuple(arn for kind in types if (arn := names.resource_arn(service, kind["name"])))


_WILDCARD = re.compile(r"[*?]")
_PLACEHOLDER = re.compile(r"\$\{[^}]*\}")


@lru_cache(maxsize=8192)
def overlap(one: str, other: str) -> bool:
    """Whether some text matches both patterns; ``*``, ``?`` and ``${…}`` stand for other text."""
    left, right = (_PLACEHOLDER.sub("*", each) if "${" in each else each for each in (one, other))
    if _matches(right, left.replace("*", "").replace("?", "-")):
        return True  # the shortest text that one matches will often do
    if not has_wildcard(left):
        return False
    if not has_wildcard(right):
        return _matches(left, right)
    return _agree(left, right) and overlap_of_wildcards(left, right)


def _matches(pattern: str, text: str) -> bool:
    return compiled(glob_parts((pattern,))).fullmatch(text) is not None


def _agree(left: str, right: str) -> bool:
    """Whether two patterns begin and end alike, as far as they hold no wildcards there."""
    begins = zip(_WILDCARD.split(left, 1)[0], _WILDCARD.split(right, 1)[0], strict=False)
    ends = zip(reversed(_WILDCARD.split(left)[-1]), reversed(_WILDCARD.split(right)[-1]), strict=False)
    return all(one == other for pairs in (begins, ends) for one, other in pairs)


def overlap_of_wildcards(left: str, right: str) -> bool:
    """As `overlap`, step by step through both patterns."""
    reachable = _past_stars(right, {0})
    for char in left:
        reachable = _past_stars(right, _step(char, right, reachable))
        if not reachable:
            return False
    return len(right) in reachable


def _past_stars(pattern: str, positions: set[int]) -> set[int]:
    """The positions, and those after stars, which may stand for nothing."""
    found = set(positions)
    for position in positions:
        at = position
        while pattern[at : at + 1] == "*":
            at += 1
            found.add(at)
    return found


def _step(char: str, right: str, positions: set[int]) -> set[int]:
    """The positions in the right pattern after one character of the left pattern."""
    if char == "*":  # stands for any text, also none
        return set(range(min(positions), len(right) + 1))
    found = set()
    for position in positions:
        if position < len(right) and (right[position] == "*" or char == "?" or right[position] in ("?", char)):
            found.add(position if right[position] == "*" else position + 1)
    return found

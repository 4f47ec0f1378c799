"""Accounts that the guardrails cannot tell apart: what is decided about one of them holds for the others."""

import re
from functools import cache
from typing import Final

from config.controls.chains import FULL_ACCESS, Chains
from config.nodes import Account, Policy

_ID: Final = re.compile(r"\d{12}")
_VARIABLE: Final = re.compile(r"\$\{[^{}]*\}")
_WILDCARD_BESIDE_DIGIT: Final = re.compile(r"[*?](?:(?<=\d.)|(?=[\d*?]))")
"""What every pattern has that some numbers match and others do not, wherever in it they stand (``logs-2*``), and few texts. Of two
wildcards one may be a variable, which may stand for digits."""
_COUNTED: Final = (
    r"aws:MultiFactorAuthAge|ec2:MetadataHttpPutResponseHopLimit|ec2:RoleDelivery|ec2:Volume(?:Iops|Size|Throughput)"
    r"|kms:ScheduleKeyDeletionPendingWindowInDays|s3:(?:TlsVersion|max-keys|object-lock-remaining-retention-days|signatureAge)"
)
"""Keys whose numbers are never an account's."""
_OTHER_NUMBERS: Final = re.compile(
    rf'(?:Numeric\w+":\{{"(?:{_COUNTED})":"[\d.]{{1,9}}"'
    r'|Date\w+":\{"aws:(?:CurrentTime|EpochTime|TokenIssueTime)":"[\dTZ:.+-]{1,30}")\}',
    re.IGNORECASE,
)
"""Comparisons of numbers that are never an account's, as in many a bucket's policy."""
_COMPARISON: Final = re.compile(r'[":](?:Numeric|Date)\w+":\{')
"""By which is greater: a number is a date, too, in seconds."""


def alike(chains: Chains, account: Account) -> object:
    """What an account's decisions follow from: accounts with equal ones share them.

    A policy can name an account by its number or by its place; then it is told apart from all that are not named alike.
    """
    levels = tuple(
        (
            level.node,
            tuple(each.name for each in level.policies if each is not FULL_ACCESS),
            FULL_ACCESS in level.policies,
        )
        for levels, nothing in ((chains.scps(account), (FULL_ACCESS,)), (chains.rcps(account), ()))
        for level in levels
        if level.policies != nothing
    )
    own = chains.account_id(account)
    policies = [_names(chains.organization.policies[slug]) for _, slugs, _ in levels for slug in slugs]
    by_id = own if any(numbers is None or own in numbers for numbers, _ in policies) else ""
    by_place = chains.path(account) if any(places for _, places in policies) else ""
    return account is chains.organization.management, account.region, levels, by_id, by_place


@cache
def _names(policy: Policy) -> tuple[frozenset[str] | None, bool]:
    """The accounts that a policy names by number, None if it has a pattern of numbers; and whether it names places."""
    text = policy.content
    numbers = None if has_pattern_of_ids(text) else frozenset(_ID.findall(text))
    return numbers, "orgpaths" in text.lower()


def has_pattern_of_ids(text: str) -> bool:
    """Whether a policy may have what some accounts' numbers match and others' do not: a part of one, or a greater one."""
    return _WILDCARD_BESIDE_DIGIT.search(_VARIABLE.sub("*", text)) is not None or _compares_numbers(text)


def _compares_numbers(text: str) -> bool:
    """Whether a policy compares numbers, which may be accounts'."""
    return _COMPARISON.search(text) is not None and _COMPARISON.search(_OTHER_NUMBERS.sub("", text)) is not None

"""Accounts that the guardrails cannot tell apart: what is decided about one of them holds for the others."""

import re
from functools import cache
from typing import Final

from config.controls.chains import FULL_ACCESS, Chains
from config.nodes import Account, Policy

_ID: Final = re.compile(r"\d{12}")
_WILDCARD_BESIDE_DIGIT: Final = re.compile(r"[*?](?:(?<=\d.)|(?=\d))")
"""What every pattern has that some numbers match and others do not, wherever in it they stand (``logs-2*``), and few texts."""


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
    """Whether a policy may have a number with wildcards, which some accounts' numbers match and others' do not."""
    return _WILDCARD_BESIDE_DIGIT.search(text) is not None

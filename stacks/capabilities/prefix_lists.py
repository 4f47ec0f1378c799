"""Ranges under one name."""

from collections.abc import Sequence

from config.capabilities.prefix_lists import PrefixList
from constructs_lib.network.prefix_list import PrefixListConstruct
from stacks.parts import part
from stacks.scope import AccountScope


def add(stack: AccountScope, lists: Sequence[PrefixList]) -> None:
    """Add the account's lists."""
    for each in lists:
        id_ = _part(each.slug)
        stack.parts[id_] = PrefixListConstruct(
            stack, id_, name=each.slug, entries=each.entries, max_entries=each.max_entries
        )


def prefix_list(stack: AccountScope, slug: str) -> PrefixListConstruct:
    """One of the account's lists."""
    return part(stack, _part(slug), PrefixListConstruct)


def _part(slug: str) -> str:
    return f"prefix-list-{slug}"

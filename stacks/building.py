"""Builds an account's stack from the capabilities that the account has."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from config.capabilities.capability import AccountInput
from config.registry import parts
from config.watching import unwatched
from stacks.scope import AccountScope


def add_parts(stack: AccountScope, inputs: AccountInput) -> None:
    """Add everything that an account has.

    Args:
        stack: The account's stack.
        inputs: What it is made from.
    """
    whole = unwatched(inputs)
    for part in parts():
        value = part.of(whole)
        if value is not None:
            builder(part.build)(stack, value)


@cache
def builder(place: str) -> Callable[[AccountScope, Any], None]:
    """The function that builds a part, from ``module:function``."""
    module, _, function = place.partition(":")
    found: Callable[[AccountScope, Any], None] = getattr(import_module(module), function)
    return found

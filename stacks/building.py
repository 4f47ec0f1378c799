"""Builds an account's stack from the capabilities that the account has."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from cdktf_cdktf_provider_aws.iam_policy import IamPolicy

from config.capabilities.capability import AccountInput, Part
from config.capabilities.identity_center.people import with_path
from config.registry import parts
from config.watching import unwatched
from constructs_lib.errors import InvalidValueError
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
            if part.policies:
                _require_policies(stack, part)


def _require_policies(stack: AccountScope, part: Part[Any]) -> None:
    """What a part says that it makes is there: permission sets that name it rely on it."""
    made = {f"{one.path_input or '/'}{one.name_input}" for one in stack.node.find_all() if isinstance(one, IamPolicy)}
    missing = sorted({with_path(name) for name in part.policies} - made)
    if missing:
        raise InvalidValueError(
            f"policies of {part.name}",
            missing,
            expected=f"policies that {part.build} makes in the stack {stack.node.id}",
            cure=f"It makes {', '.join(sorted(made)) or 'none'}.",
        )


@cache
def builder(place: str) -> Callable[[AccountScope, Any], None]:
    """The function that builds a part, from ``module:function``."""
    module, _, function = place.partition(":")
    found: Callable[[AccountScope, Any], None] = getattr(import_module(module), function)
    return found

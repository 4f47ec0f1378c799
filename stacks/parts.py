"""Constructs of a stack that one capability makes and another one needs."""

from typing import TypeVar

from constructs import Construct

from config.capabilities.network import MAIN
from stacks.scope import AccountScope

PartT = TypeVar("PartT", bound=Construct)


def part(stack: AccountScope, id_: str, kind: type[PartT]) -> PartT:
    """A construct that is there already: the capability that makes it comes before in `stacks.capabilities`.

    What is in `stack.parts` is at hand. The kernel knows the others, but whoever asks it waits for all that was sent ahead.

    Raises:
        TypeError: If something else has the id.
    """
    found = stack.parts[id_] if id_ in stack.parts else stack.node.find_child(id_)
    if not isinstance(found, kind):
        raise TypeError(f"{id_} of stack {stack.node.id} is {found!r}, no {kind.__name__}.")
    return found


def vpc_part(id_: str, slug: str) -> str:
    """The id of a construct that each VPC of an account has one of."""
    return id_ if slug == MAIN else f"{id_}-{slug}"

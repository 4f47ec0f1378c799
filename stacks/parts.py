"""Constructs of a stack that one capability makes and another one needs."""

from typing import TypeVar

from cdktf import TerraformStack
from constructs import Construct

from config.capabilities.network import MAIN

PartT = TypeVar("PartT", bound=Construct)


def part(stack: TerraformStack, id_: str, kind: type[PartT]) -> PartT:
    """A construct that is there already: the capability that makes it comes before in `stacks.capabilities`.

    Raises:
        TypeError: If something else has the id.
    """
    found = stack.node.find_child(id_)
    if not isinstance(found, kind):
        raise TypeError(f"{id_} of stack {stack.node.id} is {found!r}, no {kind.__name__}.")
    return found


def vpc_part(id_: str, slug: str) -> str:
    """The id of a construct that each VPC of an account has one of."""
    return id_ if slug == MAIN else f"{id_}-{slug}"

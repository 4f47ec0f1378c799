"""What was in an account before its stack: existing/<account id>.json."""

from pydantic import Field

from config.model.base import Model

GLOBAL = "global"
"""Stands for a region where a service has none."""

Ids = dict[str, dict[str, str]]
"""By Terraform's type, and by what tells resources of the type apart, Terraform's import id."""


class Found(Model):
    """What was in an account before its stack: written by `estate adopt`, made smaller by `estate lock`, never by hand.

    Everything is by region, or `global`, and then by Terraform's type.
    """

    imports: dict[str, Ids] = Field(
        default_factory=dict, description="What the stack takes over instead of making a second one."
    )
    names: dict[str, dict[str, str]] = Field(
        default_factory=dict,
        description="The names of what AWS allows once: it keeps them.",
    )
    same: dict[str, dict[str, dict[str, dict[str, bool | int | str]]]] = Field(
        default_factory=dict,
        description="Arguments of what Terraform cannot import: it is left out while the stack wants the same.",
    )
    left: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="Types of which AWS allows one, and something else manages that."
    )

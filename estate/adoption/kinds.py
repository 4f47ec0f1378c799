"""What is found in AWS, in Terraform's words."""

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

Entry: TypeAlias = tuple[str, str, str]
"""Terraform's type, what tells resources of it apart in an account and region, and the import id."""


class Value(NamedTuple):
    """What Terraform cannot import: its type, what tells resources of it apart, and its arguments."""

    type: str
    key: str
    arguments: Mapping[str, bool | int | str]

"""What must hold between files: each rule takes the organization and its files and yields problems."""

from collections.abc import Callable, Iterator
from typing import Final

from config.errors import Problem
from config.files import Files
from config.nodes import Organization

Rule = Callable[[Organization, Files], Iterator[Problem]]

RULES: Final[tuple[Rule, ...]] = ()

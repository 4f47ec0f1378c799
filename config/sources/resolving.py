"""What capabilities follow references with, while organization.yaml is read."""

from typing import Protocol

from config.errors import KeyPath
from config.nodes import Account, Configuration, Node
from constructs_lib.policies.document import PolicyDocument


class Resolving(Protocol):
    """Finds what organization.yaml names. What is not there becomes a problem of the place that names it."""

    @property
    def configuration(self) -> Configuration:
        """The configuration as far as it is resolved: OUs, accounts and their settings, delegated administrators."""

    def nodes(self, path: KeyPath, selectors: tuple[str, ...]) -> tuple[Node, ...]:
        """The nodes that selectors stand for, each once, sorted."""

    def accounts(self, path: KeyPath, selectors: tuple[str, ...]) -> tuple[Account, ...]:
        """The accounts that selectors stand for, each once, sorted."""

    def account(self, path: KeyPath, slug: str) -> Account | None:
        """The account with a slug."""

    def problem(self, path: KeyPath, arrived: str, expected: str, cure: str = "") -> None:
        """Say what is wrong with a value."""

    def text(self, path: KeyPath, name: str) -> str | None:
        """The text of a file below policies/."""

    def document(self, path: KeyPath, name: str) -> PolicyDocument | None:
        """The policy, as AWS takes it, in a JSON file below policies/."""

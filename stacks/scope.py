"""What the stacks of all accounts have, for whatever is built in them."""

from collections.abc import Hashable
from typing import Any, ClassVar

from cdktf import TerraformStack
from constructs import Construct

from config.capabilities.capability import AccountInput
from config.model.settings import Settings
from config.nodes import Account, Organization
from stacks.providers import Providers
from stacks.references import References


class AccountScope(TerraformStack):
    """The stack of one account: it knows its own account, and of others what the organization shares.

    Attributes:
        inputs: What the stack is made from; the three below are in it.
        organization: The organization's shared part, and a small view of every account.
        account: The account.
        settings: The account's own settings.
        references: Ids of accounts, OUs and the organization.
        provider: The account's providers, by region.
        parts: Constructs that other capabilities often need (`stacks.parts.part`), by their ids.
    """

    inputs: AccountInput
    organization: Organization
    account: Account
    settings: Settings
    references: References
    provider: Providers
    parts: dict[str, Construct]

    # Whoever synthesizes many stacks does it afterwards (`stacks.app`): it would be carried to Python and back.
    left_for_later: ClassVar[frozenset[str]] = frozenset({"toTerraform"})

    def take(self, inputs: AccountInput) -> None:
        """Keep what the stack is made from."""
        self.inputs, self.parts = inputs, {}
        self.organization, self.account, self.settings = inputs.organization, inputs.account, inputs.settings

    def finished(self, synthesized: dict[str, Any]) -> dict[str, Any]:
        """The stack's Terraform JSON, from what is synthesized of the constructs.

        Args:
            synthesized: The JSON of the constructs; it is changed.
        """
        return synthesized

    def form(self) -> Hashable:
        """What `finished` follows from beside the JSON and what it reads of the organization, but for the account's number and slug.

        Stacks with equal ones may be finished together (`stacks.copies`); one with None is finished by itself.
        """
        return None

    def to_terraform(self) -> Any:
        """The stack's Terraform JSON."""
        return self.finished(super().to_terraform())

    @property
    def own_id(self) -> str:
        """The account's own 12-digit id."""
        return self.references.account_id(self.account)

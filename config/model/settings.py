"""What can be set for an account, and inherited from its OUs and the organization."""

from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from config.model.base import Model
from config.model.types import Region


class Settings(Model):
    """All settings of one account, after merging what every level says.

    Levels from weak to strong: `defaults` of organization.yaml, of each OU from the outermost inwards, `defaults_by_purpose`,
    `defaults_by_tag`, `settings` of the account. Mappings are merged key by key; a list or a single value replaces what was inherited.
    """

    # Every capability of accounts adds its key (`config.registry`).
    region: Region | None = Field(default=None, description="The account's own region; the home region if not said.")


PartialSettings = Annotated[dict[str, Any], WithJsonSchema({"$comment": "Settings"})]
"""Settings as one level writes them. They are validated where they apply, merged with the other levels'.

`config.schema` puts the schema of `Settings` in the place of the comment.
"""

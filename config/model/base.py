"""What all models of the configuration share."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import PydanticCustomError, core_schema

from config.errors import did_you_mean, one_of
from constructs_lib.policies.quotas import quota


class Model(BaseModel):
    """A mapping in a YAML file: it cannot be changed and knows all its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True, serialize_by_alias=True)


class Switchable(Model):
    """A mapping that can be switched off where a level above has it on: `enabled: false`.

    It is off where no level mentions it.
    """

    enabled: bool = True
    """False switches off what a level above switches on."""


SwitchableT = TypeVar("SwitchableT", bound=Switchable)


def enabled(found: SwitchableT | None) -> SwitchableT | None:
    """What was found, if something mentions it and nothing switches it off."""
    return found if found and found.enabled else None


def refuse(expected: str, cure: str = "") -> PydanticCustomError:
    """The error for a validator to raise.

    Args:
        expected: What belongs there, to follow the word "expected".
        cure: What to do about it, a sentence.
    """
    return PydanticCustomError("refused", "expected {expected}. {cure}", {"expected": expected, "cure": cure})


@dataclass(frozen=True)
class Matches:
    """Annotation of a text that must match a pattern as a whole.

    Args:
        pattern: Regular expression; AWS's own for that `quota` if it is None.
        expected: What the text is, to follow the word "expected".
        cure: What to do if it does not match: a sentence, or a function of the text.
        longest: Most characters.
        quota: The name of AWS's limits on its length (`constructs_lib.policies.quotas`), instead.
    """

    pattern: str | None
    expected: str
    cure: str | Callable[[str], str] = ""
    longest: int | None = None
    quota: str | None = None

    @property
    def size(self) -> tuple[int, int | None]:
        """Fewest and most characters."""
        if self.quota is None:
            return 1, self.longest
        found = quota(self.quota)
        return found.minimum, found.limit

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        shortest, longest = self.size
        pattern = self.pattern or self._of_aws
        found = {**handler(schema), **({"pattern": f"^(?:{pattern})$"} if pattern else {}), "minLength": shortest}
        return found if longest is None else {**found, "maxLength": longest}

    @property
    def _of_aws(self) -> str | None:
        return quota(self.quota).pattern if self.quota else None

    def check(self, value: str) -> str:
        """Pass the text through or refuse it."""
        shortest, longest = self.size
        if len(value) < shortest or (longest is not None and len(value) > longest):
            allowed = f"at least {shortest}" if longest is None else f"{shortest} to {longest}"
            raise refuse(
                f"{self.expected}, {allowed} characters (these are {len(value)})",
                # Only a function of the text knows what a shorter one would be.
                self.cure(value) if callable(self.cure) and value else "",
            )
        if self.pattern is not None and not re.fullmatch(self.pattern, value):
            raise refuse(self.expected, self.cure if isinstance(self.cure, str) else self.cure(value))
        if self.quota and self._of_aws and not re.fullmatch(self._of_aws, value, re.ASCII):
            raise refuse(f"{self.expected}: {quota(self.quota).means}", _without(value, self._of_aws))
        return value


def _without(value: str, pattern: str) -> str:
    """A cure for a text of which some characters are refused, if the pattern is about each character by itself."""
    strange = [character for character in dict.fromkeys(value) if not re.fullmatch(pattern, character, re.ASCII)]
    if not strange or len(strange) == len(set(value)):
        return ""
    return f"AWS does not take {', '.join(map(repr, strange))} there."


@dataclass(frozen=True)
class Known:
    """Annotation of a text that must be one of many known words.

    Args:
        words: The known words.
        what: What they are, in the singular.
        why: Why another word is refused, if there is a reason.
    """

    words: tuple[str, ...]
    what: str
    why: Callable[[str], str | None] = lambda _word: None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "enum": list(self.words)}

    def check(self, value: str) -> str:
        """Pass the word through or refuse it."""
        if value not in self.words:
            cure = self.why(value) or did_you_mean(value, self.words)
            raise refuse(f"{self.what}: {one_of(self.words)}", cure)
        return value

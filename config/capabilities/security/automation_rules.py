"""What Security Hub does by itself with findings: what organization.yaml says of it."""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from config.model.base import Matches, Model, refuse
from config.model.types import Selector, Slug

Control = Annotated[str, Matches(r"[A-Za-z][A-Za-z0-9]*\.[0-9]+", "a control such as 'EC2.10'", longest=64)]
Severity = Literal["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"]
_MOST: Final = 20
_Text = Annotated[str, Matches(r"[^\x00-\x1f]*\S[^\x00-\x1f]*", "a text on one line", longest=1024)]
_Note = Annotated[str, Matches(r"[^\x00-\x1f]*\S[^\x00-\x1f]*", "a note on one line", longest=512)]
ResourceType = Annotated[
    str, Matches(r"Aws[A-Za-z0-9]+|Container|Other", "a type of Security Hub's such as 'AwsS3Bucket'")
]


class FindingMatch(Model):
    """Which findings are meant: those for which all of what is said holds, by one of its values."""

    accounts: tuple[Selector, ...] = Field(
        default=(), min_length=1, description="Of which accounts, at most 20 and at least one."
    )
    controls: tuple[Control, ...] = Field(
        default=(), min_length=1, max_length=_MOST, description="Controls of Security Hub."
    )
    severities: tuple[Severity, ...] = Field(default=(), min_length=1, description="How severe they are.")
    products: tuple[_Text, ...] = Field(
        default=(),
        min_length=1,
        max_length=_MOST,
        description="Who has found them, such as GuardDuty, Inspector or Security Hub.",
    )
    resource_types: tuple[ResourceType, ...] = Field(
        default=(), min_length=1, max_length=_MOST, description="What they are about, such as AwsS3Bucket."
    )
    resource_prefixes: tuple[_Text, ...] = Field(
        default=(), min_length=1, max_length=_MOST, description="How the ARN or id begins of what they are about."
    )
    resource_tags: dict[str, str] = Field(
        default_factory=dict, min_length=1, max_length=_MOST, description="Tags of what they are about, one of them."
    )
    title_prefixes: tuple[_Text, ...] = Field(
        default=(), min_length=1, max_length=_MOST, description="How their titles begin."
    )

    @model_validator(mode="after")
    def _narrow(self) -> Self:
        if not any(getattr(self, name) for name in type(self).model_fields):
            raise refuse(
                "something by which findings are told apart", "A rule about all findings would hide all of them."
            )
        return self


class AutomationRule(Model):
    """What becomes of some findings as they come in; its key is its name."""

    description: _Text = Field(description="Why.")
    order: int = Field(
        ge=1,
        le=1000,
        description="When it is looked at: the lowest first, and what a later one says wins. No two rules have one.",
    )
    match: FindingMatch = Field(description="Which findings.")
    severity: Severity | None = Field(default=None, description="How severe they are from then on; as before if null.")
    workflow: Literal["NEW", "NOTIFIED", "RESOLVED", "SUPPRESSED"] | None = Field(
        default=None,
        description="Where they stand from then on; nobody is told of what is SUPPRESSED. As before if null.",
    )
    note: _Note | None = Field(default=None, description="Written beside them.")
    terminal: bool = Field(default=False, description="Whether no later rule changes them.")

    @model_validator(mode="after")
    def _changes(self) -> Self:
        if self.severity is None and self.workflow is None and self.note is None:
            raise refuse("`severity`, `workflow` or `note`", "A rule that changes nothing is none.")
        return self


AutomationRules = dict[Slug, AutomationRule]

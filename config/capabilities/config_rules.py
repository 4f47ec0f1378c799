"""Rules of AWS Config, wherever they are written."""

import json
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from config.model.base import Matches, Model, refuse
from config.model.types import FurtherTags, RoleName
from constructs_lib.policies.managed_rules import unknown_rule
from constructs_lib.policies.quotas import quota

ResourceType = Annotated[
    str, Matches(r"AWS::[A-Za-z0-9]+::[A-Za-z0-9:]+", "a type such as 'AWS::EC2::NetworkInterface'", longest=100)
]
Identifier = Annotated[
    str,
    Matches(
        r"[A-Z][A-Z0-9]*(?:[_-][A-Z0-9]+)*",
        "a rule's identifier such as 'IAM_USER_MFA_ENABLED'",
        quota="config-rule.identifier",
    ),
]
RuleName = Annotated[str, Matches(None, "a rule's name", quota="config-rule.name")]
DocumentName = Annotated[
    str, Matches(r"[A-Za-z0-9_.-]{3,128}", "the name of a document such as 'AWS-EnableS3BucketEncryption'")
]


class ConfigRule(Model):
    """A rule that AWS has written; its key is its name in every account."""

    listed: bool = Field(
        default=True, description="Set it to false for a rule that AWS has added since this version was made."
    )
    identifier: Identifier = Field(description="Its identifier, such as IAM_USER_MFA_ENABLED.")
    parameters: dict[str, str] = Field(default_factory=dict, description="Its parameters, all of them as text.")
    resource_types: tuple[ResourceType, ...] = Field(
        default=(), max_length=100, description="What it looks at; AWS's choice if not said."
    )
    frequency: Literal["One_Hour", "Three_Hours", "Six_Hours", "Twelve_Hours", "TwentyFour_Hours"] | None = Field(
        default=None, description="How often a periodic rule runs; once a day if not said."
    )
    description: Annotated[str, Matches(None, "a description", quota="config-rule.description")] | None = Field(
        default=None, description="Shown in the console."
    )

    @field_validator("identifier")
    @classmethod
    def _known(cls, identifier: str, given: ValidationInfo) -> str:
        cure = unknown_rule(identifier) if given.data.get("listed", True) else ""
        if cure:
            raise refuse("the identifier of a rule that AWS has written", cure)
        return identifier

    @model_validator(mode="after")
    def _parameters_fit(self) -> Self:
        size, most = len(json.dumps(self.parameters)), quota("config-rule.parameters").limit
        if size > most:
            raise refuse(f"`parameters` of at most {most:,} characters as JSON, not {size:,}")
        return self


class Remediation(Model):
    """A document of Systems Manager that mends what breaks a rule."""

    document: DocumentName = Field(
        description="One of AWS's, such as AWS-EnableS3BucketEncryption, or the name of one in `ssm_documents` that the account has."
    )
    parameters: dict[str, str | tuple[str, ...]] = Field(
        default_factory=dict, description="Its parameters; RESOURCE_ID stands for what breaks the rule."
    )
    role: RoleName | None = Field(
        default=None,
        description="The role that it works with, of `roles`, which the account has and `ssm.amazonaws.com` may assume; its parameter "
        "AutomationAssumeRole.",
    )
    automatic: bool = Field(default=True, description="Whether it mends by itself; else somebody starts it.")
    attempts: int = Field(default=5, ge=1, le=25, description="How often it tries.")
    retry_seconds: int = Field(
        default=60, ge=1, le=2_678_000, description="Within so many seconds all attempts are made."
    )

    @model_validator(mode="after")
    def _has_rights(self) -> Self:
        if self.automatic and self.role is None:
            raise refuse("`role` with which it works by itself", "Name one, or write `automatic: false`.")
        if "AutomationAssumeRole" in self.parameters:
            raise refuse("no AutomationAssumeRole among `parameters`", "Write the role's name as `role`.")
        return self


class AccountRule(ConfigRule):
    """A rule that AWS has written, in an account; its key is its name."""

    remediation: Remediation | None = Field(default=None, description="What mends what breaks it.")
    tags: FurtherTags = Field(
        default_factory=dict,
        description="Tags that it has beside the account's. AWS gives none to rules of the organization.",
    )

"""What plans may destroy, and what nobody may: approvals.yaml."""

import datetime as dt
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from config.model.base import Matches, Model, refuse
from config.model.types import Slug


def _as_date(value: Any) -> Any:
    """YAML files are read without dates: a day is text until here."""
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise refuse("a day such as '2026-12-31'", "Write year, month and day with hyphens.") from None


Day = Annotated[
    dt.date, BeforeValidator(_as_date), WithJsonSchema({"type": "string", "format": "date"}, mode="validation")
]
Address = Annotated[
    str,
    Matches(r"\S+\.\S+", "a Terraform address such as 'aws_organizations_account.accounts_sandbox_0D1E2F3A'"),
]
Text = Annotated[str, Matches(r".*\S.*", "a line of text")]


RuleName = Annotated[str, Matches(r"[a-z0-9]+(-[a-z0-9]+)*", "the name of a rule such as 'account-gone'")]


class Approval(Model):
    """Lets one dangerous change through, once somebody has looked at it."""

    stack: Slug = Field(description="The stack whose plan it is in.")
    address: Address = Field(description="The resource's Terraform address, as the guard prints it; no wildcards.")
    rule: RuleName = Field(description="The rule that stops the change, as the guard prints it.")
    until: Day = Field(description="The last day on which it holds.")
    reason: Text = Field(description="Why it is right.")


class Protection(Model):
    """Marks resources that no plan may delete or replace without an approval."""

    stack: Slug | None = Field(default=None, description="The stack that they are in; any if not said.")
    address: Address = Field(description="Terraform address; * stands for anything.")


class ApprovalsFile(Model):
    """What the plan guard lets through, and what else it stops, beside what it always does."""

    protect: tuple[Protection, ...] = Field(default=(), description="Further resources to keep.")
    approvals: tuple[Approval, ...] = Field(default=(), description="Changes that may happen all the same.")

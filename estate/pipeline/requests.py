"""The form by which people ask for an account, and the file that its answers become.

Answers are text of whoever wrote them. They come in environment variables, are read here and nowhere else, and no script holds them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from config import ConfigError
from estate.accounts.editing import tried, write
from estate.accounts.new import NewAccountError, account_file
from estate.opening import open_organization
from estate.paths import config_directory

if TYPE_CHECKING:
    from collections.abc import Mapping


class RequestError(ValueError):
    """The answers make no account; the message says why, for whoever asked."""


@dataclass(frozen=True)
class Field:
    """A field of the form.

    Args:
        key: What it is.
        label: What people read; GitHub puts it above the answer.
        about: What to write there.
        required: Whether it has to be answered.
    """

    key: str
    label: str
    about: str
    required: bool = True

    @property
    def variable(self) -> str:
        """The environment variable with the answer, where each has its own."""
        return f"REQUEST_{self.key.upper()}"


FIELDS: Final = (
    Field("slug", "Slug", "What the account is, for good: lower-case letters, digits and hyphens, such as web-shop."),
    Field("name", "Name", "As AWS shows it; made from the slug if empty.", required=False),
    Field("ou", "OU", "Where it belongs."),
    Field("owner", "Owner", "The team that answers for it; becomes the tag `owner`."),
    Field("budget", "Budget", "US dollars a month; the organization's default if empty.", required=False),
    Field("reason", "Reason", "What it is for. Reviewers read this; it is not written anywhere."),
)
_EMPTY: Final = "_No response_"
_LONGEST: Final = 20_000
_LINE: Final = 256
_AMOUNT: Final = re.compile(r"[1-9]\d{0,8}(\.\d{1,2})?")


def answers_of(environment: Mapping[str, str]) -> dict[str, str]:
    """The answers, by field.

    Args:
        environment: The job's.

    Raises:
        RequestError: There are none.
    """
    if "REQUEST" in environment:
        found = _sections(environment["REQUEST"])
        return {field.key: found.get(field.label, "") for field in FIELDS}
    if FIELDS[0].variable in environment:
        return {field.key: environment.get(field.variable, "").strip() for field in FIELDS}
    raise RequestError("There are no answers.")


def _sections(body: str) -> dict[str, str]:
    """The text below each heading. A label that comes twice, as somebody's answer can have it, counts for nothing."""
    if len(body) > _LONGEST:
        raise RequestError(f"The request has {len(body)} characters; at most {_LONGEST} are read.")
    parts = re.split(r"(?m)^### +(.+?)[ \t\r]*$", body)
    found: dict[str, str] = {}
    for label, text in zip(parts[1::2], parts[2::2], strict=True):
        if label in found:
            raise RequestError(f"There are two answers to {label!r}. Write one.")
        found[label] = "" if text.strip() == _EMPTY else text.strip()
    return found


def requested(answers: Mapping[str, str]) -> str:
    """Write the account's file, as `estate account new` does; the slug.

    Args:
        answers: By field.

    Raises:
        RequestError: The answers are not what the form asks for, or `check` would refuse the account.
    """
    for field in FIELDS:
        if field.required and not answers[field.key]:
            raise RequestError(f"{field.label} is not answered. {field.about}")
        if field.key != "reason" and ("\n" in answers[field.key] or len(answers[field.key]) > _LINE):
            raise RequestError(f"{field.label} has to be one line of at most {_LINE} characters.")
    budget = answers["budget"]
    if budget and not _AMOUNT.fullmatch(budget):
        raise RequestError(f"Budget is {budget!r}; expected US dollars a month, such as 500.")
    slug, directory = answers["slug"], config_directory()
    try:
        text = account_file(
            open_organization(prove_access=False),
            slug,
            name=answers["name"] or None,
            ou=answers["ou"],
            tags=[f"owner={answers['owner']}"],
            budget=float(budget) if budget else None,
        )
        files = {f"accounts/{slug}.yaml": text}
        tried(directory, files)
    except NewAccountError as error:
        raise RequestError(str(error)) from error
    except ConfigError as error:
        raise RequestError("\n".join(str(each) for each in error.problems if each.severity == "error")) from error
    write(directory, files)
    return slug

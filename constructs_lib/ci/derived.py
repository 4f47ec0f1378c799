"""What Terraform needs for a resource type that the table does not know: single actions, found in AWS's own reference.

An action is taken if it is named after the resource: a verb of Terraform's (create, read, update, delete, tag) and the words
of the type's name, as ``lambda:UpdateFunctionCode`` for ``aws_lambda_function``. Nothing is taken for a whole service.
What was derived is a proposal: `Permissions.derived` lists it for a person to review, and `extra` adds what is missing.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from constructs_lib.policies import names

_VERBS: Final = (
    "Add",
    "Associate",
    "Attach",
    "Create",
    "Delete",
    "Deregister",
    "Describe",
    "Detach",
    "Disable",
    "Disassociate",
    "Enable",
    "Get",
    "List",
    "Modify",
    "Put",
    "Register",
    "Remove",
    "Set",
    "Tag",
    "Untag",
    "Update",
)
_MAKING: Final = ("Add", "Associate", "Attach", "Create", "Enable", "Put", "Register", "Set")
_READING: Final = ("Describe", "Get", "List")
_TAGGING: Final = re.compile(
    r"(?:Add|Create|Delete|Describe|Get|List|Remove|Put)Tags(?:(?:For|From|To|Of)Resource)?|(?:Tag|Untag)Resource|ListTags\w*"
)
_OTHER_WORDS: Final = (
    r"(?:Code|Configuration|Tags|Url|Config|Concurrency|Policy|Policies|Attributes?|Settings?|Status|Versions?)*(?:V2)?"
)


@cache
def derived_actions(service: str, words: tuple[str, ...], *, reading: bool = False) -> frozenset[str]:
    """The actions of a service that are named after a resource.

    Args:
        service: The service's prefix in IAM, such as ``lambda``.
        words: The words of the type's name, such as ``("lambda", "function")``.
        reading: Whether only what reads is wanted, for data sources.

    Returns:
        ``service:Action``, with the service's actions for tags; empty if no action is named after the resource.
    """
    known = names.actions(service).values()
    verbs = "|".join(_READING if reading else _VERBS)
    for start in range(len(words)):
        noun = "".join(word.capitalize() for word in words[start:])
        pattern = re.compile(rf"(?:{verbs})(?:{_plural(noun)}){_OTHER_WORDS}|List\w+By{re.escape(noun)}", re.IGNORECASE)
        found = {action for action in known if pattern.fullmatch(action)}
        if found and (reading or any(action.startswith(_MAKING) for action in found)):
            tags = {action for action in known if _TAGGING.fullmatch(action)}
            if reading:
                tags = {action for action in tags if action.startswith(_READING)}
            return frozenset(f"{service}:{action}" for action in found | tags)
    return frozenset()


def _plural(noun: str) -> str:
    """A pattern for a noun and its plural."""
    stem = re.escape(noun)
    return rf"{stem[:-1]}(?:y|ies)" if noun.endswith("y") else rf"{stem}(?:s|es)?"

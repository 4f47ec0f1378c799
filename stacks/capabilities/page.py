"""The capabilities as a Markdown page, written from the code: keys, resources, what drives the cost."""

import inspect
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from config.model.account import AccountFile
from config.model.approvals import ApprovalsFile
from config.model.organization import OrganizationFile
from config.model.policy import PolicyFile
from config.model.settings import Settings
from stacks.capabilities import CAPABILITIES, MANAGEMENT_CAPABILITIES
from stacks.capabilities.costs import COST_DRIVERS
from stacks.capabilities.keys import HEAD, documentation, intent, row, rows

if TYPE_CHECKING:
    from stacks.capabilities.capability import Capability

_HEAD = """\
# Capabilities

<!-- Written by `python -m stacks.capabilities`; a test fails when it is stale. Change the code instead. -->

What an account's stack can hold beside what you add to it. A key of `organization.yaml` is about the organization as a whole.
A key of **settings** is about accounts: it stands in `defaults` of `organization.yaml` for all of them, in `defaults` of an
OU for those below it, in `defaults_by_tag` for those with a tag, in `settings` of an account for that one. The nearest one
wins, mappings are merged key by key. `enabled: false` switches off what a level above switches on.

Types are Terraform's. The execution role of every account is permitted exactly what the types in the stacks need.
What else can be written is listed file by file [at the end](#organizationyaml).
"""
_FILES: Final[Mapping[str, type[BaseModel]]] = {
    "organization.yaml": OrganizationFile,
    "accounts/<slug>.yaml": AccountFile,
    "policies/<slug>.yaml": PolicyFile,
    "approvals.yaml": ApprovalsFile,
}
"""The files that people write, by name."""
_UNNAMED: Mapping[str, tuple[str, str]] = {
    "account_id": ("every account", "The account that a stack is really deployed into, as its output."),
    "delivery": (
        "`ci`, `state`",
        "What pipelines deploy with, and the states, in the terraform account; `ci` and `state` configure it.",
    ),
}
"""Capabilities that no key of the same name configures: what does, and what they are."""


def page() -> str:
    """The whole page."""
    keys = sorted({name.partition(".")[0] for name in _types()})
    lines = [_HEAD, *_contents(keys)]
    for key in keys:
        lines += _section(key)
    for name, model in _FILES.items():
        lines += _file(name, model, keys)
    return "\n".join(lines).rstrip() + "\n"


def _types() -> dict[str, set[str]]:
    """The resource types of each capability, in member accounts and the management account."""
    found: dict[str, set[str]] = {}
    capabilities: tuple[Capability[Any], ...] = (*CAPABILITIES, *MANAGEMENT_CAPABILITIES)
    for capability in capabilities:
        found.setdefault(capability.name, set()).update(capability.types)
    return found


def _contents(keys: list[str]) -> Iterator[str]:
    yield "| key | where | what it is |\n|---|---|---|"
    for key in keys:
        yield f"| [`{key}`](#{key}) | {_place(key)} | {_first_line(key)} |"
    yield ""


def _place(key: str) -> str:
    if key in Settings.model_fields:
        return "settings"
    return "organization.yaml" if key in OrganizationFile.model_fields else _UNNAMED[key][0]


def _field(key: str) -> FieldInfo | None:
    return Settings.model_fields.get(key) or OrganizationFile.model_fields.get(key)


def _first_line(key: str) -> str:
    field = _field(key)
    return intent(field) if field else _UNNAMED[key][1]


def _section(key: str) -> Iterator[str]:
    field = _field(key)
    yield f"## {key}\n"
    yield f"{(documentation(field) if field else '') or _first_line(key)}\n"
    table = list(rows(key, field)) if field else []
    if table:
        yield HEAD
        yield from table
        yield ""
    for name, types_ in sorted(_types().items()):
        if name.partition(".")[0] == key:
            whose = f" (`{name}`)" if name != key else ""
            yield f"**Resources**{whose}: {', '.join(f'`{type_}`' for type_ in sorted(types_))}\n"
            yield f"**Cost**{whose}: {' '.join(COST_DRIVERS[name])}\n"


def _file(name: str, model: type[BaseModel], explained: list[str]) -> Iterator[str]:
    """A file's keys; those that have a section of their own are not written out again."""
    yield f"## `{name}`\n"
    yield f"{inspect.getdoc(model)}\n"
    yield HEAD
    shown: dict[type[BaseModel], str] = {}
    for key, field in model.model_fields.items():
        if key in explained:
            yield row(key, field, description=f"See [{key}](#{key}).")
        else:
            yield row(key, field)
            yield from rows(key, field, shown)
        if key == "settings":
            for setting, inner in Settings.model_fields.items():
                here = setting in explained
                yield row(f"{key}.{setting}", inner, description=f"See [{setting}](#{setting})." if here else "")
    yield ""

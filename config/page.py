"""The capabilities as a Markdown page, written from the code: keys, resources, what drives the cost."""

import inspect
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from config.capabilities.capability import FREE
from config.keys import HEAD, documentation, intent, row, rows
from config.model.account import AccountFile
from config.model.approvals import ApprovalsFile
from config.model.policy import PolicyFile
from config.registry import capabilities, organization_model, parts, settings_model

_HEAD = """\
# Capabilities

<!-- Written by `python -m config.page`; a test fails when it is stale. Change the code instead. -->

What an account's stack can hold beside what you add to it. A key of `organization.yaml` is about the organization as a whole.
A key of **settings** is about accounts: it stands in `defaults` of `organization.yaml` for all of them, in `defaults` of an
OU for those below it, in `defaults_by_purpose` and `defaults_by_tag` for those with a purpose or a tag, in `settings` of an account for that one. The nearest one
wins, mappings are merged key by key. `enabled: false` switches off what a level above switches on.

Types are Terraform's. The execution role of every account is permitted what the types in its stack need.
What else can be written is listed file by file [at the end](#organizationyaml).
"""


def page() -> str:
    """The whole page."""
    keys = sorted({name.partition(".")[0] for name in _types()})
    lines = [_HEAD, *_contents(keys)]
    for key in keys:
        lines += _section(key)
    for name, model in _files().items():
        lines += _file(name, model, keys)
    return "\n".join(lines).rstrip() + "\n"


def _files() -> Mapping[str, type[BaseModel]]:
    """The files that people write, by name."""
    return {
        "organization.yaml": organization_model(),
        "accounts/<slug>.yaml": AccountFile,
        "policies/<slug>.yaml": PolicyFile,
        "approvals.yaml": ApprovalsFile,
    }


def _types() -> dict[str, set[str]]:
    """The resource types of each part of a capability, in member accounts and the management account."""
    found: dict[str, set[str]] = {}
    for part in parts():
        found.setdefault(part.name, set()).update(part.types)
    return found


def _costs() -> dict[str, tuple[str, ...]]:
    """What drives the cost of each name, of all its parts together."""
    found: dict[str, tuple[str, ...]] = {}
    for part in parts():
        before = found.get(part.name, FREE)
        found[part.name] = part.cost if before == FREE else before + (() if part.cost == FREE else part.cost)
    return {name: tuple(dict.fromkeys(lines)) for name, lines in found.items()}


def _about(key: str) -> tuple[str, str]:
    """What configures a capability without a key of its own, and what it is."""
    return next(each.about for each in capabilities() if each.key == key and each.about)


def _contents(keys: list[str]) -> Iterator[str]:
    yield "| key | where | what it is |\n|---|---|---|"
    for key in keys:
        yield f"| [`{key}`](#{key}) | {_place(key)} | {_first_line(key)} |"
    yield ""


def _place(key: str) -> str:
    if key in settings_model().model_fields:
        return "settings"
    return "organization.yaml" if key in organization_model().model_fields else _about(key)[0]


def _field(key: str) -> FieldInfo | None:
    return settings_model().model_fields.get(key) or organization_model().model_fields.get(key)


def _first_line(key: str) -> str:
    field = _field(key)
    return intent(field) if field else _about(key)[1]


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
            yield f"**Cost**{whose}: {' '.join(_costs()[name])}\n"


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
            for setting, inner in settings_model().model_fields.items():
                here = setting in explained
                yield row(f"{key}.{setting}", inner, description=f"See [{setting}](#{setting})." if here else "")
    yield ""


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else "docs/capabilities.md").write_text(page(), encoding="utf-8")

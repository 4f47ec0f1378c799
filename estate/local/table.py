"""The table of what is moto's and what is ours, for docs/local-aws.md: `python -m estate.local.table` writes it."""

from __future__ import annotations

import importlib
import inspect
from typing import TYPE_CHECKING

from estate.local import services
from estate.paths import CHECKOUT

if TYPE_CHECKING:
    from estate.local.extension import Extension

PAGE = CHECKOUT / "docs" / "local-aws.md"
_BEGIN, _END = "<!-- table: begin -->", "<!-- table: end -->"


def render() -> str:
    """Return the table in Markdown, one row per service that we add to."""
    head = "| service | ours, moto has none of it | ours, before or instead of moto's | changed in moto |\n|---|---|---|---|\n"
    return head + "".join(_row(extension) for extension in services.load().values())


def current() -> str:
    """Return the table that the page has now."""
    return PAGE.read_text(encoding="utf-8").partition(_BEGIN)[2].partition(_END)[0].strip() + "\n"


def write() -> None:
    """Put the table into the page."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    PAGE.write_text(f"{before}{_BEGIN}\n{render()}{_END}{after}", encoding="utf-8")


def _row(extension: Extension) -> str:
    known = _operations_of_moto(extension.service)
    added = sorted(operation for operation in extension.handlers if operation not in known)
    replaced = sorted(operation for operation in extension.handlers if operation in known)
    changes = list(extension.amendments)
    if extension.resource_of is not None:
        changes.append("Policies see which resource a call is about.")
    name = extension.service if known else f"{extension.service} (not in moto)"
    return f"| {name} | {', '.join(added)} | {', '.join(replaced)} | {'<br>'.join(changes)} |\n"


def _operations_of_moto(service: str) -> set[str]:
    from moto.core.responses import BaseResponse  # noqa: PLC0415 - only here, and slow
    from moto.core.utils import camelcase_to_underscores, get_service_model  # noqa: PLC0415

    try:
        module = importlib.import_module(f"moto.{service.replace('-', '')}.responses")
    except ModuleNotFoundError:
        return set()
    methods = {
        name
        for _, answers in inspect.getmembers(module, inspect.isclass)
        if issubclass(answers, BaseResponse) and answers is not BaseResponse
        for name, _ in inspect.getmembers(answers, inspect.isfunction)
    }
    operations = get_service_model(service).operation_names
    return {operation for operation in operations if camelcase_to_underscores(operation) in methods}


if __name__ == "__main__":
    write()

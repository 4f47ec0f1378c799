"""Glue's Data Catalog: what a call is about, which is a table, its database and the catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from estate.local.authority import Resource
from estate.local.extension import Call, Extension

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

extension = Extension("glue")


def _resource(call: Call) -> Sequence[Resource] | Resource | None:
    if call.get("ResourceArn"):
        return Resource(call["ResourceArn"], call.account_id)
    found = [Resource(call.arn(each), call.account_id) for each in _named(call)]
    return [Resource(call.arn("catalog"), call.account_id), *found] if found else None


def _named(call: Call) -> Iterator[str]:
    database = call.get("DatabaseName")
    table = call.get("TableName") or call.get("TableInput", {}).get("Name") or call.get("Name")
    if call.operation.endswith("Database"):
        database = call.get("Name") or call.get("DatabaseInput", {}).get("Name")
        table = "*" if call.operation == "DeleteDatabase" else None  # with all that is in it
    if database:
        yield f"database/{database}"
    if database and table:
        yield f"table/{database}/{table}"
    if database and call.operation == "DeleteDatabase":
        yield f"userDefinedFunction/{database}/*"


extension.resource_of = _resource

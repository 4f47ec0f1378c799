"""DynamoDB: which table, and which items, a call is about: a policy may open one state's lock and no other."""

from __future__ import annotations

from estate.local.authority import Resource
from estate.local.extension import Call, Extension

extension = Extension("dynamodb")


def _resource(call: Call) -> Resource | None:
    table = call.get("TableName")
    if table is None:
        return None
    arn = table if table.startswith("arn:") else call.arn(f"table/{table}")
    item = call.get("Key") or call.get("Item") or {}
    keys = {}
    if "LockID" in item:  # the hash key of the tables that Terraform locks states in
        keys["dynamodb:leadingkeys"] = [item["LockID"]["S"]]
    return Resource(arn=arn, owner=arn.split(":")[4], keys=keys)


extension.resource_of = _resource

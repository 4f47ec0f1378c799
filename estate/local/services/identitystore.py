"""Identity Store: users and groups that can be changed."""

from __future__ import annotations

from typing import Any

from moto.identitystore.models import IdentityStoreData, identitystore_backends

from estate.local.answers import AwsError
from estate.local.delegation import shared_account
from estate.local.extension import Answer, Call, Extension

extension = Extension("identitystore", account_of=lambda call: shared_account(call, "sso.amazonaws.com"))


@extension.answers("UpdateGroup")
def update_group(call: Call) -> Answer:
    """Change a group's attributes."""
    groups = _store(call).groups
    if call["GroupId"] not in groups:
        raise AwsError("ResourceNotFoundException", "GROUP not found.")
    groups[call["GroupId"]] = groups[call["GroupId"]]._replace(**_changes(call))
    return {}


@extension.answers("UpdateUser")
def update_user(call: Call) -> Answer:
    """Change a user's attributes; those of the name one by one."""
    users = _store(call).users
    if call["UserId"] not in users:
        raise AwsError("ResourceNotFoundException", "USER not found.")
    user: Any = users[call["UserId"]]
    changes = _changes(call)
    parts = {name.partition(".")[2]: changes.pop(name) for name in list(changes) if name.startswith("Name.")}
    if parts and user.Name is not None:
        changes["Name"] = user.Name._replace(**{_member(name): value for name, value in parts.items()})
    users[call["UserId"]] = user._replace(**changes)
    return {}


def _changes(call: Call) -> dict[str, Any]:
    changes = {}
    for operation in call["Operations"]:
        head, dot, rest = operation["AttributePath"].partition(".")
        changes[_member(head) + dot + rest] = operation.get("AttributeValue")
    return changes


def _member(attribute: str) -> str:
    """Return moto's name of an attribute: `displayName` is kept as `DisplayName`."""
    return attribute[:1].upper() + attribute[1:]


def _store(call: Call) -> IdentityStoreData:
    stores = identitystore_backends[call.account_id][call.region].identity_stores
    if call["IdentityStoreId"] not in stores:
        raise AwsError("ResourceNotFoundException", "There is no such identity store.")
    return stores[call["IdentityStoreId"]]

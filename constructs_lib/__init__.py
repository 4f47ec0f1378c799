"""CDKTF constructs for running an AWS organization: accounts, guardrails, roles, shares.

Everything public can be imported from here; a module is loaded when its first name is used, so that
``import constructs_lib`` costs nothing and starts no JavaScript kernel:

    from constructs_lib import OrganizationStack, ScpConstruct
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from constructs_lib.lazy import activate

if TYPE_CHECKING:
    from constructs_lib.errors import InvalidValueError as InvalidValueError
    from constructs_lib.state.access_role import StateAccessRoleConstruct as StateAccessRoleConstruct
    from constructs_lib.state.backend import StateBackendConstruct as StateBackendConstruct

_MODULES = {
    "StateAccessRoleConstruct": "state.access_role",
    "StateBackendConstruct": "state.backend",
    "InvalidValueError": "errors",
}
"""Public name to the module that defines it; the imports above say the same to type checkers and editors."""

activate()

__all__ = sorted(_MODULES)  # noqa: PLE0605  a list, computed


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*globals(), *_MODULES]

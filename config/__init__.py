"""The organization as data: YAML files, their typed model, and the loader that checks them.

Example:
    >>> organization = config.load(Path("config"))
    >>> organization.accounts["production"].region
    'eu-central-1'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from config.errors import ConfigError as ConfigError
    from config.errors import Problem as Problem
    from config.loading.loader import examine as examine
    from config.loading.loader import load as load
    from config.nodes import Account as Account
    from config.nodes import Configuration as Configuration
    from config.nodes import Node as Node
    from config.nodes import Organization as Organization
    from config.nodes import Policy as Policy
    from config.nodes import Root as Root
    from config.nodes import Unit as Unit

_MODULES = {
    "Account": "nodes",
    "ConfigError": "errors",
    "Configuration": "nodes",
    "Node": "nodes",
    "Organization": "nodes",
    "Policy": "nodes",
    "Problem": "errors",
    "Root": "nodes",
    "Unit": "nodes",
    "examine": "loading.loader",
    "load": "loading.loader",
}
"""Public name to the module that defines it, which is loaded when the name is first used: a run that repeats another needs none."""

__all__ = sorted(_MODULES)  # noqa: PLE0605  a list, computed


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value

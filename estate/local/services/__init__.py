"""What the local AWS adds to moto, one module per service."""

import importlib
import pkgutil

from estate.local.extension import Extension


def load() -> dict[str, Extension]:
    """Import every service module and return the extensions by service name."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return dict(sorted(Extension.registered.items()))

"""The Python half: an import hook for the packages that jsii generated, the prebuilt providers first of all."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import decode_source
from typing import TYPE_CHECKING, Any

from constructs_lib.lazy.checks import quicken
from constructs_lib.lazy.kernel import preload

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

_PROVIDER = re.compile(r"(?:cdktf_cdktf|cdktn)_provider_\w+")
# What jsii generates at the end of a package's __init__: nothing but the imports of its submodules.
_SUBMODULES = re.compile(r"(?:^from \. import \w+\n)+\Z", re.MULTILINE)


class Finder:
    """Finds the packages that are loaded in another way than Python would; everything else is left alone."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Give a package its loader. Called by Python's import system."""
        loader = _loader(fullname)
        spec = PathFinder.find_spec(fullname, path, target) if loader else None
        if loader and spec and type(spec.loader) is SourceFileLoader:
            spec.loader = loader(spec.loader.name, spec.loader.path)
        return spec


def _loader(name: str) -> type[SourceFileLoader] | None:
    package, _, submodule = name.partition(".")
    if name == "constructs":  # every CDKTF package depends on it, so its import starts the kernel
        return _KernelStarter
    if name in {"cdktf", "cdktn"}:
        return _Generated
    if _PROVIDER.fullmatch(package):
        return _Generated if submodule else _LazyPackage
    return None


class _Generated(SourceFileLoader):
    """Loads a generated module so that its checks of argument types, which stay as they are, cost less."""

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        quicken(module)


class _KernelStarter(_Generated):
    """Loads ``constructs``, and with it the JavaScript half into the kernel that this starts."""

    def exec_module(self, module: ModuleType) -> None:
        with preload():
            super().exec_module(module)


class _LazyPackage(SourceFileLoader):
    """Runs a provider's ``__init__`` up to the imports of its submodules, and has each of them imported on first use."""

    def exec_module(self, module: ModuleType) -> None:
        source = decode_source(self.get_data(self.path))
        submodules = _SUBMODULES.search(source)
        resolves = _type_resolution()
        if submodules is None or resolves is None:
            super().exec_module(module)
            return
        exec(compile(source[: submodules.start()], self.path, "exec", dont_inherit=True), module.__dict__)  # noqa: S102
        names = frozenset(re.findall(r"import (\w+)", submodules[0]))
        # jsii puts a module with the public names in the place of the one just executed.
        for half in {id(found): found for found in (module, sys.modules[self.name])}.values():
            _import_on_demand(half, self.name, names)
        assembly = module.__dict__.get("__jsii_assembly__")
        if assembly is not None:
            resolves.update({f"{assembly.name}.{_camel_case(name)}": f"{self.name}.{name}" for name in names})


def _type_resolution() -> dict[str, str] | None:
    """Where jsii looks up the Python module of a JavaScript type it has not seen; older versions cannot."""
    found: dict[str, str] | None = getattr(import_module("jsii._reference_map"), "_submodule_fqn_map", None)
    return found


def _import_on_demand(module: ModuleType, package: str, names: frozenset[str]) -> None:
    """Give a module the attributes (PEP 562) that its submodules would be, had they been imported."""

    def __getattr__(name: str) -> Any:  # noqa: N807
        if name not in names:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = import_module(f"{package}.{name}")
        module.__dict__[name] = value
        return value

    def __dir__() -> list[str]:  # noqa: N807
        return sorted({*module.__dict__, *names} - {"__getattr__", "__dir__"})

    module.__dict__.update(__getattr__=__getattr__, __dir__=__dir__)


def _camel_case(name: str) -> str:
    return re.sub(r"_([a-z0-9])", lambda found: found[1].upper(), name)

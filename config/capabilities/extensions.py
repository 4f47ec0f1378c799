"""Capabilities and stacks of your own: what the modules in `extensions/` define, and what installed packages offer.

A module defines a capability or a stack by binding it to a name, as the built-in ones do. A package offers one, or a module that defines
some, through an entry point of the group ``aws_organization.capabilities``.
"""

import importlib
import sys
import traceback
from collections.abc import Iterator
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Final

from config.capabilities.capability import Capability
from config.capabilities.workload import WorkloadStack
from config.errors import ConfigError, Problem
from config.places import EXTENSIONS, extensions

GROUP: Final = "aws_organization.capabilities"


@cache
def load_extensions() -> tuple[tuple[Capability | WorkloadStack, Path], ...]:
    """All capabilities and stacks that are not built in, sorted by key, each with the file that defines it.

    Raises:
        ConfigError: A module cannot be imported; all of them are said.
    """
    problems: list[Problem] = []
    found: dict[int, tuple[Capability | WorkloadStack, Path]] = {}
    for module in (*_own(problems), *_installed(problems)):
        for value in vars(module).values():
            if isinstance(value, Capability | WorkloadStack):
                found.setdefault(id(value), (value, Path(module.__file__ or module.__name__)))
    if problems:
        raise ConfigError(extensions().parent, problems)
    return tuple(sorted(found.values(), key=lambda each: each[0].key))


def _own(problems: list[Problem]) -> Iterator[ModuleType]:
    """The modules in the directory, under the package's name wherever the directory is."""
    place = extensions()
    if not place.is_dir():
        return
    package = sys.modules.get(EXTENSIONS)
    if package is None or list(package.__path__) != [str(place)]:
        package = ModuleType(EXTENSIONS)
        package.__path__ = [str(place)]
        sys.modules[EXTENSIONS] = package
    for child in sorted(place.iterdir()):
        name = child.stem if child.suffix == ".py" else child.name
        if (
            name.isidentifier()
            and not name.startswith("_")
            and (child.suffix == ".py" or (child / "__init__.py").is_file())
        ):
            try:
                yield _imported(f"{EXTENSIONS}.{name}")
            except Exception as error:  # noqa: BLE001 - whatever a team's module raises is one problem with its place
                problems.append(_broken(error, child, place))


def _imported(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except Exception:
        # A module that uses CDKTF may come upon bindings that another thread has only half loaded.
        lazy = sys.modules.get("constructs_lib.lazy")
        if lazy is None or not lazy.finish_loading():
            raise
        return importlib.import_module(name)


def _installed(problems: list[Problem]) -> Iterator[ModuleType]:
    for entry in entry_points(group=GROUP):
        try:
            loaded = entry.load()
        except Exception as error:  # noqa: BLE001 - as above
            cure = f"Mend or uninstall the package {entry.dist.name if entry.dist else entry.value!r}."
            problems.append(
                Problem(entry.value, 0, (), f"{type(error).__name__}: {error}", "a module of capabilities", cure)
            )
            continue
        yield loaded if isinstance(loaded, ModuleType) else importlib.import_module(entry.module)


def _broken(error: Exception, file: Path, place: Path) -> Problem:
    """An error of a module, with the line of the team's own code that raised it."""
    at, line = file, getattr(error, "lineno", None) if isinstance(error, SyntaxError) else None
    for frame in traceback.extract_tb(error.__traceback__):
        if Path(frame.filename).is_relative_to(place):
            at, line = Path(frame.filename), frame.lineno
    return Problem(str(at), line or 0, (), f"{type(error).__name__}: {error}", "a module of capabilities that imports")

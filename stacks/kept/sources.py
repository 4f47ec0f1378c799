"""What a run depends on, told by a glance: the code, the environment, the configuration's files."""

from __future__ import annotations

import json
import os
import sys
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Final

import constructs_lib
from config.places import extensions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

_STACKS: Final = Path(__file__).resolve().parents[1]
_LIBRARY: Final = Path(constructs_lib.__file__).resolve().parent
# What a configuration consists of; a directory may hold code and notes beside it.
_CONFIGURATION: Final = ("organization.yaml", "organization.lock.yaml", "accounts", "policies", "existing")
_CONTEXT: Final = "CDKTF_CONTEXT_JSON"
# CDKTF's own settings that say where things are and how much is told, not what stacks hold. (A stack
# with an error, at which CDKTF would stop or not, is not kept.)
_ELSEWHERE: Final = frozenset(
    {
        _CONTEXT,
        "CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS",
        "CDKTF_HOME",
        "CDKTF_LOG_FILE_DIRECTORY",
        "CDKTF_LOG_LEVEL",
        "CDKTF_OUTDIR",
    }
)
_SIZE: Final = 20


def code(repository: Path) -> str:
    """The digest of everything beside the configuration that may change what is synthesized.

    That is: all files of the rooms and of a repository's own extensions, the names and versions of all installed packages,
    Python's version, and what CDKTF and the bindings take from the environment.

    Args:
        repository: Has the app, as it is started there.
    """
    found = blake2b(digest_size=_SIZE)
    # A user's data and its schema lie beside the code that reads them.
    for room, suffix in ((_LIBRARY, ""), (_STACKS, ""), (_STACKS.with_name("config"), ".py")):
        _add(found, room.parent, _files(room, suffix))
    _add(found, repository, _files(repository / "main.py"))
    _add(found, extensions(), _files(extensions()))
    for text in (sys.version, *_packages(), *_environment()):
        found.update(f"{text}\0".encode(errors="surrogateescape"))
    return found.hexdigest()


def covers(modules: Iterable[ModuleType]) -> bool:
    """Whether the digests cover the code of modules: it is one of the rooms', an extension's, an installed package's, Python's.

    Code from elsewhere, such as a module beside the app that an extension imports, may change without a sign.
    """
    places = (_LIBRARY, _STACKS, _STACKS.with_name("config"), extensions(), *map(Path, {sys.prefix, sys.base_prefix}))
    known = tuple(map(_prefix, places))
    main = getattr(sys.modules.get("__main__"), "__file__", None)
    real = cache(os.path.realpath)  # of directories: most modules share theirs with others

    def is_known(file: str) -> bool:
        linked = os.path.islink(file)  # noqa: PTH114 - here and below, paths of text are faster
        place = os.path.realpath(file) if linked else f"{real(os.path.dirname(file))}{os.sep}"  # noqa: PTH120
        return place.startswith(known)

    files = (getattr(module, "__file__", None) for module in modules)
    return all(file is None or file == main or is_known(file) for file in files)


def covers_directory(directory: Path) -> bool:
    """Whether the digests cover all files of a directory, such as a Terraform module: it is a team's own."""
    return _prefix(directory).startswith(_prefix(extensions()))


def _prefix(directory: Path) -> str:
    return f"{os.path.realpath(directory)}{os.sep}"


def configuration(directory: Path) -> str:
    """The digest of a configuration's files.

    Args:
        directory: The configuration's directory.
    """
    found = blake2b(digest_size=_SIZE)
    for name in _CONFIGURATION:
        _add(found, directory, _files(directory / name))
    return found.hexdigest()


def _files(path: Path, suffix: str = "") -> Iterator[Path]:
    """A file, or all files below a directory, sorted; links are followed, as by whoever reads them. None if it is not there."""
    if path.is_file():
        yield path
    for folder, folders, names in os.walk(path, followlinks=True):
        folders[:] = sorted(each for each in folders if each != "__pycache__")
        yield from (Path(folder, name) for name in sorted(names) if name.endswith(suffix))


def _add(found: blake2b, base: Path, files: Iterable[Path]) -> None:
    for path in files:
        content = path.read_bytes()
        name = str(path.relative_to(base)).encode(errors="surrogateescape")
        found.update(len(name).to_bytes(8, "big") + name + len(content).to_bytes(8, "big") + content)


def _packages() -> Iterator[str]:
    """The installed packages: their metadata's directories bear name and version. And what adds to the path of modules."""
    for directory in sys.path:
        if Path(directory or ".").is_dir():
            for name in sorted(os.listdir(directory or ".")):  # noqa: PTH208 - of hundreds of packages
                if name.endswith((".dist-info", ".egg-info", ".egg-link", ".pth")):
                    yield name


def _environment() -> Iterator[str]:
    """What CDKTF takes from the environment; what its command line sets there without need is as if it were not set."""
    for name, value in sorted(os.environ.items()):
        if name.startswith("CDKTF_") and name not in _ELSEWHERE:
            yield f"{name}={value}"
    if os.environ.get("SYNTH_HCL_OUTPUT") == "true":
        yield "HCL"
    try:
        context = json.loads(os.environ.get(_CONTEXT) or "{}")
    except ValueError:  # CDKTF refuses it
        context = os.environ[_CONTEXT]
    if context not in ({}, {"cdktfRelativeModules": []}):
        yield f"{_CONTEXT}={json.dumps(context, sort_keys=True)}"

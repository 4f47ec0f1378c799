"""Where a new repository's files come from: in a checkout of the app from several places, in its wheel from one.

The wheel's build uses this module too, so it needs nothing but the standard library.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from estate.repository.rename import Rename

PACKAGE: Final = "aws_organization"
ROOMS: Final = ("config", "stacks", "estate")

HERE: Final = "estate/repository/template"
"""The template, in a checkout and below the package: in a checkout what is for new repositories only, in the wheel all of it."""
_CHECKOUT: Final = Path(__file__).resolve().parents[2]
# What serves a checkout of the app as well.
_COPIED: Final = (".npmrc", ".terraform.lock.hcl", "package-lock.json", "package.json")
_TESTS: Final = "organization_tests"
_SAMPLE: Final = "tests/sample"
_EXTENSIONS: Final = "tests/extensions"
"""What the sample uses."""


def template() -> dict[str, bytes]:
    """The files of the template, by their path in it."""
    whole = dict(_below(_CHECKOUT / HERE))
    if "package.json" in whole:
        return whole
    whole |= {name: (_CHECKOUT / name).read_bytes() for name in _COPIED}
    whole |= {f"config/{name}": content for name, content in _below(_CHECKOUT / _SAMPLE)}
    whole |= {f"tests/{path.name}": renamed(path).encode() for path in sorted((_CHECKOUT / _TESTS).glob("*.py"))}
    for name, content in _below(_CHECKOUT / _EXTENSIONS):
        path = _CHECKOUT / _EXTENSIONS / name
        whole[f"extensions/{name}"] = renamed(path).encode() if path.suffix == ".py" else content
    return whole


def extensions() -> Path:
    """Where the extensions are that the sample uses."""
    whole = _CHECKOUT / HERE / "extensions"
    return _CHECKOUT / _EXTENSIONS if (_CHECKOUT / _EXTENSIONS).is_dir() else whole


def renamed(path: Path) -> str:
    """A module of the checkout as it is in the package, or in a repository that imports the package.

    Raises:
        RenameError: If an import cannot be renamed with certainty.
    """
    rename = Rename({room: f"{PACKAGE}.{room}" for room in ROOMS}, _is_module)
    return rename.source(path.read_text(encoding="utf-8"), str(path.relative_to(_CHECKOUT)))


def _is_module(name: str) -> bool:
    path = _CHECKOUT.joinpath(*name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def _below(directory: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(directory.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            yield path.relative_to(directory).as_posix(), path.read_bytes()

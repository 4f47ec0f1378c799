"""Puts the rooms into the wheel, as `aws_organization.…`; the version and the dependencies come from the repository's files."""

import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rename import Rename

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGE = "aws_organization"
ROOMS = ("config", "stacks", "estate")
# `estate init` copies them to a repository; the wheel has them where the other files for a repository are.
TEMPLATE = f"{PACKAGE}/estate/repository/template"
COPIED = (".terraform.lock.hcl", ".npmrc", "package.json", "package-lock.json")
# What only a checkout is set up and tested with.
LEFT_OUT = ("estate/setup.py",)


class Metadata(MetadataHookInterface):
    """One version for both wheels, one list of dependencies for the Pipfile and the wheel."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Fill in the version and the dependencies."""
        version = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
        pipfile = tomllib.loads((CHECKOUT / "Pipfile").read_text(encoding="utf-8"))
        metadata["version"] = version
        metadata["dependencies"] = [
            f"constructs-lib=={version}",
            *(_requirement(*package) for package in pipfile["packages"].items()),
        ]
        local = {name: pipfile["dev-packages"][name] for name in ("moto", "werkzeug")}
        metadata["optional-dependencies"] = {"local": [_requirement(*package) for package in local.items()]}


class Build(BuildHookInterface[Any]):
    """The files of the wheel, with renamed imports."""

    renamed: Path

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Write the renamed sources to a temporary directory and put all files into the wheel."""
        self.renamed = Path(tempfile.mkdtemp(prefix="wheel-"))
        rename = Rename({room: f"{PACKAGE}.{room}" for room in ROOMS}, _is_module)
        for source, target in _files():
            if source.suffix == ".py" and not target.startswith(TEMPLATE):
                renamed = self.renamed / target
                renamed.parent.mkdir(parents=True, exist_ok=True)
                text = rename.source(source.read_text(encoding="utf-8"), str(source.relative_to(CHECKOUT)))
                renamed.write_text(text, encoding="utf-8")
                source = renamed  # noqa: PLW2901 - the same file under another name
            build_data["force_include"][str(source)] = target
        build_data["pure_python"] = True

    def finalize(self, *_: object) -> None:
        """Remove the temporary directory."""
        shutil.rmtree(self.renamed)


def _files() -> Iterator[tuple[Path, str]]:
    """Every file of the wheel, and where it belongs there."""
    empty = CHECKOUT / "wheels" / "app" / "package"
    for name in ("__init__.py", "py.typed"):
        yield empty / name, f"{PACKAGE}/{name}"
    yield CHECKOUT / "main.py", f"{PACKAGE}/app.py"
    yield CHECKOUT / "LICENSE", f"{PACKAGE}/LICENSE"
    yield CHECKOUT / "CHANGELOG.md", f"{PACKAGE}/CHANGELOG.md"
    for name in COPIED:
        yield CHECKOUT / name, f"{TEMPLATE}/{name}"
    for room in ROOMS:
        for path in sorted((CHECKOUT / room).rglob("*")):
            name = path.relative_to(CHECKOUT).as_posix()
            if not path.is_file() or path.suffix == ".pyc" or name in LEFT_OUT:
                continue
            # The organization in config/ is the sample that a new repository begins with.
            sample = room == "config" and path.suffix != ".py"
            if sample and path.name not in {"organization.lock.yaml", "approvals.yaml"}:
                yield path, f"{TEMPLATE}/{name}"
            if not sample or path.parent.name == "schema":
                yield path, f"{PACKAGE}/{name}"


def _is_module(name: str) -> bool:
    path = CHECKOUT.joinpath(*name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def _requirement(name: str, wanted: str | dict[str, Any]) -> str:
    """A package of the Pipfile as a requirement."""
    if isinstance(wanted, str):
        wanted = {"version": wanted}
    extras = f"[{','.join(wanted['extras'])}]" if "extras" in wanted else ""
    version = str(wanted["version"])
    return name + extras + version.replace("*", "")

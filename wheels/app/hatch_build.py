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

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT))

from estate.repository.sources import HERE, PACKAGE, ROOMS, renamed, template

# What only a checkout is set up with.
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
    """The files of the wheel."""

    written: Path

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Write the files to a temporary directory, from which hatchling takes them."""
        self.written = Path(tempfile.mkdtemp(prefix="wheel-"))
        for name, content in _files():
            path = self.written / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            build_data["force_include"][str(path)] = f"{PACKAGE}/{name}"
        build_data["pure_python"] = True

    def finalize(self, *_: object) -> None:
        """Remove the temporary directory."""
        shutil.rmtree(self.written)


def _files() -> Iterator[tuple[str, bytes]]:
    """Every file of the package, and its content."""
    for name in ("__init__.py", "py.typed"):
        yield name, (CHECKOUT / "wheels" / "app" / "package" / name).read_bytes()
    for name in ("LICENSE", "CHANGELOG.md"):
        yield name, (CHECKOUT / name).read_bytes()
    yield "app.py", renamed(CHECKOUT / "main.py").encode()
    for room in ROOMS:
        for path in sorted((CHECKOUT / room).rglob("*")):
            name = path.relative_to(CHECKOUT).as_posix()
            # What is no code in config/ is the organization of whoever builds this.
            data = path.is_file() and path.suffix not in {".py", ".pyc"}
            data &= room != "config" or path.parent.name == "schema"
            if name in LEFT_OUT or name.startswith(f"{HERE}/"):
                continue
            if path.suffix == ".py":
                yield name, renamed(path).encode()
            elif data:
                yield name, path.read_bytes()
    for name, content in template().items():
        yield f"{HERE}/{name}", content


def _requirement(name: str, wanted: str | dict[str, Any]) -> str:
    """A package of the Pipfile as a requirement."""
    if isinstance(wanted, str):
        wanted = {"version": wanted}
    extras = f"[{','.join(wanted['extras'])}]" if "extras" in wanted else ""
    version = str(wanted["version"])
    return name + extras + version.replace("*", "")

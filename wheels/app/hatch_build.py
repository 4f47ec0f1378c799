"""Puts the rooms into the wheel, as `aws_organization.…`; the version and the dependencies come from the repository's files.

The wheels for CDK Terrain (wheels/cdktn) are built by it too: `cdk = "cdktn"` renames the imports of CDKTF, `library = true` takes
the construct library.
"""

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
from estate.repository.terrain import terrain

# What only a checkout is set up with, and what the page of `estate report` is built from.
LEFT_OUT = ("estate/setup.py", "estate/report/page/", f"{HERE}/")
LIBRARY = "constructs_lib"
# The library says in which versions it takes them, and a repository's Pipfile pins what its plans depend on.
OF_THE_LIBRARY = ("cdktf", "cdktf-cdktf-provider-aws", "constructs")
CDKTN = CHECKOUT / "wheels" / "cdktn" / "app" / "template"


class Metadata(MetadataHookInterface):
    """One version for both wheels, one list of dependencies for the Pipfile and the wheel."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Fill in the version and the dependencies."""
        version = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
        metadata["version"] = version
        if self.config.get("library"):
            return
        pipfile = tomllib.loads((CHECKOUT / "Pipfile").read_text(encoding="utf-8"))
        library = "constructs-lib-cdktn" if self.config.get("cdk") == "cdktn" else "constructs-lib"
        metadata["dependencies"] = [
            f"{library}=={version}",
            *(_requirement(*package) for package in pipfile["packages"].items() if package[0] not in OF_THE_LIBRARY),
        ]
        local = {name: pipfile["dev-packages"][name] for name in ("moto", "werkzeug")}
        metadata["optional-dependencies"] = {"local": [_requirement(*package) for package in local.items()]}


class Build(BuildHookInterface[Any]):
    """The files of the wheel."""

    written: Path

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Write the files to a temporary directory, from which hatchling takes them."""
        self.written = Path(tempfile.mkdtemp(prefix="wheel-"))
        library, cdktn = self.config.get("library"), self.config.get("cdk") == "cdktn"
        for name, content in _library() if library else _files(cdktn=cdktn):
            path = self.written / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_as_cdktn(name, content) if cdktn else content)
            build_data["force_include"][str(path)] = f"{LIBRARY if library else PACKAGE}/{name}"
        build_data["pure_python"] = True

    def finalize(self, *_: object) -> None:
        """Remove the temporary directory."""
        shutil.rmtree(self.written)


def _as_cdktn(name: str, content: bytes) -> bytes:
    """A file as CDK Terrain needs it: Python imports it."""
    return terrain(content.decode(), name).encode() if name.endswith(".py") else content


def _library() -> Iterator[tuple[str, bytes]]:
    """Every file of the construct library, and its content."""
    for path in sorted((CHECKOUT / LIBRARY).rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            yield path.relative_to(CHECKOUT / LIBRARY).as_posix(), path.read_bytes()
    yield "LICENSE", (CHECKOUT / "LICENSE").read_bytes()


def _files(*, cdktn: bool) -> Iterator[tuple[str, bytes]]:
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
            if name.startswith(LEFT_OUT):
                continue
            if path.suffix == ".py":
                yield name, renamed(path).encode()
            elif data:
                yield name, path.read_bytes()
    other = {path.name: path.read_bytes() for path in CDKTN.iterdir()} if cdktn else {}
    for name, content in (template() | other).items():
        yield f"{HERE}/{name}", content


def _requirement(name: str, wanted: str | dict[str, Any]) -> str:
    """A package of the Pipfile as a requirement."""
    if isinstance(wanted, str):
        wanted = {"version": wanted}
    extras = f"[{','.join(wanted['extras'])}]" if "extras" in wanted else ""
    version = str(wanted["version"])
    return name + extras + version.replace("*", "")

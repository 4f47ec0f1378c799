"""Which version of the app this is, and other versions, each in an environment of its own below `.estate/versions/`."""

import shutil
import subprocess
import tomllib
import venv
from importlib.metadata import version as installed
from pathlib import Path
from typing import Final

from config.facts import bindings
from estate.paths import WORK

CDK: Final = "cdktn" if bindings.PACKAGE.startswith("cdktn") else "cdktf"
"""What this is made with: CDKTF, or CDK Terrain."""
DISTRIBUTION: Final = f"aws-organization-{CDK}"

_PROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"
_VERSIONS = WORK / "versions"


class VersionError(RuntimeError):
    """A version cannot be installed; the message holds what pip says."""


def version() -> str:
    """The version: the checkout's, where this is one, else the installed package's."""
    if _PROJECT.is_file():
        return str(tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]["version"])
    return installed(DISTRIBUTION)


def python_with(wanted: str, distribution: str = DISTRIBUTION) -> Path:
    """The Python of an environment with a version of the app. It is made if it is not there, from the index that pip is set to.

    Args:
        wanted: A version of the app, as `0.2.0`.
        distribution: The app's package; that for CDK Terrain is another one. Of the same one, the bindings stay as they are
            here, so that what differs is the app.

    Raises:
        VersionError: There is no such version, or it cannot be installed here.
    """
    pinned = [f"{bindings.DISTRIBUTION}=={bindings.installed()}"] if distribution == DISTRIBUTION else []
    directory = _VERSIONS / (wanted if distribution == DISTRIBUTION else f"{distribution}-{wanted}")
    python, done = directory / "bin" / "python", directory / "done"
    if not done.is_file():
        shutil.rmtree(directory, ignore_errors=True)
        venv.create(directory, with_pip=True)
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        finished = subprocess.run(  # noqa: S603 - our own environment
            [*command, f"{distribution}=={wanted}", *pinned],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if finished.returncode:
            shutil.rmtree(directory, ignore_errors=True)
            raise VersionError(f"Version {wanted} of {distribution} cannot be installed:\n{finished.stderr.strip()}")
        done.touch()
    return python

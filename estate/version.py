"""Which version of the app this is, and other versions, each in an environment of its own below `.estate/versions/`."""

import shutil
import subprocess
import tomllib
import venv
from importlib.metadata import version as installed
from pathlib import Path
from typing import Final

from estate.paths import WORK

DISTRIBUTION: Final = "aws-organization-cdktf"

_PROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"
_VERSIONS = WORK / "versions"


class VersionError(RuntimeError):
    """A version cannot be installed; the message holds what pip says."""


def version() -> str:
    """The version: the checkout's, where this is one, else the installed package's."""
    if _PROJECT.is_file():
        return str(tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]["version"])
    return installed(DISTRIBUTION)


def python_with(wanted: str) -> Path:
    """The Python of an environment with a version of the app. It is made if it is not there, from the index that pip is set to.

    Args:
        wanted: A version of the app, as `0.2.0`.

    Raises:
        VersionError: There is no such version, or it cannot be installed here.
    """
    directory = _VERSIONS / wanted
    python, done = directory / "bin" / "python", directory / "done"
    if not done.is_file():
        shutil.rmtree(directory, ignore_errors=True)
        venv.create(directory, with_pip=True)
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        finished = subprocess.run(  # noqa: S603 - our own environment
            [*command, f"{DISTRIBUTION}=={wanted}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if finished.returncode:
            shutil.rmtree(directory, ignore_errors=True)
            raise VersionError(f"Version {wanted} of {DISTRIBUTION} cannot be installed:\n{finished.stderr.strip()}")
        done.touch()
    return python

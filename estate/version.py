"""Which version of the app this is."""

import tomllib
from importlib.metadata import version as installed
from pathlib import Path
from typing import Final

DISTRIBUTION: Final = "aws-organization-cdktf"

_PROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"


def version() -> str:
    """The version: the checkout's, where this is one, else the installed package's."""
    if _PROJECT.is_file():
        return str(tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]["version"])
    return installed(DISTRIBUTION)

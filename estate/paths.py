"""Where things are in a checkout. Everything the commands write goes below `.estate/`, which git ignores."""

import os
from pathlib import Path


def checkout_of(package: Path, working: Path) -> Path:
    """The repository that the commands work on.

    Args:
        package: The directory that this package is in.
        working: The working directory.

    Returns:
        The directory around the package where that is a checkout. For an installed package, the nearest directory with a
        cdktf.json from the working directory upwards; the working directory itself if there is none.
    """
    for directory in (package, working, *working.parents):
        if (directory / "cdktf.json").is_file():
            return directory
    return working


CHECKOUT = checkout_of(Path(__file__).resolve().parent.parent, Path.cwd())
WORK = CHECKOUT / ".estate"
LOCK_FILE = CHECKOUT / ".terraform.lock.hcl"


def config_directory() -> Path:
    """The organization's configuration: `ESTATE_CONFIG`, else `config/` of this checkout."""
    return Path(os.environ.get("ESTATE_CONFIG") or CHECKOUT / "config").resolve()


def shown(directory: Path, place: str = "") -> str:
    """A path as a terminal can open it: relative to where the user is, if it is below."""
    path = directory / place
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)

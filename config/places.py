"""Where things are, for those who must know it before anything is loaded."""

import os
from pathlib import Path
from typing import Final

ORGANIZATION: Final = "organization.yaml"
LOCK: Final = "organization.lock.yaml"
ACCOUNTS: Final = "accounts"
POLICIES: Final = "policies"
"""The files of a configuration's directory, and their folders."""
EXTENSIONS: Final = "extensions"
_BESIDE_CONFIG: Final = Path(__file__).resolve().parents[1] / EXTENSIONS


def extensions() -> Path:
    """Where a team's own modules are.

    Returns:
        `ESTATE_EXTENSIONS`, else `extensions/` of the working directory, of the repository around it (the nearest directory with a
        cdktf.json), or of this checkout.
    """
    if named := os.environ.get("ESTATE_EXTENSIONS"):
        return Path(named).resolve()
    here = Path.cwd()
    around = [place for place in (here, *here.parents) if (place / "cdktf.json").is_file()]
    return next((place / EXTENSIONS for place in (here, *around[:1]) if (place / EXTENSIONS).is_dir()), _BESIDE_CONFIG)

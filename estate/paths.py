"""Where things are in a checkout. Everything the commands write goes below `.estate/`, which git ignores."""

import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
WORK = CHECKOUT / ".estate"
LOCK_FILE = CHECKOUT / ".terraform.lock.hcl"


def config_directory() -> Path:
    """The organization's configuration: `ESTATE_CONFIG`, else `config/` of this checkout."""
    return Path(os.environ.get("ESTATE_CONFIG") or CHECKOUT / "config").resolve()

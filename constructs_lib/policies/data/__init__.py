"""Facts about AWS policies, each file dated and with its source; read on first need."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

_DIRECTORY = Path(__file__).parent


@cache
def load(name: str) -> Any:
    """The parsed content of ``<name>.json``."""
    return json.loads((_DIRECTORY / f"{name}.json").read_text(encoding="utf-8"))

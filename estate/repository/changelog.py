"""What the changelog says about the versions between two."""

import re
from pathlib import Path
from typing import Final

from packaging.version import Version

_CHANGELOG: Final = Path(__file__).resolve().parents[2] / "CHANGELOG.md"
_VERSION = re.compile(r"^## \[([^\]]*)\].*$", re.MULTILINE)
_PART = re.compile(r"^### (.*)$", re.MULTILINE)
_TELLING: Final = ("Addresses", "Changed", "Deprecated", "Removed", "Security")
"""Parts that concern whoever upgrades; what was added or mended does not change what they have."""


def between(before: str, after: str, text: str | None = None) -> list[str]:
    """What the changelog says about versions after one, up to another: the parts that concern whoever upgrades.

    Args:
        before: The version that is left behind.
        after: The version that is reached.
        text: The changelog; this version's by default.

    Returns:
        Lines of Markdown, the newest version first.
    """
    lines: list[str] = []
    parts = _VERSION.split(_CHANGELOG.read_text(encoding="utf-8") if text is None else text)
    for number, section in zip(parts[1::2], parts[2::2], strict=True):
        if number[0].isdigit() and Version(before) < Version(number) <= Version(after):  # not [Unreleased]
            names = _PART.split(section)
            for name, content in zip(names[1::2], names[2::2], strict=True):
                if name.strip() in _TELLING:
                    lines += [f"{number}, {name.strip().lower()}:", *content.strip().splitlines()]
    return lines

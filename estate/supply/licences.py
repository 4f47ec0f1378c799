"""The licences of all locked packages against an allow-list: `python -m estate.supply.licences`, a part of `make lint`.

Python packages are asked by their installed metadata, npm packages by each package-lock.json.
"""

import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any, Final

from estate.paths import CHECKOUT

NPM_LOCKS: Final = ("package-lock.json", "estate/report/page/package-lock.json")
"""The command line's, and what the page of `estate report` is built from."""


@dataclass(frozen=True)
class Package:
    """A locked package.

    Args:
        kind: ``python`` or ``npm``.
        name: Its name.
        licence: What it says of its licence; empty if nothing, or if it is not installed.
    """

    kind: str
    name: str
    licence: str


def npm_packages(checkout: Path = CHECKOUT) -> Iterator[tuple[str, dict[str, Any]]]:
    """Where each package is installed, and its entry, in the locks of npm, the command line's and the report page's."""
    for lock in NPM_LOCKS:
        for path, node in json.loads((checkout / lock).read_text(encoding="utf-8"))["packages"].items():
            if path:
                yield (Path(lock).parent / path).as_posix(), node


def packages(checkout: Path = CHECKOUT) -> Iterator[Package]:
    """All packages of Pipfile.lock and of each package-lock.json."""
    locked = json.loads((checkout / "Pipfile.lock").read_text(encoding="utf-8"))
    for name in sorted({**locked["default"], **locked["develop"]}):
        yield Package("python", name, _of_python(name))
    for path, node in sorted(npm_packages(checkout), key=lambda found: found[0]):
        yield Package("npm", path.rpartition("node_modules/")[2], str(node.get("license", "")))


def problems(found: Iterator[Package], allowed: Mapping[str, Any]) -> list[str]:
    """A line for each package whose licence is not on the list."""
    lines = []
    for package in found:
        known = allowed["known"].get(package.kind, {}).get(package.name)
        licence = known or allowed["called"].get(package.licence, package.licence)
        if not _good(licence, set(allowed["allowed"])):
            lines.append(f"{package.kind} {package.name}: {package.licence or 'no licence is named'}")
    return lines


def main() -> None:
    """Print what is not allowed, and end with 1 if there is something."""
    path = CHECKOUT / "licences.toml"
    found = problems(packages(), tomllib.loads(path.read_text(encoding="utf-8")))
    if found:
        sys.exit(f"Packages with licences that {path.name} does not allow:\n  " + "\n  ".join(found))


def _good(licence: str, allowed: set[str]) -> bool:
    """Whether an SPDX expression can be met by allowed licences."""
    text = licence.strip()
    while re.fullmatch(r"\([^()]*\)", text):
        text = text[1:-1].strip()
    if " OR " in text and "(" not in text:
        return any(_good(part, allowed) for part in text.split(" OR "))
    if " AND " in text and "(" not in text:
        return all(_good(part, allowed) for part in text.split(" AND "))
    return text in allowed


def _of_python(name: str) -> str:
    try:
        found = metadata(name)
    except PackageNotFoundError:
        return ""
    if "License-Expression" in found:
        return found["License-Expression"]
    classifiers = [
        line.rpartition(" :: ")[2] for line in found.get_all("Classifier") or [] if line.startswith("License :: ")
    ]
    said = found["License"] if "License" in found else ""  # noqa: SIM401 - it is no dict
    return " / ".join(classifiers) or said.partition("\n")[0].strip()


if __name__ == "__main__":
    main()

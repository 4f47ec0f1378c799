"""The documentation as a site: `make docs` (`python -m docs.site.build`) writes it into `dist/docs`.

The pages are those that one reads in the repository. What they link to beside each other, such as a directory, is no page of the site,
and its link becomes text.
"""

import posixpath
import re
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

from estate.paths import CHECKOUT, WORK

BUILDER: Final = CHECKOUT / ".tools" / "zensical" / "bin" / "python"
SITE: Final = CHECKOUT / "dist" / "docs"
SETTINGS: Final = CHECKOUT / "docs" / "site" / "zensical.toml"
_WORK: Final = WORK / "docs"
_BESIDE: Final = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "bench/results.md", "bench/results.png")
_LINK: Final = re.compile(
    r"(?P<code>^```.*?^```|`[^`]*`)|(?<!!)\[(?P<text>[^]]*)\]\((?P<target>[^)\s]+)\)", re.DOTALL | re.MULTILINE
)

_LEVEL: Final = 4
_ITEM: Final = re.compile(r"(?:[-*]|\d+\.) ")
_PARAGRAPH: Final = re.compile(rf"(?! |{_ITEM.pattern}).")


def files() -> Iterator[str]:
    """The pages and pictures of the site, by their paths in the repository."""
    yield from _BESIDE
    for pattern in ("*.md", "adr/*.md", "images/*"):
        yield from sorted(path.relative_to(CHECKOUT).as_posix() for path in (CHECKOUT / "docs").glob(pattern))


def settings() -> str:
    """The builder's settings, in whose list of pages all decisions stand."""
    decisions = ", ".join(f'"{name}"' for name in files() if name.startswith("docs/adr/"))
    return SETTINGS.read_text(encoding="utf-8").replace('"docs/adr/*.md"', decisions)


def without_links_beyond(text: str, page: str, known: Collection[str]) -> str:
    """A page's Markdown, in which links to what the site does not have are their text.

    Args:
        text: The Markdown.
        page: The page's path.
        known: The paths of all that the site has.

    Example:
        >>> without_links_beyond("[`config/`](../config), [CI](ci.md#roles)", "docs/report.md", {"docs/ci.md"})
        '`config/`, [CI](ci.md#roles)'
    """

    def kept(found: re.Match[str]) -> str:
        target = found["target"]
        if target is None or re.match(r"https?:|#", target):
            return found[0]
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page), target.partition("#")[0]))
        return found[0] if path in known else found["text"]

    return _LINK.sub(kept, text)


def with_lists(text: str) -> str:
    r"""A page's Markdown, in which lists are as the builder wants them: a blank line before them, four spaces for each level.

    Example:
        >>> with_lists("Two:\n1. One\n   - of three")
        'Two:\n\n1. One\n    - of three\n'
    """
    lines: list[str] = []
    shift: int | None = None  # of a block of code, by which its lines are moved with it
    for line in text.splitlines():
        bare = line.lstrip(" ")
        indent = len(line) - len(bare)
        moved = -indent % _LEVEL if shift is None else shift
        if bare.startswith("```"):
            shift = moved if shift is None else None
        elif shift is None and _ITEM.match(bare) and lines and _PARAGRAPH.match(lines[-1]):
            lines.append("")
        lines.append(" " * (indent + moved) + bare if bare else "")
    return "\n".join(lines) + "\n"


def build(to: Path = SITE) -> None:
    """Write the site; a link to a page or heading that there is not is an error.

    Args:
        to: The directory, which is made anew.

    Raises:
        subprocess.CalledProcessError: If it cannot be built; what is wrong has been printed.
    """
    shutil.rmtree(_WORK, ignore_errors=True)
    found = list(files())
    for name in found:
        path = _WORK / "pages" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".md"):
            text = (CHECKOUT / name).read_text(encoding="utf-8")
            path.write_text(with_lists(without_links_beyond(text, name, found)), encoding="utf-8")
        else:
            shutil.copy(CHECKOUT / name, path)
    (_WORK / SETTINGS.name).write_text(settings(), encoding="utf-8")
    subprocess.run([BUILDER, "-m", "zensical", "build", "--strict"], cwd=_WORK, check=True)  # noqa: S603 - what is locked
    shutil.rmtree(to, ignore_errors=True)
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(_WORK / "site", to)


if __name__ == "__main__":
    try:
        build()
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
    print(
        "dist/docs/index.html; with a web server, its search works, too: python3 -m http.server --directory dist/docs"
    )

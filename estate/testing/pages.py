"""What is written from the code and must not be stale: schemas for editors, the page of capabilities."""

from pathlib import Path

from config.page import page
from config.schema import schemas
from estate.paths import CHECKOUT

_PAGE = Path("docs/capabilities.md")


def stale_files() -> list[str]:
    """The files of this repository that no longer say what its capabilities are, with the command that writes each anew."""
    written = {
        f"config/schema/{name}: python -m config.schema": (Path("config/schema", name), text)
        for name, text in schemas().items()
    }
    written[f"{_PAGE}: python -m config.page"] = (_PAGE, page())
    return [
        said
        for said, (file, text) in written.items()
        if (CHECKOUT / file).is_file() and (CHECKOUT / file).read_text(encoding="utf-8") != text
    ]

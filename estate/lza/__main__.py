"""Write docs/comparison.md: ``python -m estate.lza [path]``."""

import sys
from pathlib import Path

from estate.lza.page import page

if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/comparison.md")
    target.write_text(page(), encoding="utf-8")

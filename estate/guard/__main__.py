"""Write docs/guard.md: ``python -m estate.guard [path]``."""

import sys
from pathlib import Path

from estate.guard.page import page

if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/guard.md")
    target.write_text(page(), encoding="utf-8")

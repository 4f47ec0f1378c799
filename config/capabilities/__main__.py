"""Write docs/capabilities.md: ``python -m config.capabilities [path]``."""

import sys
from pathlib import Path

from config.capabilities.page import page

if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/capabilities.md")
    target.write_text(page(), encoding="utf-8")

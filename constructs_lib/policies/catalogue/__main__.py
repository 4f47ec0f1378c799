"""Write docs/guardrails.md: ``python -m constructs_lib.policies.catalogue [path]``."""

import sys
from pathlib import Path

import constructs_lib.policies.catalogue  # noqa: F401  # enters all guardrails
from constructs_lib.policies.catalogue.page import page

if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/guardrails.md")
    target.write_text(page(), encoding="utf-8")

"""The page: the program that shows the document, and the document in it. It asks for nothing, wherever it is opened."""

import base64
import hashlib
import html
from pathlib import Path
from typing import Final

from estate.report.model import Report

PROGRAM: Final = Path(__file__).parent / "built"
"""What `npm run build` made in `estate/report/page`: one script and one style sheet."""


def page(report: Report) -> str:
    """The page as one HTML file.

    Its content-security policy permits the script and the style sheet in it by their hashes, and nothing else: whatever a name in
    the configuration holds, it is text, and no address is ever asked.
    """
    script = (PROGRAM / "page.js").read_text(encoding="utf-8")
    style = (PROGRAM / "page.css").read_text(encoding="utf-8")
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hash(script)}",
            f"style-src {_hash(style)}",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    return f"""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{html.escape(report.organization.name)}</title>
<style>{style}</style>
</head>
<body>
<noscript>This page is a program: it needs JavaScript. `estate report --json` has the same for other programs.</noscript>
<div id="page"></div>
<script type="application/json" id="report">{in_script(report.model_dump_json())}</script>
<script>{script}</script>
</body>
</html>
"""


def in_script(text: str) -> str:
    """JSON as it may stand in a script element: nothing in it ends the element, or begins another one."""
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

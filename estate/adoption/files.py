"""YAML that keeps the comments, quotes and order that people gave it."""

from __future__ import annotations

import io
from typing import Any

from ruamel.yaml import YAML


def round_trip() -> YAML:
    """What reads and writes the configuration's files."""
    yaml = YAML()
    yaml.width = 4096  # lines of people stay as long as they are
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def text_of(yaml: YAML, data: Any) -> str:
    """The text of a file."""
    stream = io.StringIO()
    yaml.dump(data, stream)
    return stream.getvalue()

"""What stands for values that only Terraform will know."""

from __future__ import annotations

import re

_EXPRESSION = re.compile(r"(?<!\$)\$\{|#\{TfToken\[")
_LARGEST_NUMBER_TOKEN = -1e280


def unresolved(value: object) -> bool:
    """Whether only Terraform will know the value: a CDKTF token, or a string with a Terraform expression."""
    if isinstance(value, str):
        return _EXPRESSION.search(value) is not None
    return isinstance(value, (int, float)) and value < _LARGEST_NUMBER_TOKEN

"""What stands for values that only Terraform will know."""

from __future__ import annotations

import re

_EXPRESSION = re.compile(r"(?<!\$)\$\{|#\{TfToken\[")
_LARGEST_NUMBER_TOKEN = -1e280


def as_text(text: str) -> str:
    """A text as Terraform reads it back: nothing in it is an expression or a directive.

    Example:
        >>> as_text("echo ${HOME} %{x}")
        'echo $${HOME} %%{x}'

    Source: https://developer.hashicorp.com/terraform/language/expressions/strings
    """
    return text.replace("${", "$${").replace("%{", "%%{")


def unresolved(value: object) -> bool:
    """Whether only Terraform will know the value: a CDKTF token, or a string with a Terraform expression."""
    if isinstance(value, str):
        return _EXPRESSION.search(value) is not None
    return isinstance(value, (int, float)) and value < _LARGEST_NUMBER_TOKEN

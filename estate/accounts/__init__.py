"""The life of an account."""

from typing import Final

TRUSTED: Final = "account.amazonaws.com"
"""The service that lets the management account work on other accounts' names and addresses."""

"""The errors that the local AWS answers with, whatever is asked."""

from __future__ import annotations


class AwsError(Exception):
    """An error as AWS answers it.

    Args:
        code: The error code, such as `AccessDenied`.
        message: What is wrong.
        status: HTTP status; by default the one that the service's model gives the code, else 400.
    """

    def __init__(self, code: str, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status

"""Where kept plans rest: beside the states, in a folder for each stack. Plans hold what states hold."""

import json
import os
from pathlib import Path
from typing import Any, Final, Protocol

from botocore.exceptions import ClientError

from constructs_lib.state.permissions import mark_key, plan_key
from estate.terraform.stack import Stack
from estate.terraform.state_profile import settings_through
from estate.terraform.states import session_of

_MISSING: Final = frozenset({"404", "NoSuchKey"})


class Store(Protocol):
    """Where the plans of one stack rest."""

    def keep(self, digest: str, plan: Path) -> None:
        """Keep a plan under its digest."""

    def take(self, digest: str, to: Path) -> bool:
        """Write a kept plan to a file; tell whether there is one."""

    def mark(self, what: dict[str, Any]) -> None:
        """Say what is done with the stack now."""

    def marked(self) -> dict[str, Any] | None:
        """What was said last; None if nothing was."""


def store_of(stack: Stack, role_arn: str | None) -> Store:
    """Where a stack's plans rest: in the bucket of its state; without one, below `.estate/`.

    Args:
        stack: A synthesized stack.
        role_arn: The role that opens the stack's folder; None for the backend's own.
    """
    settings = settings_through(stack, role_arn)
    if settings is None:
        return Folder(stack.name, stack.work / "kept")
    return Bucket(stack.name, settings)


class Bucket:
    """The bucket of the stack's state.

    Args:
        stack: The stack's name.
        settings: Its backend's, as synthesized.
    """

    def __init__(self, stack: str, settings: dict[str, Any]) -> None:
        self._stack, self._settings = stack, settings
        self._name = settings["bucket"]
        self._s3: Any = session_of(settings).client("s3")

    def keep(self, digest: str, plan: Path) -> None:
        """Put it there; the bucket encrypts it, with the key that the backend names if it names one."""
        key = self._settings.get("kms_key_id")
        encrypted = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key} if key else {}
        with plan.open("rb") as file:
            self._s3.put_object(Bucket=self._name, Key=plan_key(self._stack, digest), Body=file, **encrypted)

    def take(self, digest: str, to: Path) -> bool:
        """Get it."""
        content = self._get(plan_key(self._stack, digest))
        if content is not None:
            write_private(to, content)
        return content is not None

    def mark(self, what: dict[str, Any]) -> None:
        """Write an object beside the plans."""
        self._s3.put_object(Bucket=self._name, Key=mark_key(self._stack), Body=json.dumps(what).encode())

    def marked(self) -> dict[str, Any] | None:
        """Read it."""
        content = self._get(mark_key(self._stack))
        return None if content is None else json.loads(content)

    def _get(self, key: str) -> bytes | None:
        try:
            found: bytes = self._s3.get_object(Bucket=self._name, Key=key)["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return None
            raise
        return found


class Folder:
    """A directory, where states are local ones.

    Args:
        stack: The stack's name.
        directory: Where.
    """

    def __init__(self, stack: str, directory: Path) -> None:
        self._stack, self._directory = stack, directory

    def keep(self, digest: str, plan: Path) -> None:
        """Copy it."""
        write_private(self._directory / plan_key(self._stack, digest), plan.read_bytes())

    def take(self, digest: str, to: Path) -> bool:
        """Copy it back."""
        kept = self._directory / plan_key(self._stack, digest)
        if kept.is_file():
            write_private(to, kept.read_bytes())
        return kept.is_file()

    def mark(self, what: dict[str, Any]) -> None:
        """Write a file beside the plans."""
        write_private(self._directory / mark_key(self._stack), json.dumps(what).encode())

    def marked(self) -> dict[str, Any] | None:
        """Read it."""
        path = self._directory / mark_key(self._stack)
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def write_private(path: Path, content: bytes) -> None:
    """Write a file that nobody but its owner can read."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)

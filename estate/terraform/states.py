"""A stack's state where its backend keeps it: whether it is there, and who holds its lock."""

import contextlib
import fcntl
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from estate.terraform.stack import Stack

OVERRIDE = "backend_override.tf.json"
"""Terraform merges this file into `cdk.tf.json`; with it, a stack has another backend for a while."""
_MISSING = frozenset({"404", "NoSuchKey", "NoSuchBucket", "ResourceNotFoundException"})


@dataclass(frozen=True)
class Holder:
    """Who holds a lock, as Terraform wrote it down.

    Args:
        place: Where the lock is.
        id: The lock's id.
        who: User and machine.
        operation: What Terraform does with the lock.
        created: Since when.
    """

    place: str
    id: str
    who: str
    operation: str
    created: datetime

    @classmethod
    def read(cls, place: str, text: str) -> "Holder":
        """Read Terraform's own JSON."""
        info = json.loads(text)
        operation = str(info["Operation"]).removeprefix("OperationType").lower()
        # Nanoseconds, which datetime does not know.
        created = datetime.fromisoformat(info["Created"].partition(".")[0].removesuffix("Z") + "+00:00")
        return cls(place, info["ID"], info["Who"], operation, created)

    def __str__(self) -> str:
        """One line for people."""
        return f"{self.who}, {self.operation}, since {self.created:%Y-%m-%d %H:%M:%S} UTC ({self.place}, id {self.id})"


def state_of(stack: Stack) -> "LocalState | S3State":
    """The state of a synthesized stack, wherever its backend (or an override of it) says."""
    for name in (OVERRIDE, "cdk.tf.json"):
        with contextlib.suppress(FileNotFoundError):
            ((kind, settings),) = json.loads((stack.directory / name).read_text())["terraform"]["backend"].items()
            if kind == "local":
                return LocalState((stack.directory / settings["path"]).resolve())
            return S3State(settings)
    raise FileNotFoundError(f"Stack {stack.name} is not synthesized: there is no {stack.directory / 'cdk.tf.json'}.")


class LocalState:
    """A state in a file. Terraform locks it by the operating system, which forgets a lock when its process ends.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def content(self) -> dict[str, Any] | None:
        """The state; None if there is none, or it was cut off while it was written."""
        try:
            found: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        return found

    def holders(self) -> list[Holder]:
        """Who holds the lock."""
        if not self._held():
            return []
        info = self.path.with_name(f".{self.path.name}.lock.info")
        return [Holder.read(str(self.path), info.read_text(encoding="utf-8"))]

    def release(self, holder: Holder) -> None:
        """Refuse: only the process that holds it can.

        Raises:
            RuntimeError: Always.
        """
        raise RuntimeError(f"A process on this machine holds {holder.place}. End that process; its lock ends with it.")

    def _held(self) -> bool:
        try:
            with self.path.open("r+b") as file:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except OSError:
            return True
        return False


class S3State:
    """A state in a bucket, locked by a file beside it, an item in a table, or both.

    Args:
        settings: The backend's, as synthesized.
    """

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings
        self._bucket, self._key = settings["bucket"], settings["key"]
        self._lock_id = f"{self._bucket}/{self._key}"

    def reachable(self) -> bool:
        """Whether the bucket is there; an error of AWS's if it may not be looked into."""
        try:
            self._s3.list_objects_v2(Bucket=self._bucket, Prefix=self._key, MaxKeys=1)
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchBucket":
                return False
            raise
        return True

    def content(self) -> dict[str, Any] | None:
        """The state; None if there is none."""
        text = self._object(self._key)
        return None if text is None else json.loads(text)

    def holders(self) -> list[Holder]:
        """Who holds the locks."""
        return list(self._holders())

    def release(self, holder: Holder) -> None:
        """Remove a lock, unless somebody else holds it by now; and mend the checksum that a killed run may have left behind."""
        if holder not in self.holders():
            return
        if holder.place.startswith("s3:"):
            self._s3.delete_object(Bucket=self._bucket, Key=f"{self._key}.tflock")
        else:
            self._table.delete_item(Key={"LockID": self._lock_id})
        self._mend_checksum()

    def _holders(self) -> Iterator[Holder]:
        if self._settings.get("use_lockfile"):
            text = self._object(f"{self._key}.tflock")
            if text is not None:
                yield Holder.read(f"s3://{self._lock_id}.tflock", text)
        if self._table:
            item = self._table.get_item(Key={"LockID": self._lock_id}, ConsistentRead=True).get("Item", {})
            if "Info" in item:
                yield Holder.read(f"table {self._table.name}", item["Info"])

    def _mend_checksum(self) -> None:
        """Terraform writes the state, then its checksum into the table; killed in between, it would refuse the state."""
        text = self._object(self._key)
        if not self._table or text is None:
            return
        key = {"LockID": f"{self._lock_id}-md5"}
        checksum = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
        if self._table.get_item(Key=key, ConsistentRead=True).get("Item", {}).get("Digest") != checksum:
            self._table.put_item(Item={**key, "Digest": checksum})

    def _object(self, key: str) -> str | None:
        try:
            return str(self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read().decode())
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return None
            raise

    @cached_property
    def _session(self) -> boto3.Session:
        return session_of(self._settings)

    @cached_property
    def _s3(self) -> Any:
        return self._session.client("s3")

    @cached_property
    def _table(self) -> Any:
        name = self._settings.get("dynamodb_table")
        return self._session.resource("dynamodb").Table(name) if name else None


def session_of(settings: Mapping[str, Any]) -> boto3.Session:
    """A session as Terraform's S3 backend makes it.

    Args:
        settings: The backend's, as synthesized.
    """
    region, role = settings["region"], settings.get("assume_role")
    if not role:
        return boto3.Session(region_name=region)
    given = boto3.client("sts", region_name=region).assume_role(
        RoleArn=role["role_arn"],
        RoleSessionName="estate-state",
        Tags=[{"Key": key, "Value": value} for key, value in role.get("tags", {}).items()],
    )["Credentials"]
    return boto3.Session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], region_name=region)

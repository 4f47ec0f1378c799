"""What is known of a kept plan: what an approver sees, and what applying it is held to."""

import hashlib
import json
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from config import nodes
from constructs_lib import validation
from estate import paths
from estate.paths import CHECKOUT
from estate.terraform.stack import Stack
from estate.terraform.state_profile import synthesized
from stacks import backend

FORM: Final = 1
_ROOMS: Final = tuple(Path(str(room.__file__)).parent for room in (nodes, validation, backend, paths))


class RecordError(ValueError):
    """A file is no record of a kept plan; the message says why."""


@dataclass(frozen=True)
class Record:
    """A kept plan. It holds no values of the plan, so it may lie among a pipeline's artifacts.

    Args:
        stack: The stack.
        commit: The commit of this repository that was planned; empty outside a repository.
        plan: The SHA-256 of the plan file, which is also its name where it is kept.
        lineage: Which state was planned against; empty if there was none.
        serial: Which version of it.
        synthesized: The SHA-256 of the stack's Terraform JSON.
        tool: The SHA-256 of this program.
        terraform: Terraform's version.
        planned: When.
        passes: Whether the guard lets it pass.
        route: The route that it takes (ADR 12): ``ordinary`` or ``foundation``.
        first: Whether the account has nothing of it yet: planned without entering it, and again there before it is applied.
        targets: What of the stack was planned; all if empty.
        later: What waits for other stacks, in words.
        form: The version of this file's form.
    """

    stack: str
    commit: str
    plan: str
    lineage: str
    serial: int
    synthesized: str
    tool: str
    terraform: str
    planned: datetime
    passes: bool
    route: str = "ordinary"
    first: bool = False
    targets: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    form: int = field(default=FORM)

    @classmethod
    def read(cls, path: Path) -> "Record":
        """Read a record.

        Raises:
            RecordError: If the file is none.
        """
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            if found.get("form") != FORM:
                raise RecordError(f"{path}: this record has form {found.get('form')!r}; this version reads {FORM}.")
            found["planned"] = datetime.fromisoformat(found["planned"])
            found["targets"], found["later"] = tuple(found["targets"]), tuple(found["later"])
            return cls(**found)
        except OSError as error:
            raise RecordError(f"{path}: {error.strerror}.") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            if isinstance(error, RecordError):
                raise
            raise RecordError(
                f"{path} is no record of a kept plan ({error}). `estate plan --keep` writes them."
            ) from error

    def write(self, path: Path) -> None:
        """Write it."""
        found = {**asdict(self), "planned": self.planned.isoformat()}
        path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")

    @property
    def age_hours(self) -> float:
        """How old the plan is."""
        return (datetime.now(UTC) - self.planned).total_seconds() / 3600


def digest_of(path: Path) -> str:
    """A file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_of_json(stack: Stack) -> str:
    """The SHA-256 of a stack's Terraform JSON, without CDKTF's metadata, which changes no plan."""
    text = json.dumps(_without_metadata(synthesized(stack)), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def digest_of_tool() -> str:
    """The SHA-256 of this program and of what it is locked to."""
    found = hashlib.sha256()
    for path in (CHECKOUT / "main.py", CHECKOUT / "Pipfile.lock"):
        if path.is_file():
            found.update(f"{path.name} {digest_of(path)}\n".encode())
    for room in _ROOMS:
        for path in sorted(room.rglob("*.py")):
            found.update(f"{path.relative_to(room.parent).as_posix()} {digest_of(path)}\n".encode())
    return found.hexdigest()


def commit_of_checkout() -> str:
    """The commit that is checked out; empty outside a repository."""
    finished = subprocess.run(
        ["git", "rev-parse", "HEAD"],  # noqa: S607
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    return finished.stdout.strip() if finished.returncode == 0 else ""


def state_of_plan(path: Path) -> tuple[str, int]:
    """Lineage and serial of the state that a plan file was made against: what Terraform compares before it applies one.

    Raises:
        RecordError: If the file is no plan.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            state = json.loads(archive.read("tfstate"))
        return state["lineage"], state["serial"]
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise RecordError(
            f"{path} is no plan that this version can read: {error}. If OpenTofu encrypts plans (`plan` in TF_ENCRYPTION), have it "
            "encrypt states only: a kept plan is encrypted by the bucket's key."
        ) from error


def _without_metadata(found: Any) -> Any:
    if isinstance(found, Mapping):
        return {key: _without_metadata(value) for key, value in found.items() if key != "//"}
    return [_without_metadata(each) for each in found] if isinstance(found, list) else found

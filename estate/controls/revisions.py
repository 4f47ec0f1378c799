"""Other versions of the configuration: a directory, or a git revision."""

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config import Configuration, load


class BaseError(RuntimeError):
    """There is no such version."""


def organization_at(base: str, directory: Path) -> Configuration:
    """Load another version of a configuration, which is asked and not deployed: guardrails that lock somebody out are no error.

    Args:
        base: A directory with a configuration, or a revision (branch, tag, commit) of the repository that `directory` is in.
        directory: The configuration's directory.

    Raises:
        BaseError: There is neither, or the revision has no configuration there.
        ConfigError: The other version has errors.
    """
    with configuration_at(base, directory) as found:
        return load(found, prove_access=False)


@contextmanager
def configuration_at(base: str, directory: Path) -> Iterator[Path]:
    """Another version of a configuration as a directory, which is gone afterwards if it is a revision's.

    Args:
        base: A directory with a configuration, or a revision (branch, tag, commit) of the repository that `directory` is in.
        directory: The configuration's directory.

    Raises:
        BaseError: There is neither, or the revision has no configuration there.
    """
    if Path(base).is_dir():
        yield Path(base)
        return
    top = _git(directory, "rev-parse", "--show-toplevel")
    if top is None:
        raise BaseError(f"{base!r} is no directory, and {directory} is in no git repository.")
    checkout = Path(top.decode().strip())
    if _git(checkout, "rev-parse", "--verify", "--quiet", f"{base}^{{commit}}") is None:
        raise BaseError(f"{base!r} is neither a directory nor a revision that git knows here.")
    path = directory.resolve().relative_to(checkout.resolve()).as_posix()
    archive = _git(checkout, "archive", f"{base}:{path}" if path != "." else base)
    if archive is None:
        raise BaseError(f"{base} has no {path}/.")
    with tempfile.TemporaryDirectory() as other:
        with tarfile.open(fileobj=io.BytesIO(archive)) as content:
            content.extractall(other, filter="data")
        yield Path(other)


def _git(directory: Path, *arguments: str) -> bytes | None:
    """What git prints; None if it fails."""
    finished = subprocess.run(["git", "-C", str(directory), *arguments], capture_output=True, check=False)  # noqa: S603, S607
    return finished.stdout if finished.returncode == 0 else None

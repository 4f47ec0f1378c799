"""What a run of the app is asked for."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PART = "ESTATE_PART"
"""Names the directory of this process's part of the stacks, if another process has started it."""
DIGESTS = "ESTATE_DIGESTS"
"""Names a file: if what all stacks hold is known, what names it is written there, and the JSON nowhere."""
_OFF = frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True)
class Asked:
    """A run of the app.

    Args:
        directory: The configuration's.
        only: The stacks to synthesize; all of them if empty.
        repository: Has the lock of the providers, and own extensions if there are any.
        out: Where to write.
        cache: Where to keep what is synthesized; None to keep nothing.
        part: Where this process's part of the stacks goes and is described, if another one has started it.
        digests: Where the digests of the stacks' JSON go in place of the JSON, by name, if all of it is known.
    """

    directory: Path
    only: tuple[str, ...]
    repository: Path
    out: Path
    cache: Path | None
    part: Path | None = None
    digests: Path | None = None

    @classmethod
    def by_environment(cls, repository: Path) -> Asked:
        """What the environment asks for: `ESTATE_CONFIG`, `ESTATE_STACKS`, `CDKTF_OUTDIR`, `ESTATE_CACHE`.

        Args:
            repository: The repository; it has the configuration and the cache if nothing else is said.
        """
        part, digests = os.environ.get(PART), os.environ.get(DIGESTS)
        cache = os.environ.get("ESTATE_CACHE") or str(repository / ".estate" / "cache")
        return cls(
            Path(os.environ.get("ESTATE_CONFIG") or repository / "config"),
            tuple(os.environ.get("ESTATE_STACKS", "").replace(",", " ").split()),
            repository,
            Path(os.environ.get("CDKTF_OUTDIR") or "cdktf.out"),
            None if part or cache.lower() in _OFF else Path(cache),
            Path(part) if part else None,
            Path(digests) if digests else None,
        )

    @property
    def lock_file(self) -> Path:
        """The lock of the providers, which every stack gets."""
        return self.repository / ".terraform.lock.hcl"

"""What a bootstrap did, a line for each event: for people and for support, never to decide what comes next."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from estate.private import open_private, private_directory


class Journal:
    """A file of JSON lines.

    Args:
        path: Where; its directory is made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        private_directory(path.parent)
        self._lock = Lock()

    def write(self, event: str, **details: object) -> None:
        """Add an event; it is on the disk when this returns."""
        entry = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **details}
        with self._lock, open_private(self.path, "a") as file:
            file.write(json.dumps(entry) + "\n")
            file.flush()
            os.fsync(file.fileno())

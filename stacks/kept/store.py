"""Where things are kept: one file, which several processes may use at once, and which may be lost at any time."""

from __future__ import annotations

import contextlib
import sqlite3
import time
import zlib
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from pathlib import Path

_MIB: Final = 2**20
MOST: Final = 512 * _MIB
"""Bytes that are kept at most."""
_LEFT: Final = 0.75
"""How much of that is left when there is too much."""
_DAY: Final = 24 * 60 * 60
_AT_A_TIME: Final = 500
"""SQLite takes so many values in one statement, whatever version it is."""
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS kept (
    kind TEXT NOT NULL, key TEXT NOT NULL, content BLOB NOT NULL, used INTEGER NOT NULL, PRIMARY KEY (kind, key)
) WITHOUT ROWID
"""
_BY_USE: Final = "SELECT kind, key, length(content) FROM kept ORDER BY used DESC"
_CHECK: Final = 16
_PATIENCE: Final = 10.0
"""Seconds to wait for another process."""


class Store:
    """Contents by kind and key. It answers what was put in, or nothing.

    A content with a wrong bit is not given: each bears a checksum. A store that cannot be read, written or made holds
    nothing; a broken one is thrown away. Nobody waits for another process for long.

    Args:
        path: The file; its directory is made when something is put in. None for a store that never holds anything.
        most: Bytes that are kept at most.
    """

    def __init__(self, path: Path | None, most: int = MOST) -> None:
        self._path = path
        self._most = most

    def get(self, kind: str, keys: Collection[str]) -> dict[str, bytes]:
        """What is kept of some keys."""
        found: dict[str, bytes] = {}
        wanted = list(dict.fromkeys(keys))

        def read(database: sqlite3.Connection) -> None:
            for start in range(0, len(wanted), _AT_A_TIME):
                some = wanted[start : start + _AT_A_TIME]
                query = f"SELECT key, content FROM kept WHERE kind = ? AND key IN ({','.join('?' * len(some))})"  # noqa: S608 - marks only
                for key, content in database.execute(query, (kind, *some)):
                    text = _opened(kind, key, content)
                    if text is not None and key in some:
                        found[key] = text

        if wanted:
            self._do("ro", read)
        return found

    def put(self, kind: str, contents: Mapping[str, bytes]) -> None:
        """Keep contents, in place of others with the same keys; all of them or, if something is in the way, none."""
        rows = [(kind, key, _closed(kind, key, content), _today()) for key, content in contents.items()]

        def write(database: sqlite3.Connection) -> None:
            with database:
                database.execute(_TABLE)
                database.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?)", rows)
            self._shrink(database)

        if self._path and rows:
            with contextlib.suppress(OSError):
                self._path.parent.mkdir(parents=True, exist_ok=True)
            self._do("rwc", write)

    def use(self, kind: str, keys: Iterable[str]) -> None:
        """Say that contents were of use, so that others go first when there are too many. Once a day is enough."""
        rows = [(_today(), kind, key) for key in keys]

        def write(database: sqlite3.Connection) -> None:
            used = database.execute("SELECT used FROM kept WHERE kind = ? AND key = ?", rows[0][1:]).fetchone()
            if used and used[0] < _today():
                with database:
                    database.executemany("UPDATE kept SET used = ? WHERE kind = ? AND key = ?", rows)

        if rows:
            self._do("rw", write)

    def _shrink(self, database: sqlite3.Connection) -> None:
        """Throw away what was not used for longest, if there is too much."""
        if self._path is None or self._path.stat().st_size <= self._most:
            return
        room = self._most * _LEFT
        with database:
            for kind, key, size in database.execute(_BY_USE).fetchall():
                room -= size
                if room < 0:
                    database.execute("DELETE FROM kept WHERE kind = ? AND key = ?", (kind, key))
        database.execute("VACUUM")

    def _do(self, mode: str, work: Callable[[sqlite3.Connection], None]) -> None:
        """Work with the database. Where something is wrong with it, the work ends there."""
        if self._path is None or (mode != "rwc" and not self._path.is_file()):
            return
        database = None
        try:
            database = sqlite3.connect(f"{self._path.absolute().as_uri()}?mode={mode}", uri=True, timeout=_PATIENCE)
            # A machine that loses power may break the file, which is noticed; nobody has to wait for the disk.
            database.execute("PRAGMA synchronous = OFF")
            work(database)
        except sqlite3.OperationalError:
            pass  # held by another process for too long, read-only, no room
        except (sqlite3.DatabaseError, UnicodeDecodeError):  # a key that is no text any more
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)
        finally:
            if database is not None:
                database.close()


def _today() -> int:
    return int(time.time() // _DAY)


def _closed(kind: str, key: str, content: bytes) -> bytes:
    return _check(kind, key, content) + zlib.compress(content, 1)


def _opened(kind: str, key: str, content: Any) -> bytes | None:
    if not isinstance(content, bytes):
        return None
    try:
        text = zlib.decompress(content[_CHECK:])
    except zlib.error:
        return None
    return text if _check(kind, key, text) == content[:_CHECK] else None


def _check(kind: str, key: str, content: bytes) -> bytes:
    found = sha256(f"{kind} {key} ".encode())
    found.update(content)
    return found.digest()[:_CHECK]

"""Where results are kept between runs: one SQLite file, which several processes may read and write at a time.

SQLite is in the standard library, locks for itself and survives a process that dies; whatever is wrong with the file,
the run goes on without it. Values are JSON, never pickled objects, so that a foreign file can do no harm.
"""

from __future__ import annotations

import sqlite3
import time
import zlib
from collections.abc import Iterable
from pathlib import Path

NAME = "results.sqlite"
MOST_BYTES = 200_000_000
"""Size above which the entries that were used longest ago are dropped."""
PATIENCE = 2.0
"""Seconds to wait for another process that writes."""
_FRESH = 86_400
"""Seconds for which an entry counts as used just now, so that reading seldom writes."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS results (key BLOB PRIMARY KEY, used INTEGER, basis BLOB, value BLOB) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_use ON results (used);
"""


class Store:
    """Pairs of a basis (what the value rests on) and a value by key; never raises, `broken` says why it gave up."""

    def __init__(self, folder: Path) -> None:
        self.broken = ""
        self._stale: list[bytes] = []
        self._new: list[tuple[bytes, int, bytes, bytes]] = []
        self._file = folder / NAME
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._base = self._opened()
        except (OSError, sqlite3.Error) as error:
            self.broken = str(error)

    def _opened(self) -> sqlite3.Connection:
        """The database, a new one in the place of a damaged one."""
        try:
            return self._open()
        except sqlite3.OperationalError:
            raise  # locked, read-only or full: not damaged
        except sqlite3.DatabaseError:
            self._file.unlink()
            return self._open()

    def _open(self) -> sqlite3.Connection:
        base = sqlite3.connect(self._file, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        try:
            base.execute("PRAGMA journal_mode=WAL")
            base.execute("PRAGMA synchronous=NORMAL")
            base.executescript(_SCHEMA)
        except sqlite3.Error:
            base.close()
            raise
        return base

    def get(self, key: bytes) -> tuple[bytes, bytes] | None:
        """Basis and value of an entry, or None."""
        if self.broken:
            return None
        try:
            row = self._base.execute(
                "SELECT used, basis, value FROM results WHERE key = ?", (key,)
            ).fetchone()
            if row is None:
                return None
            if row[0] + _FRESH < time.time():
                self._stale.append(key)
            return zlib.decompress(row[1]), zlib.decompress(row[2])
        except (sqlite3.Error, zlib.error, TypeError) as error:
            self.broken = str(error)
            return None

    def put(self, key: bytes, basis: bytes, value: bytes) -> None:
        """Remembers an entry; `flush` writes it."""
        self._new.append((key, int(time.time()), zlib.compress(basis, 1), zlib.compress(value, 1)))

    def flush(self) -> None:
        """Writes what is new in one transaction, and drops what is too much."""
        new, stale, self._new, self._stale = self._new, self._stale, [], []
        if self.broken or not (new or stale):
            return
        try:
            self._write(new, stale)
        except (OSError, sqlite3.Error) as error:
            self.broken = str(error)

    def close(self) -> None:
        """The same, for the last time."""
        self.flush()
        if not self.broken:
            self._base.close()

    def _write(self, new: Iterable[tuple[bytes, int, bytes, bytes]], used: Iterable[bytes]) -> None:
        now = int(time.time())
        self._base.execute("BEGIN IMMEDIATE")
        self._base.executemany("UPDATE results SET used = ? WHERE key = ?", ((now, key) for key in used))
        self._base.executemany("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?)", new)
        self._base.execute("COMMIT")
        if self._size() > MOST_BYTES:
            self._shrink()

    def _size(self) -> int:
        pages, each = (self._base.execute(f"PRAGMA page_{what}").fetchone()[0] for what in ("count", "size"))
        return int(pages) * int(each)

    def _shrink(self) -> None:
        """Drops the half of the entries that was not used for longest."""
        self._base.execute(
            "DELETE FROM results WHERE key IN (SELECT key FROM results ORDER BY used LIMIT (SELECT COUNT(*) / 2 FROM results))"
        )
        self._base.execute("VACUUM")
        self._base.execute("PRAGMA wal_checkpoint(TRUNCATE)")

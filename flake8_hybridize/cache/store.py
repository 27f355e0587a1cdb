"""Where results are kept between runs: one SQLite file, which several processes may read and write at a time.

SQLite is in the standard library, locks for itself and survives a process that dies; whatever is wrong with the file,
the run goes on without it. Values are JSON, never pickled objects, so that a foreign file can do no harm.
"""

from __future__ import annotations

import sqlite3
import time
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

NAME = "results.sqlite"
MOST_BYTES = 200_000_000
"""Size above which the entries that were used longest ago are dropped."""
PATIENCE = 2.0
"""Seconds to wait for another process that writes."""
_FRESH = 86_400
"""Seconds for which an entry counts as used just now, so that reading seldom writes."""
_COLUMNS = ["key", "used", "basis", "value"]
_SCHEMA = """
CREATE TABLE IF NOT EXISTS results (key BLOB PRIMARY KEY, used INTEGER, basis BLOB, value BLOB) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_use ON results (used);
"""


class Store:
    """Pairs of a basis (what the value rests on) and a value by key; never raises, `broken` says why it gave up.

    What turns out to be damaged is deleted in the end, so that the next run makes a new one.
    """

    def __init__(self, folder: Path) -> None:
        self.broken = ""
        self._damaged = False
        self._stale: list[bytes] = []
        self._new: list[tuple[bytes, int, bytes, bytes]] = []
        self._renewed: list[tuple[bytes, bytes, bytes]] = []
        self._file = folder / NAME
        self._base: sqlite3.Connection | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._base = self._opened()
        except (OSError, sqlite3.Error) as error:
            self.broken = str(error) or type(error).__name__

    def _opened(self) -> sqlite3.Connection:
        """The database, a new one in the place of a damaged one."""
        latest = time.monotonic() + PATIENCE
        while True:
            try:
                return self._open()
            except sqlite3.OperationalError as error:
                # Not damaged, but read-only, full or locked: who makes it is not waited for by SQLite itself.
                if "locked" not in str(error) or time.monotonic() > latest:
                    raise
                time.sleep(0.02)
            except sqlite3.DatabaseError:
                self._delete()
                return self._open()

    def _delete(self) -> None:
        for ending in ("", "-wal", "-shm"):
            self._file.with_name(NAME + ending).unlink(missing_ok=True)

    def _give_up(self, error: Exception) -> None:
        self.broken = str(error) or type(error).__name__
        self._damaged = not isinstance(error, (sqlite3.OperationalError, OSError))

    def _open(self) -> sqlite3.Connection:
        base = sqlite3.connect(self._file, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        try:
            base.execute("PRAGMA journal_mode=WAL")
            base.execute("PRAGMA synchronous=NORMAL")
            columns = [row[1] for row in base.execute("PRAGMA table_info(results)")]
            if columns and columns != _COLUMNS:
                raise sqlite3.DatabaseError("made by something else")
            base.executescript(_SCHEMA)
        except sqlite3.Error:
            base.close()
            raise
        return base

    def get(self, key: bytes) -> tuple[bytes, bytes] | None:
        """Basis and value of an entry, or None."""
        if self.broken or self._base is None:
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
            self._give_up(error)
            return None

    def has(self, key: bytes) -> bool:
        """Whether there is an entry, which counts as used."""
        if self.broken or self._base is None:
            return False
        try:
            row = self._base.execute("SELECT used FROM results WHERE key = ?", (key,)).fetchone()
        except sqlite3.Error as error:
            self._give_up(error)
            return False
        if row is not None and row[0] + _FRESH < time.time():
            self._stale.append(key)
        return row is not None

    def renew(self, key: bytes, old: bytes, new: bytes) -> None:
        """Remembers another basis for the same value, if the entry still has the old one when it is written."""
        self._renewed.append((zlib.compress(new, 1), key, zlib.compress(old, 1)))

    def put(self, key: bytes, basis: bytes, value: bytes) -> None:
        """Remembers an entry; `flush` writes it."""
        self._new.append((key, int(time.time()), zlib.compress(basis, 1), zlib.compress(value, 1)))

    def flush(self) -> None:
        """Writes what is new in one transaction, and drops what is too much."""
        new, renewed, stale = self._new, self._renewed, self._stale
        self._new, self._renewed, self._stale = [], [], []
        if self.broken or self._base is None or not (new or renewed or stale):
            return
        try:
            self._write(self._base, new, renewed, stale)
        except (OSError, sqlite3.Error) as error:
            self._give_up(error)

    def close(self) -> None:
        """The same, for the last time."""
        self.flush()
        if self._base is not None:
            self._base.close()
        if self._damaged:
            with suppress(OSError):
                self._delete()

    def _write(
        self,
        base: sqlite3.Connection,
        new: Iterable[tuple[bytes, int, bytes, bytes]],
        renewed: Iterable[tuple[bytes, bytes, bytes]],
        used: Iterable[bytes],
    ) -> None:
        now = int(time.time())
        base.execute("BEGIN IMMEDIATE")
        try:
            base.executemany("UPDATE results SET used = ? WHERE key = ?", ((now, key) for key in used))
            base.executemany("UPDATE results SET basis = ? WHERE key = ? AND basis = ?", renewed)
            base.executemany("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?)", new)
            base.execute("COMMIT")
        except sqlite3.Error:
            if base.in_transaction:
                base.execute("ROLLBACK")
            raise
        if _size(base) > MOST_BYTES:
            _shrink(base)


def _size(base: sqlite3.Connection) -> int:
    pages, each = (base.execute(f"PRAGMA page_{what}").fetchone()[0] for what in ("count", "size"))
    return int(pages) * int(each)


def _shrink(base: sqlite3.Connection) -> None:
    """Drops the half of the entries that was not used for longest."""
    base.execute(
        "DELETE FROM results WHERE key IN (SELECT key FROM results ORDER BY used LIMIT (SELECT COUNT(*) / 2 FROM results))"
    )
    base.execute("VACUUM")
    base.execute("PRAGMA wal_checkpoint(TRUNCATE)")

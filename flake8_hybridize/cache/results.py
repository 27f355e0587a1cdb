"""Results of earlier runs, where they still hold."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from flake8_hybridize import __version__
from flake8_hybridize.cache.basis import Bases, surroundings, version_of_tool
from flake8_hybridize.cache.files import Files, digest
from flake8_hybridize.cache.plain import dumped, lines_and_entries, loaded, with_lines
from flake8_hybridize.cache.store import Store
from flake8_hybridize.options import Options

if TYPE_CHECKING:
    from flake8_hybridize.model.project import Project
    from flake8_hybridize.model.reads import Reads

Found = TypeVar("Found")
PATIENCE = 1.0
"""Seconds between two times that results are written, the first at once: a process may end without notice."""
SHARE = 60
"""How many times as long as writing takes is worked before the next time."""


def default_folder() -> Path:
    """The user's cache folder; nothing that comes with a project is trusted as a cache."""
    if os.name == "nt":
        return (
            Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "hybridize" / "cache"
        )
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hybridize"


@dataclass(frozen=True)
class Form(Generic[Found]):
    """What is kept of a file: a name for it, how it is written, and how it is read again."""

    name: str
    write: Callable[[Found], bytes]
    read: Callable[[bytes], Found]


ANALYSES = Form("analyses", dumped, loaded)
ROWS: Form[tuple[int, bytes]] = Form("rows", lambda found: with_lines(*found), lines_and_entries)
"""The number of lines of a file, and its verdicts as the JSON report shows them, packed."""


class Results(Generic[Found]):
    """The cache of one process, one set of options and one form of the results."""

    def __init__(self, folder: Path, options: Options, roots: tuple[str, ...], form: Form[Found]) -> None:
        self._form = form
        self._store = Store(folder)
        self._files = Files()
        self._roots = roots
        self._waiting: dict[str, tuple[bytes, bytes]] = {}
        self._reads: Reads | None = None
        self._next = 0.0
        python = platform.python_version().encode()
        self._version = digest(
            __version__.encode(), version_of_tool(), python, repr(options).encode(), form.name.encode()
        )
        self._bases = Bases(self._files, self._store, self._version)

    @property
    def broken(self) -> str:
        """Why the cache is not used any more, or nothing."""
        return self._store.broken

    def find(self, path: str, data: bytes) -> Found | None:
        """What an earlier run kept for the file, if everything that it rests on is as it was."""
        whole = os.path.abspath(path)
        if self._files.digest(whole) != digest(data):
            return None
        key = self._key(path, whole, data)
        entry = self._store.get(key)
        if entry is None:
            return None
        try:
            basis = self._bases.holds(whole, *entry)
            found = None if basis is None else self._form.read(entry[1])
        except (ValueError, TypeError, KeyError, IndexError):
            return None
        if basis is not None and basis != entry[0]:
            self._store.renew(key, entry[0], basis)
        return found

    def keep(self, path: str, data: bytes, value: Found, project: Project) -> None:
        """Remembers what `project` found in the file, for later runs."""
        whole = os.path.abspath(path)
        if self.broken or self._files.digest(whole) != digest(data):
            return
        if self._reads is not project.reads:
            if self._waiting:
                self.flush()
            self._reads = project.reads
        self._waiting[whole] = self._key(path, whole, data), self._form.write(value)
        if time.monotonic() > self._next:
            self.flush()

    def flush(self) -> None:
        """Writes what waits to be written."""
        started = time.monotonic()
        waiting, self._waiting = self._waiting, {}
        if self._reads is not None and waiting:
            for path, basis in self._bases.written(self._reads, waiting).items():
                key, value = waiting[path]
                self._store.put(key, basis, value)
        self._store.flush()
        ended = time.monotonic()
        self._next = ended + max(PATIENCE, SHARE * (ended - started))

    def close(self) -> None:
        """The same, at the end."""
        self.flush()
        self._store.close()

    def _key(self, path: str, whole: str, data: bytes) -> bytes:
        return digest(
            self._version, path.encode("utf-8", "surrogateescape"), surroundings(whole, self._roots), data
        )

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
from flake8_hybridize.cache.basis import Files, Grounds, digest, surroundings, version_of_tool
from flake8_hybridize.cache.plain import dumped, lines_and_text, loaded, with_lines
from flake8_hybridize.cache.store import Store
from flake8_hybridize.options import Options

if TYPE_CHECKING:
    from flake8_hybridize.model.project import Project

Found = TypeVar("Found")
PATIENCE = 1.0
"""Seconds between two times that results are written, the first at once: a process may end without notice."""


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
ROWS: Form[tuple[int, str]] = Form("rows", lambda found: with_lines(*found), lines_and_text)
"""The number of lines of a file, and its verdicts as the JSON report shows them."""


class Results(Generic[Found]):
    """The cache of one process, one set of options and one form of the results."""

    def __init__(self, folder: Path, options: Options, roots: tuple[str, ...], form: Form[Found]) -> None:
        self._form = form
        self._store = Store(folder)
        self._files = Files()
        self._grounds = Grounds(self._files, self._store)
        self._roots = roots
        self._written = 0.0
        python = platform.python_version().encode()
        self._version = digest(
            __version__.encode(), version_of_tool(), python, repr(options).encode(), form.name.encode()
        )

    @property
    def broken(self) -> str:
        """Why the cache is not used any more, or nothing."""
        return self._store.broken

    def find(self, path: str, data: bytes) -> Found | None:
        """What an earlier run kept for the file, if everything that it rests on is as it was."""
        whole = os.path.abspath(path)
        if self._files.digest(whole) != digest(data):
            return None
        entry = self._store.get(self._key(path, whole, data))
        if entry is None:
            return None
        try:
            return self._form.read(entry[1]) if self._grounds.hold(whole, entry[0]) else None
        except (ValueError, TypeError, KeyError):
            return None

    def keep(self, path: str, data: bytes, value: Found, project: Project) -> None:
        """Remembers what `project` found in the file, for later runs."""
        whole = os.path.abspath(path)
        if self.broken or self._files.digest(whole) != digest(data):
            return
        basis = self._grounds.written(project, whole)
        if basis is not None:
            self._store.put(self._key(path, whole, data), basis, self._form.write(value))
            if time.monotonic() > self._written + PATIENCE:
                self.flush()

    def flush(self) -> None:
        """Writes what waits to be written."""
        self._store.flush()
        self._written = time.monotonic()

    def close(self) -> None:
        """The same, at the end."""
        self._store.close()

    def _key(self, path: str, whole: str, data: bytes) -> bytes:
        return digest(
            self._version, path.encode("utf-8", "surrogateescape"), surroundings(whole, self._roots), data
        )

"""What is on the disk in this run, each file read once."""

from __future__ import annotations

import os
import time
from hashlib import blake2b
from itertools import chain

from flake8_hybridize.model.index import ProjectIndex, files_below

_SIZE = 16
_STILL = 2_000_000_000
"""Nanoseconds that a file must have been left alone before results that rest on it are kept."""


def digest(*parts: bytes) -> bytes:
    """A short digest of byte strings, which cannot be mistaken for that of others."""
    state = blake2b(digest_size=_SIZE)
    for part in parts:
        state.update(len(part).to_bytes(8, "little"))
        state.update(part)
    return state.digest()


class Files:
    """Digests of files and folders, and the index of those below a folder.

    `moving`: files written so recently that they may have changed while they were analysed.
    """

    def __init__(self) -> None:
        self.moving: set[str] = set()
        self._digests: dict[str, bytes] = {}
        self._exists: dict[str, bool] = {}
        self._trees: dict[str, tuple[bytes, bytes]] = {}
        self._indexes: dict[str, ProjectIndex] = {}
        self._started = time.time_ns()

    def digest(self, path: str) -> bytes:
        """Digest of the content of a file, empty if it cannot be read."""
        known = self._digests.get(path)
        if known is None:
            try:
                with open(path, "rb") as stream:
                    known = digest(stream.read())
                    if os.fstat(stream.fileno()).st_mtime_ns > self._started - _STILL:
                        self.moving.add(path)
            except OSError:
                known = b""
            self._digests[path] = known
        return known

    def content(self, path: str) -> bytes | None:
        """The content that the digest is of; None if it is not that any more."""
        try:
            with open(path, "rb") as stream:
                data = stream.read()
        except OSError:
            return None
        return data if digest(data) == self.digest(path) else None

    def exists(self, path: str) -> bool:
        """Whether there is a file."""
        known = self._exists.get(path)
        if known is None:
            known = self._exists[path] = os.path.isfile(path)
        return known

    def tree(self, root: str) -> tuple[bytes, bytes]:
        """Digests of the content of all Python files below a folder, and of which folders are packages."""
        known = self._trees.get(root)
        if known is None:
            paths = list(files_below(root))
            parts = ((os.fsencode(path), self.digest(path)) for path in paths)
            packages = [os.fsencode(path) for path in paths if path.endswith("__init__.py")]
            known = self._trees[root] = digest(*chain.from_iterable(parts)), digest(*packages)
        return known

    def index(self, root: str) -> ProjectIndex:
        """The index of the files below a folder."""
        if root not in self._indexes:
            self._indexes[root] = ProjectIndex.build(root)
        return self._indexes[root]

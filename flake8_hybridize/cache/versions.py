"""The text of files as they were, to tell what changed in them."""

from __future__ import annotations

import json

from flake8_hybridize.cache.differences import Difference, difference
from flake8_hybridize.cache.files import Files, digest
from flake8_hybridize.cache.store import Store


class Versions:
    """Texts by their digest, and what was found to differ between two of them."""

    def __init__(self, files: Files, store: Store, version: bytes) -> None:
        self._files = files
        self._store = store
        self._version = version
        self._kept: set[bytes] = set()
        self._known: dict[tuple[str, bytes, bytes], Difference] = {}

    def keep(self, path: str) -> None:
        """Remembers the text of the file."""
        key = _key(self._files.digest(path))
        if key not in self._kept:
            self._kept.add(key)
            if not self._store.has(key) and (data := self._files.content(path)) is not None:
                self._store.put(key, b"", data)

    def compared(self, path: str, before: bytes, now: bytes) -> Difference:
        """How the text of the file differs from an earlier one, told by their digests."""
        known = self._known.get((path, before, now))
        if known is None:
            known = self._known[path, before, now] = self._compare(path, before, now)
        return known

    def _compare(self, path: str, before: bytes, now: bytes) -> Difference:
        key = digest(b"difference", self._version, before, now)
        entry = self._store.get(key)
        if entry is not None:
            parts, moved = json.loads(entry[1])
            return Difference(None if parts is None else frozenset(parts), moved)
        old, new = self._store.get(_key(before)), self._files.content(path)
        if old is None or new is None:
            return Difference(None)
        found = difference(old[1], new, path)
        parts = None if found.parts is None else sorted(found.parts)
        self._store.put(key, b"", json.dumps([parts, found.moved]).encode())
        return found


def _key(content: bytes) -> bytes:
    return digest(b"text", content)

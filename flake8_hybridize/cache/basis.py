"""What a result rests on, and whether that is still so.

A result rests on the text of its file, on the definitions of other modules that were looked at for it, on modules that were
looked for and not found, and on what the index answered when it was asked for callers and subclasses. All that is one
graph for the results of a run (`cache/graph.py`). Mostly nothing has changed at all, which one digest of the whole project
tells; else it is found out, once for each graph, what changed and which results rest on that.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from flake8_hybridize.cache.files import Files, digest
from flake8_hybridize.cache.graph import Graph, Writer
from flake8_hybridize.cache.store import Store
from flake8_hybridize.cache.versions import Versions
from flake8_hybridize.model.index import project_root
from flake8_hybridize.model.project import package_root
from flake8_hybridize.model.reads import Reads


class Basis(NamedTuple):
    """Digests of the project's files and of its packages, and the keys of what is `outside` of it and of the graph."""

    tree: str
    packages: str
    outside: str
    graph: str

    def dumped(self) -> bytes:
        """The basis as JSON."""
        return json.dumps(self).encode()

    @classmethod
    def loaded(cls, data: bytes) -> Basis:
        """What `dumped` gave. Raises `ValueError` or `TypeError` for anything else."""
        return cls(*json.loads(data))


class Changes(NamedTuple):
    """Which results of a graph rest on nothing that changed, and in which files lines moved."""

    untouched: set[str]
    moved: list[str]


class Bases:
    """Those of the results of earlier runs and of this one."""

    def __init__(self, files: Files, store: Store, version: bytes) -> None:
        self._files = files
        self._store = store
        self._versions = Versions(files, store, version)
        self._outside: dict[str, bool] = {}
        self._changes: dict[str, Changes | None] = {}
        self._reads: Reads | None = None
        self._names: dict[str, bytes] = {}
        self._kept: dict[str, set[str]] = defaultdict(set)

    # ------------------------------------------------------------------ of earlier runs
    def holds(self, path: str, data: bytes, value: bytes) -> bytes | None:
        """The basis of the result for the file as of now; None if it does not hold. Raises as `Basis.loaded` does."""
        basis = Basis.loaded(data)
        tree, packages = self._files.tree(project_root(path))
        if not self._is_outside(basis.outside):
            return None
        if tree.hex() == basis.tree:
            return data
        if packages.hex() != basis.packages or not self._is_untouched(path, basis.graph, value):
            return None
        return basis._replace(tree=tree.hex()).dumped()

    def _is_outside(self, key: str) -> bool:
        """Whether the files outside of the project are what they were."""
        known = self._outside.get(key)
        if known is None:
            known = self._outside[key] = self._is_as_before(self._store.get(bytes.fromhex(key)))
        return known

    def _is_as_before(self, entry: tuple[bytes, bytes] | None) -> bool:
        if entry is None:
            return False
        there, missing = json.loads(entry[1])
        same = all(self._files.digest(path).hex() == before for path, before in there)
        return same and not any(map(self._files.exists, missing))

    def _is_untouched(self, path: str, graph: str, value: bytes) -> bool:
        """Whether nothing that the result rests on has changed, and no line moved that it tells."""
        if graph not in self._changes:
            self._changes[graph] = self._find_changes(graph)
        changes = self._changes[graph]
        if changes is None or path not in changes.untouched:
            return False
        return not any(_is_named(os.path.basename(moved), value) for moved in changes.moved)

    def _find_changes(self, key: str) -> Changes | None:
        entry = self._store.get(bytes.fromhex(key))
        if entry is None:
            return None
        graph, compare = Graph.loaded(entry[1]), self._versions.compared
        touched = graph.resting_on(graph.changed(self._files, compare))
        return Changes(graph.results.keys() - touched, graph.moved(self._files, compare))

    # ------------------------------------------------------------------ of this run
    def written(self, reads: Reads, paths: Iterable[str]) -> dict[str, bytes]:
        """Bases of the results for files that were analysed; none for what may have changed meanwhile."""
        if reads is not self._reads:
            self._reads = reads
            self._names.clear()
            self._kept.clear()
        by_root: dict[str, list[str]] = defaultdict(list)
        for path in paths:
            by_root[project_root(path)].append(path)
        found: dict[str, bytes] = {}
        for root, below in by_root.items():
            self._kept[root].update(below)
            basis, moving = self._write(reads, root)
            found.update((path, basis) for path in below if path not in moving)
        return found

    def _write(self, reads: Reads, root: str) -> tuple[bytes, set[str]]:
        """Remembers the graph of the results below the folder; their basis, and those that rest on moving files."""
        graph = Writer(reads, self._files).add(sorted(self._kept[root]))
        name = self._names.setdefault(root, os.urandom(16))
        self._store.put(name, b"", graph.dumped())
        for path in graph.parts:
            self._versions.keep(path)
        moving = graph.resting_on(graph.of_files(self._files.moving)) if self._files.moving else set()
        tree, packages = self._files.tree(root)
        outside = json.dumps(_outside(graph, root)).encode()
        key = digest(b"outside", outside)
        self._store.put(key, b"", outside)
        return Basis(tree.hex(), packages.hex(), key.hex(), name.hex()).dumped(), moving


def _outside(graph: Graph, root: str) -> tuple[list[tuple[str, str]], list[str]]:
    """The files outside of the folder that are read, with their digests, and those that are missed there."""
    below = root.rstrip(os.sep) + os.sep
    there = sorted((path, known) for path, known in graph.files.items() if not path.startswith(below))
    missing = {path for _, _, gone in graph.searches for path in gone if not path.startswith(below)}
    return there, sorted(missing)


def _is_named(name: str, value: bytes) -> bool:
    return not name.isascii() or name.encode() in value


def surroundings(path: str, roots: Iterable[str]) -> bytes:
    """Where the file is in its project and from where modules are imported: part of the key."""
    return digest(*(os.fsencode(part) for part in (path, project_root(path), package_root(path), *roots)))


def version_of_tool() -> bytes:
    """A digest of the program itself: other code or other tables, other results."""
    package = Path(__file__).resolve().parent.parent
    parts = []
    for file in sorted(package.rglob("*.py")):
        status = file.stat()
        parts.append(f"{file.relative_to(package)} {status.st_size} {status.st_mtime_ns}".encode())
    return digest(*parts)

"""What a result rests on, and whether that is still so.

A result rests on the text of its file, on every module that was followed from it or from one of its callers, on
modules that were looked for and not found, and on what the index answered when it was asked for callers and subclasses.
Mostly nothing has changed at all, which one digest of the whole project tells.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

from flake8_hybridize.model.index import ProjectIndex, files_below, project_root
from flake8_hybridize.model.project import Project, package_root

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
    """What is on the disk in this run, each file read once."""

    def __init__(self) -> None:
        self._digests: dict[str, bytes] = {}
        self._exists: dict[str, bool] = {}
        self._trees: dict[str, tuple[bytes, bytes]] = {}
        self._indexes: dict[str, ProjectIndex] = {}
        self._moving: set[str] = set()
        self._started = time.time_ns()

    def digest(self, path: str) -> bytes:
        """Digest of the content of a file, empty if it cannot be read."""
        known = self._digests.get(path)
        if known is None:
            try:
                with open(path, "rb") as stream:
                    known = digest(stream.read())
                    if os.fstat(stream.fileno()).st_mtime_ns > self._started - _STILL:
                        self._moving.add(path)
            except OSError:
                known = b""
            self._digests[path] = known
        return known

    def exists(self, path: str) -> bool:
        """Whether there is a file."""
        known = self._exists.get(path)
        if known is None:
            known = self._exists[path] = os.path.isfile(path)
        return known

    def joined(self, paths: Iterable[str]) -> bytes:
        """One digest of the content of many files."""
        return digest(*(part for path in sorted(paths) for part in (os.fsencode(path), self.digest(path))))

    def tree(self, root: str) -> tuple[bytes, bytes]:
        """Digests of the content of all Python files below a folder, and of which folders are packages."""
        known = self._trees.get(root)
        if known is None:
            paths = list(files_below(root))
            packages = [os.fsencode(path) for path in paths if path.endswith("__init__.py")]
            known = self._trees[root] = self.joined(paths), digest(*packages)
        return known

    def index(self, root: str) -> ProjectIndex:
        """The index of the files below a folder."""
        if root not in self._indexes:
            self._indexes[root] = ProjectIndex.build(root)
        return self._indexes[root]

    def settled(self, paths: Iterable[str]) -> bool:
        """Whether none of the files was written so recently that it may have changed while it was analysed."""
        return not any(path in self._moving for path in paths)


def written(files: Files, project: Project, path: str) -> bytes | None:
    """The basis of the result for the file at `path` that `project` has just analysed; None if it may be moving."""
    root = project_root(path)
    tree, packages = files.tree(root)
    deps, missing = project.sources.followed(path)
    if not files.settled(deps):
        return None
    outside = sorted(dep for dep in deps if not _is_below(dep, root))
    absent = sorted(gone for gone in missing if not _is_below(gone, root))
    head = [tree.hex(), outside, files.joined(outside).hex(), absent]
    rest = [
        packages.hex(),
        sorted(deps),
        files.joined(deps).hex(),
        sorted(missing),
        project.sources.questions(deps),
    ]
    return b"\n".join(json.dumps(part).encode() for part in (head, rest))


def holds(files: Files, path: str, basis: bytes) -> bool:
    """Whether what the basis says is still so. Raises `ValueError` or `TypeError` if it is no basis."""
    root = project_root(path)
    first, _, second = basis.partition(b"\n")
    tree, outside, content, absent = json.loads(first)
    if files.joined(outside).hex() != content or any(map(files.exists, absent)):
        return False
    if files.tree(root)[0].hex() == tree:
        return True
    packages, deps, content, missing, asked = json.loads(second)
    if files.tree(root)[1].hex() != packages or files.joined(deps).hex() != content:
        return False
    if any(map(files.exists, missing)):
        return False
    return all(files.index(project_root(q[1])).answer(q) == answer for q, answer in asked)


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


def _is_below(path: str, root: str) -> bool:
    return path.startswith(root.rstrip(os.sep) + os.sep)

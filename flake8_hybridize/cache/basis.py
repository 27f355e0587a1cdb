"""What a result rests on, and whether that is still so.

A result rests on the text of its file, on every module that was followed from it or from one of its callers, on
modules that were looked for and not found, and on what the index answered when it was asked for callers and subclasses.
Mostly nothing has changed at all, which one digest of the whole project tells.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Collection, Iterable
from hashlib import blake2b
from itertools import chain
from pathlib import Path

from flake8_hybridize.cache.store import Store
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
        self._contents: dict[str, tuple[bytes, bytes]] = {}
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
        return digest(*chain.from_iterable(map(self._content, sorted(paths))))

    def _content(self, path: str) -> tuple[bytes, bytes]:
        known = self._contents.get(path)
        if known is None:
            known = self._contents[path] = os.fsencode(path), self.digest(path)
        return known

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


class Lists:
    """Lists of paths by their digest: the files of a project share most of theirs."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, list[str]] = {}
        self._kept: set[str] = set()

    def kept(self, paths: Iterable[str]) -> str:
        """The name of the list, which is remembered."""
        listed = sorted(paths)
        text = json.dumps(listed).encode()
        name = digest(b"list", text).hex()
        if name not in self._kept:
            self._kept.add(name)
            self._known[name] = listed
            self._store.put(bytes.fromhex(name), b"", text)
        return name

    def named(self, name: str) -> list[str]:
        """The list of this name. Raises `ValueError` if it is gone."""
        if name not in self._known:
            entry = self._store.get(bytes.fromhex(name))
            if entry is None:
                raise ValueError("a list that is gone")
            self._known[name] = json.loads(entry[1])
        return self._known[name]


class Grounds:
    """What results of this run rest on."""

    def __init__(self, files: Files, store: Store) -> None:
        self._files = files
        self._lists = Lists(store)
        self._absent: dict[tuple[str, str], tuple[int, str, str]] = {}
        self._unchanged: dict[tuple[str, str], bool] = {}
        self._gone: dict[str, bool] = {}

    def written(self, project: Project, path: str) -> bytes | None:
        """The basis of the result for the file that `project` has just analysed; None if one of its files may be moving."""
        files, root = self._files, project_root(path)
        tree, packages = files.tree(root)
        deps = project.sources.followed(path)
        if not files.settled(deps):
            return None
        absent = [self._missed(project, dep, root) for dep in deps]
        head = [
            tree.hex(),
            *self._listed(_outside(deps, root)),
            self._lists.kept({outside for outside, _ in absent}),
        ]
        questions = project.sources.questions(deps)
        missing = self._lists.kept({every for _, every in absent})
        rest = [packages.hex(), *self._listed(deps), missing, questions]
        return b"\n".join(json.dumps(part).encode() for part in (head, rest))

    def _missed(self, project: Project, module: str, root: str) -> tuple[str, str]:
        """Lists of the files that were looked for from a module in vain: those outside of the folder, and all."""
        gone = project.sources.missed(module)
        known = self._absent.get((module, root))
        if known is None or known[0] != len(gone):
            known = len(gone), self._lists.kept(_outside(gone, root)), self._lists.kept(gone)
            self._absent[module, root] = known
        return known[1:]

    def hold(self, path: str, basis: bytes) -> bool:
        """Whether what the basis says is still so. Raises `ValueError` or `TypeError` if it is no basis."""
        files, root = self._files, project_root(path)
        first, _, second = basis.partition(b"\n")
        tree, outside, content, absent = json.loads(first)
        if not self._as_before(outside, content) or not self._are_gone(absent):
            return False
        now, packages_now = files.tree(root)
        if now.hex() == tree:
            return True
        packages, deps, content, missing, asked = json.loads(second)
        if (
            packages_now.hex() != packages
            or not self._as_before(deps, content)
            or not self._are_gone(missing)
        ):
            return False
        return all(
            files.index(project_root(own)).answer((kind, own, tuple(map(tuple, words)))) == answer
            for (kind, own, words), answer in asked
        )

    def _listed(self, paths: Collection[str]) -> tuple[str, str]:
        return self._lists.kept(paths), self._files.joined(paths).hex()

    def _as_before(self, name: str, content: str) -> bool:
        known = self._unchanged.get((name, content))
        if known is None:
            known = self._files.joined(self._lists.named(name)).hex() == content
            self._unchanged[name, content] = known
        return known

    def _are_gone(self, name: str) -> bool:
        """Whether there is still no file of the lists that this list names."""
        known = self._gone.get(name)
        if known is None:
            known = self._gone[name] = all(map(self._is_gone, self._lists.named(name)))
        return known

    def _is_gone(self, name: str) -> bool:
        known = self._gone.get(name)
        if known is None:
            known = self._gone[name] = not any(map(self._files.exists, self._lists.named(name)))
        return known


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


def _outside(paths: Iterable[str], root: str) -> list[str]:
    below = root.rstrip(os.sep) + os.sep
    return [path for path in paths if not path.startswith(below)]

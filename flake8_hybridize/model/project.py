"""Modules of the same project on disk: found by dotted name, read and parsed, never imported."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flake8_hybridize.model.build import build_module
from flake8_hybridize.model.index import (
    ProjectIndex,
    Question,
    project_root,
    who_calls,
    who_derives,
    who_imports,
    who_mentions,
    who_names,
)
from flake8_hybridize.model.module import Class, Module
from flake8_hybridize.model.reads import Reads
from flake8_hybridize.source.text import Source, UnreadableSource

MOST_TEXT = 40_000_000
"""Characters of source text (about a million lines) whose modules are kept at a time.

Forgetting is dear: files that come later ask for nearly all of them again. So it happens only where the memory, some
forty times the text, would be more than a machine has.
"""
_LIBRARIES = frozenset("tensorflow tf_keras keras tensorflow_probability numpy torch jax sklearn".split())
"""Names that parts of packages have as well: `models/tensorflow/` next to `models/torch/`."""


@dataclass(slots=True)
class Effort:
    """Work done for a project, in units that no machine changes.

    `modules` built, `steps` of the interpreter (statements and expressions), `observations` it made, `summaries` of
    functions, `signals` gathered for them before the same places were put together.
    """

    modules: int = 0
    steps: int = 0
    observations: int = 0
    summaries: int = 0
    signals: int = 0


class Project:
    """All modules known in one run. Text handed in (an editor's buffer) wins over the file on disk.

    `derived` is where later stages keep what they found out about these modules, `effort` what it took.
    """

    def __init__(self, roots: Iterable[Path] = ()) -> None:
        self.roots = tuple(dict.fromkeys(os.path.abspath(root) for root in roots))
        self._by_path: dict[str, Module | None] = {}
        self._by_name: dict[tuple[str, str], tuple[str | None, tuple[str, ...]]] = {}
        self.reads = Reads()
        self._exists: dict[str, bool] = {}
        self._roots_of: dict[tuple[str, bool], list[str]] = {}
        self._texts: dict[str, int] = {}
        self._aside: dict[str, Source] = {}
        self._size = 0
        self.effort = Effort()
        self.derived: dict[object, Any] = {}
        self.derived_index: dict[str, ProjectIndex] = {}

    @classmethod
    def for_paths(cls, paths: Iterable[Path], source_roots: Iterable[str] = ()) -> Project:
        """A project whose roots are the configured ones, the working directory and its `src`."""
        del paths
        cwd = Path.cwd()
        return cls([*(Path(root) for root in source_roots), cwd, cwd / "src"])

    def add(self, source: Source) -> Module:
        """The model of `source`, known from now on under its path. Raises `UnreadableSource`."""
        return self.keep(self.read(source), source)

    def read(self, source: Source, passing: bool = False) -> Module:
        """The model of `source`: the known one, or one that nobody finds until it is kept. Raises `UnreadableSource`.

        `passing`: it is most likely forgotten at once.
        Other text than before under the same path (an edited buffer) makes everything `derived` void.
        """
        path = os.path.abspath(source.path)
        known = self._by_path.get(path)
        if known is not None and self._texts.get(path) == hash(source.text):
            return known
        name, is_package = module_name(path)
        module = build_module(name, path, source.plain_tree() if passing else source.tree(), is_package)
        self.effort.modules += 1
        if known is not None:
            del self._by_path[path]
            self.derived.clear()
            self.derived_index.clear()
            self._by_name.clear()
        return module

    def revised(self, source: Source) -> Project:
        """A project with this text of one file, in which nothing is analysed yet; this one stays as it is.

        What was read and where modules are is taken over: modules do not change once they are built.
        """
        path = os.path.abspath(source.path)
        fresh = Project()
        fresh.roots, fresh.effort, fresh.derived_index = self.roots, self.effort, self.derived_index
        fresh._exists, fresh._by_name = self._exists, dict(self._by_name)
        fresh._by_path = {known: module for known, module in self._by_path.items() if known != path}
        fresh._texts = {known: text for known, text in self._texts.items() if known != path}
        fresh._aside = {known: other for known, other in self._aside.items() if known != path}
        fresh.add(source)
        return fresh

    def keep(self, module: Module, source: Source) -> Module:
        """The module, known from now on under its path."""
        if self._by_path.get(module.path) is not module:
            self._by_path[module.path] = module
            self._texts[module.path] = hash(source.text)
            self._size += len(source.text)
        return module

    def set_aside(self, module: Module, source: Source) -> None:
        """The module is done with; should it be looked for after all, it is read again from the same text."""
        if self._by_path.get(module.path) is not module:
            self._by_path.pop(module.path, None)
            self.reads.forget(module)
            self._aside[module.path] = source.with_text(source.text)
            module.dismantle()

    def parsed(self, source: Source) -> Source:
        """`source` with its tree: the known one if the file was read for another file. Raises `UnreadableSource`."""
        path = os.path.abspath(source.path)
        known = self._by_path.get(path)
        if known is not None and self._texts[path] == hash(source.text):
            return source.with_tree(known.tree)
        source.plain_tree()
        return source

    def kept_small(self) -> Project:
        """This project, or an empty one in its place when what is known of its modules takes too much memory.

        Modules and what was derived from them refer to each other, so that they can only go together.
        """
        if self._size < MOST_TEXT:
            return self
        fresh = Project()
        fresh.effort = self.effort
        fresh.roots, fresh.derived_index, fresh._exists = self.roots, self.derived_index, self._exists
        self._by_path.clear()
        self._by_name.clear()
        self.derived.clear()
        gc.collect()
        return fresh

    def callers_of(self, module: Module) -> list[Module]:
        """Other modules of the project that may call functions of `module`, in a fixed order."""
        return self._loaded(self._asked(module, who_calls(module)))

    def callers_mention(self, module: Module, words: Iterable[str]) -> bool:
        """Whether one of those modules has one of the words; they are not loaded for it."""
        return bool(self._asked(module, who_mentions(module, words)))

    def naming(self, module: Module, name: str) -> list[str]:
        """Paths of other files of the project, tests included, that have the name anywhere."""
        return self._asked(module, who_names(module, name))

    def importing(self, module: Module) -> list[str]:
        """Paths of other files of the project, tests included, that may import the module."""
        return self._asked(module, who_imports(module))

    def deriving(self, cls: Class) -> list[Module]:
        """Other modules of the project with classes that may derive from `cls`, in a fixed order."""
        return self._loaded(self._asked(cls.module, who_derives(cls)))

    def _asked(self, module: Module, question: Question) -> list[str]:
        answer = self._index(module).answer(question)
        self.reads.asked(question, answer)
        return answer

    def _index(self, module: Module) -> ProjectIndex:
        root = project_root(module.location)
        index = self.derived_index.get(root)
        if index is None:
            index = self.derived_index[root] = ProjectIndex.build(root)
        return index

    def _loaded(self, paths: Iterable[str]) -> list[Module]:
        found = [self._load(path) for path in paths]
        return [module for module in found if module is not None]

    def find(self, name: str, importer: Module) -> Module | None:
        """The project's module called `name` as `importer` would import it, or None."""
        folder = importer.folder
        key = (name, folder)
        if key not in self._by_name:
            self._by_name[key] = self._search(name, importer.location)
        found, missing = self._by_name[key]
        self.reads.looked_for(name, folder, found, missing)
        return self._load(found) if found is not None else None

    def _search(self, name: str, importer_path: str) -> tuple[str | None, tuple[str, ...]]:
        """The path of the module, and those that were tried before."""
        parts = name.split(".")
        missing: list[str] = []
        for root in (*self._search_roots(parts[0], importer_path), *_above(parts[0], importer_path)):
            stem = os.path.join(root, *parts)
            for path in (os.path.join(stem, "__init__.py"), stem + ".py"):
                if self._is_file(path) and not _in_site_packages(path, importer_path):
                    return path, tuple(missing)
                missing.append(path)
        return None, tuple(missing)

    def _search_roots(self, package: str, importer_path: str) -> list[str]:
        """Folders to import from; that of a package's own module is one only where it is run as a script."""
        folder, library = os.path.dirname(importer_path), package in _LIBRARIES
        known = self._roots_of.get((folder, library))
        if known is None:
            root = package_root(importer_path)
            beside = () if folder != root and library else (folder,)
            known = self._roots_of[folder, library] = list(dict.fromkeys((root, *beside, *self.roots)))
        return known

    def _is_file(self, path: str) -> bool:
        known = self._exists.get(path)
        if known is None:
            held = path in self._by_path or path in self._aside
            known = self._exists[path] = held or os.path.isfile(path)
        return known

    def _load(self, path: str) -> Module | None:
        if path not in self._by_path:
            self._by_path[path] = None
            aside = self._aside.pop(path) if path in self._aside else None
            with suppress(UnreadableSource):
                self.add(aside or Source.from_path(Path(path)))
        return self._by_path[path]


def package_root(path: str) -> str:
    """The folder that holds the topmost package around the file (its own folder for a script)."""
    folder = os.path.dirname(path)
    while os.path.isfile(os.path.join(folder, "__init__.py")):
        parent = os.path.dirname(folder)
        if parent == folder:
            break
        folder = parent
    return folder


def _above(package: str, importer_path: str) -> list[str]:
    """The folder of a package without `__init__.py` that the importer is in itself and names in full."""
    found: list[str] = []
    if package in _LIBRARIES or package not in importer_path:
        return found
    folder = os.path.dirname(importer_path)
    while (above := os.path.dirname(folder)) != folder:
        if os.path.basename(folder) == package:
            found.append(above)
        folder = above
    return found


def module_name(path: str) -> tuple[str, bool]:
    """The dotted name of a file below its package root, and whether it is a package's `__init__`."""
    relative = os.path.relpath(path, package_root(path))
    stem = relative[:-3] if relative.endswith(".py") else relative
    parts = stem.split(os.sep)
    is_package = parts[-1] == "__init__"
    return ".".join(parts[:-1] if is_package else parts), is_package


def _in_site_packages(path: str, importer_path: str) -> bool:
    marker = f"{os.sep}site-packages{os.sep}"
    return marker in path and marker not in importer_path

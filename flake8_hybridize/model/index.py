"""Which files of the project call what: a textual index, cheap enough to build when one file is linted.

It only narrows down where callers may be; whether a file really calls a function is decided by reading it.
"""

from __future__ import annotations

import ast
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from flake8_hybridize.model.module import Class, Module

MOST_FILES = 4000
MOST_CALLERS = 25
MOST_SUBCLASSES = 12
MOST_SCRIPTS = 40
MOST_COMMON = 60
"""A name called in more files than this (`call`, `build`) says nothing about who calls this one, but beside it."""
_MARKS = ("pyproject.toml", "setup.cfg", "setup.py", ".git", ".hg", "tox.ini")
_TEST = re.compile(r"(^|[/\\])(tests?|testing|test_[^/\\]*|[^/\\]*_tests?|conftest)(\.py)?([/\\]|$)")
_SKIPPED = frozenset(("node_modules", "site-packages", "build", "dist", "__pycache__", "venv", "env"))
_CLASS = re.compile(r"^[ \t]*class[ \t]+(\w+)\(([^)]*)\)", re.MULTILINE)
_BASE = re.compile(r"(\w+)\s*(?=[,\[]|$)")
_HANDED = re.compile(r"\.([A-Za-z_]\w*)\s*[,)]")
_IMPORTED = re.compile(r"^[ \t]*(?:from|import)[ \t]+([^\n#(]+(?:\([^)]*\))?)", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z_]\w*")
_WORDS = "".join(char if char.isalnum() or char in "_(" else " " for char in map(chr, range(256)))
"""Leaves nothing of a text but its words and opening parentheses."""


CALLERS, SUBCLASSES, NAMING, IMPORTERS, MENTIONS = "callers", "subclasses", "naming", "importers", "mentions"
Words: TypeAlias = "tuple[tuple[str, ...], ...]"
Question: TypeAlias = "tuple[str, str, Words]"
"""What is looked for, the path of the file that asks, and the names that it is about."""


def _lists() -> dict[str, list[str]]:
    return defaultdict(list)


@dataclass(slots=True)
class ProjectIndex:
    """Which files below one folder call a name, import it, hand it on, or derive a class from it.

    `words`: the files of every word; `taking_all`: those that import all that a module has.
    """

    root: str
    taking_all: set[str] = field(default_factory=set)
    words: dict[str, list[str]] = field(default_factory=_lists)
    calling: dict[str, list[str]] = field(default_factory=_lists)
    importing: dict[str, list[str]] = field(default_factory=_lists)
    deriving: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    _answers: dict[Question, list[str]] = field(default_factory=dict)
    _near: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _vocabulary: str = ""
    _holding: dict[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def build(cls, root: str) -> ProjectIndex:
        """Reads every Python file below `root` in a fixed order; a loop around a step need not mention TensorFlow."""
        index = cls(root)
        for path in files_below(root):
            try:
                with open(path, "rb") as stream:
                    data = stream.read()
            except OSError:
                continue
            index._add(path, data.decode("latin-1"))
        return index

    def _add(self, path: str, text: str) -> None:
        if "import *" in text:
            self.taking_all.add(path)
        words, called = _words(text)
        for word in words:
            self.words[word].append(path)
        imported = {name for statement in _IMPORTED.findall(text) for name in _WORD.findall(statement)}
        for name in imported:
            self.importing[name].append(path)
        for name in called.union(_HANDED.findall(text), imported):
            self.calling[name].append(path)
        for name, bases in _CLASS.findall(text):
            for base in set(_BASE.findall(bases)):
                self.deriving.setdefault(base, []).append((path, name))

    def answer(self, question: Question) -> list[str]:
        """Paths of other files that may have callers or subclasses, in a fixed order."""
        known = self._answers.get(question)
        if known is None:
            kind, own, words = question
            known = self._answers[question] = _ANSWERS[kind](self, own, words)
        return known

    def _naming(self, own: str, words: Words) -> list[str]:
        return sorted(set(self.words.get(words[0][0], ())) - {own})

    def _importing(self, own: str, words: Words) -> list[str]:
        return sorted(self._importers(own) - {own})

    def _mentions(self, own: str, words: Words) -> list[str]:
        """Those of the files with callers that have one of the last words."""
        *of_callers, mentioned = words
        holding = {path for word in mentioned for path in self.words.get(word, ())}
        return [path for path in self.answer((CALLERS, own, tuple(of_callers))) if path in holding]

    def _callers(self, own: str, words: Words) -> list[str]:
        """Files that mention the module (or its classes) and use one of its names; tests are called by who imports them."""
        names, classes, objects, stem = words
        near = os.path.join(os.path.dirname(own), "")
        importers = self._importers(own)
        candidates = {path for name in names for path in self._calling(name, near)}
        candidates |= self._having_one(importers - candidates, objects)
        candidates |= self._having_one((importers & self.taking_all) - candidates, names)
        candidates.discard(own)
        if in_tests(own):
            candidates &= importers
        else:
            candidates = {path for path in candidates if not in_tests(path)}
        mentioning = importers.union(*(self.calling.get(name, ()) for name in classes))
        others = candidates - mentioning
        candidates -= others - self._having_one(others, (*stem, *classes))
        return sorted(candidates, key=lambda path: (not path.startswith(near), path))[:MOST_CALLERS]

    def _calling(self, name: str, near: str) -> list[str]:
        """Files that call the name; of a common one, those below the folder `near` only."""
        paths = self.calling.get(name, [])
        if len(paths) <= MOST_COMMON:
            return paths
        known = self._near.get((name, near))
        if known is None:
            known = self._near[name, near] = [path for path in paths if path.startswith(near)]
        return known

    def _having_one(self, paths: set[str], parts: Iterable[str]) -> set[str]:
        """Those of the files that have one of the names anywhere."""
        without = set(paths)
        for part in parts:
            if not without:
                break
            without -= self._mentioning(part)
        return paths - without

    def _mentioning(self, part: str) -> frozenset[str]:
        """Files that have the name anywhere, also as a part of another word."""
        known = self._holding.get(part)
        if known is None:
            self._vocabulary = self._vocabulary or "\n".join(("", *self.words, ""))
            found: set[str] = set()
            start = self._vocabulary.find(part)
            while start >= 0:
                first, last = self._vocabulary.rfind("\n", 0, start), self._vocabulary.find("\n", start)
                found.update(self.words[self._vocabulary[first + 1 : last]])
                start = self._vocabulary.find(part, last)
            known = self._holding[part] = frozenset(found)
        return known

    def _importers(self, own: str) -> set[str]:
        """Files that may import the module at this path, by itself or through the packages around it."""
        folder, name = os.path.split(own[:-3])
        found = set(self.importing.get(name, ()))
        package = os.path.join(folder, "__init__.py")
        while package in found and name:
            folder, name = os.path.split(folder)
            found.update(self.importing.get(name, ()))
            package = os.path.join(folder, "__init__.py")
        return found

    def _subclasses(self, own: str, words: Words) -> list[str]:
        """Files with classes that derive, directly or not, from a class of this name; none where there are too many."""
        name = words[0][0]
        names, found = [name], dict[str, None]()
        for known in names:
            for path, derived in self.deriving.get(known, ()):
                if derived not in names:
                    names.append(derived)
                if path != own and (in_tests(own) or not in_tests(path)):
                    found[path] = None
        return sorted(found) if len(found) <= MOST_SUBCLASSES else []


_ANSWERS: dict[str, Callable[[ProjectIndex, str, Words], list[str]]] = {
    CALLERS: ProjectIndex._callers,
    SUBCLASSES: ProjectIndex._subclasses,
    NAMING: ProjectIndex._naming,
    IMPORTERS: ProjectIndex._importing,
    MENTIONS: ProjectIndex._mentions,
}
QUESTIONS = frozenset(_ANSWERS)


def _words(text: str) -> tuple[set[str], set[str]]:
    """The words of a text, and those in front of an opening parenthesis."""
    parts = set(text.replace(" (", "(").replace("(", "( ").translate(_WORDS).split())
    called = {part[:-1] for part in parts if part[-1] == "("}
    words = {part for part in parts if part[-1] != "("} | called
    return words - {""}, called - {""}


def who_calls(module: Module) -> Question:
    """The question for files with callers of functions of the module."""
    own = module.location
    names = {f.name for f in module.functions if not f.name.startswith("__") and not f.is_lambda}
    classes = {cls.name for cls in module.classes}
    stem = module.name.rpartition(".")[2] or os.path.basename(own)[:-3]
    return CALLERS, own, (_row(names | classes), _row(classes), _row(_objects(module)), (stem,))


def who_derives(cls: Class) -> Question:
    """The question for files with classes that derive from the class."""
    return SUBCLASSES, cls.module.location, ((cls.name,),)


def who_names(module: Module, name: str) -> Question:
    """The question for other files, tests included, that have the name anywhere."""
    return NAMING, module.location, ((name,),)


def who_mentions(module: Module, words: Iterable[str]) -> Question:
    """The question for those of the files with callers of functions of the module that have one of the words."""
    _, own, of_callers = who_calls(module)
    return MENTIONS, own, (*of_callers, tuple(words))


def who_imports(module: Module) -> Question:
    """The question for files, tests included, that may import the module."""
    return IMPORTERS, module.location, ()


def _row(names: set[str]) -> tuple[str, ...]:
    return tuple(sorted(names))


def _objects(module: Module) -> set[str]:
    """Names that the module gives to objects it makes: instances, tables, partial functions."""
    names: set[str] = set()
    for node in module.tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, (ast.Call, ast.Dict, ast.List, ast.Tuple)):
            for target in node.targets:
                parts = target.elts if isinstance(target, ast.Tuple) else [target]
                names.update(part.id for part in parts if isinstance(part, ast.Name))
    return names


@lru_cache(maxsize=MOST_FILES)
def in_tests(path: str) -> bool:
    """Whether the file at this absolute path belongs to a test suite of its project, whose functions run once."""
    return _TEST.search(os.path.relpath(path, project_root(path))) is not None


def project_root(path: str) -> str:
    """The folder of the project around the file at this absolute path: the nearest with a project file, else the package root."""
    return _root_around(os.path.dirname(path))


@lru_cache(maxsize=4096)
def _root_around(folder: str) -> str:
    start = folder
    while True:
        if any(os.path.exists(os.path.join(folder, mark)) for mark in _MARKS):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            break
        folder = parent
    while os.path.isfile(os.path.join(start, "__init__.py")):
        start = os.path.dirname(start)
    return _above_namespace(start)


def _above_namespace(folder: str) -> str:
    """The folder, or the one above it with the scripts that use it as a package without `__init__.py`."""
    parent = os.path.dirname(folder)
    try:
        names = [] if parent == os.path.dirname(parent) else os.listdir(parent)
    except OSError:
        return folder
    package = os.path.basename(folder)
    for name in names if len(names) <= MOST_SCRIPTS and package.isidentifier() else ():
        if name.endswith(".py") and _imports(os.path.join(parent, name), package):
            return parent
    return folder


def _imports(path: str, package: str) -> bool:
    """Whether the file has an import of the package."""
    try:
        with open(path, encoding="latin-1") as stream:
            return any(package in _WORD.findall(statement) for statement in _IMPORTED.findall(stream.read()))
    except OSError:
        return False


def files_below(root: str) -> Iterator[str]:
    """Python files below a folder, in a fixed order and not too many."""
    count = 0
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED and not name.startswith("."))
        for name in sorted(files):
            if name.endswith(".py"):
                count += 1
                if count > MOST_FILES:
                    return
                yield os.path.join(folder, name)

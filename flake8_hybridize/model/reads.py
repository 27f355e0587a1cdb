"""What answers about code rest on, recorded while they are found out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable
from typing import TypeAlias

from flake8_hybridize.model.closure import closure
from flake8_hybridize.model.index import Question
from flake8_hybridize.model.module import Class, Function, Module

Node: TypeAlias = Hashable
"""A definition or an answer.

A function, a class (its head and its own statements) or a module (its own statements, and the names of its
definitions); its `tables`; a `search` or a question to the index; the path of a file whose result it is; anything else
that answers are kept under.
"""

TABLES, WHOLE, SEARCH, FILE = "tables", "whole", "search", "file"


class Reads:
    """A graph from answers to what they were found out from; it only grows, so that it says too much, never too little.

    `used` are its edges, `searched` the paths of each search: the file found, if any, and those tried before;
    `answered` what the index said.
    """

    def __init__(self) -> None:
        self.used: dict[Node, Collection[Node]] = {}
        self.searched: dict[Node, tuple[str | None, tuple[str, ...]]] = {}
        self.answered: dict[Question, tuple[str, ...]] = {}
        self.fill(set())

    def fill(self, used: set[Node]) -> None:
        """What is found out from now on rests on what is put into `used`; `note` puts something there."""
        self._now = used
        self.note: Callable[[Node], None] = used.add

    def tables(self, module: Module) -> None:
        """What is found out now rests on what any code of the module stores, or whether it makes functions."""
        self._now.add((TABLES, module))

    def whole(self, module: Module) -> None:
        """What is found out now rests on all of a module."""
        node = (WHOLE, module)
        self._now.add(node)
        if node not in self.used:
            self.used[node] = (module, (TABLES, module), *module.functions, *module.classes)

    def looked_for(self, name: str, folder: str, found: str | None, missing: tuple[str, ...]) -> None:
        """A module was looked for from a folder."""
        node = (SEARCH, name, folder)
        self._now.add(node)
        self.searched[node] = found, missing

    def asked(self, question: Question, answer: Iterable[str]) -> None:
        """The index was asked."""
        self._now.add(question)
        self.answered[question] = tuple(answer)

    def finding(self, node: Node) -> Finding:
        """A block of code that finds out an answer."""
        used = self.used.get(node, ())
        if isinstance(used, set):
            return Finding(self, used)
        opened = self.used[node] = set(used)
        return Finding(self, opened, node)

    def forget(self, module: Module) -> None:
        """The module is done with: what is found out now rests on what its definitions rest on elsewhere."""
        waiting = [node for node in self._now if _home(node) is module]
        self._now.difference_update(waiting)
        while waiting:
            for node in self.used.pop(waiting.pop(), ()):
                if _home(node) is module:
                    waiting.append(node)
                else:
                    self._now.add(node)

    def reached(self, node: Node) -> set[Node]:
        """All that an answer rests on."""
        return closure((node,), self.used)

    def followed(self, path: str) -> set[str]:
        """Paths of the files that the result for the file at `path` rests on."""
        found = {path}
        for node in self.reached((FILE, path)):
            module = _home(node)
            if module is not None:
                found.add(module.location)
            elif node in self.answered:
                found.update(self.answered[node])
            elif (place := self.searched.get(node, (None,))[0]) is not None:
                found.add(place)
        return found


def _home(node: Node) -> Module | None:
    """The module that a definition or an answer about one belongs to."""
    parts = node if isinstance(node, tuple) else (node,)
    part = next((part for part in parts if isinstance(part, (Module, Function, Class))), None)
    return part.module if isinstance(part, (Function, Class)) else part


class Finding:
    """What is read in a block of code is used by its answer, which holds it in a tuple from then on: a set is large."""

    __slots__ = ("_node", "_outer", "_reads", "_used")

    def __init__(self, reads: Reads, used: set[Node], node: Node = None) -> None:
        self._reads, self._used, self._node = reads, used, node

    def __enter__(self) -> None:
        self._outer = self._reads._now
        self._reads.fill(self._used)

    def __exit__(self, *_: object) -> None:
        self._reads.fill(self._outer)
        if self._node is not None:
            self._reads.used[self._node] = tuple(self._used)

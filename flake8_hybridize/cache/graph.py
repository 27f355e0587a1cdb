"""What the results of one run rest on, as it is kept; and which of them do not hold any more."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from flake8_hybridize.cache.differences import FIRST, STATEMENTS, TABLES, Difference, definitions
from flake8_hybridize.cache.files import Files
from flake8_hybridize.model.closure import closure, inverted
from flake8_hybridize.model.index import QUESTIONS, Question, project_root
from flake8_hybridize.model.module import Class, Function, Module
from flake8_hybridize.model.reads import FILE, SEARCH, Node, Reads
from flake8_hybridize.model.reads import TABLES as TABLES_OF

Numbers: TypeAlias = "list[int]"
Search: TypeAlias = "tuple[int, str | None, list[str]]"
Asked: TypeAlias = "tuple[int, Question, list[str]]"
Compare: TypeAlias = "Callable[[str, bytes, bytes], Difference]"
"""How two versions of the file at a path differ, told by their digests."""

NO_NODE = -1


@dataclass(slots=True)
class Graph:
    """Nodes are numbers, `used` what each rests on.

    `results`: the nodes of files that were analysed; `parts`: those of the parts of each module, by their numbers, or
    `NO_NODE`; `files`: digests of the files read; `searches`: the file found and those that there must not be;
    `asked`: questions to the index with their answers.
    """

    results: dict[str, int] = field(default_factory=dict)
    used: list[Numbers] = field(default_factory=list)
    parts: dict[str, Numbers] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    searches: list[Search] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def dumped(self) -> bytes:
        """The graph as compact JSON."""
        row = [self.results, self.used, self.parts, self.files, self.searches, self.asked]
        return json.dumps(row, separators=(",", ":")).encode()

    @classmethod
    def loaded(cls, data: bytes) -> Graph:
        """What `dumped` gave. Raises `ValueError` or `TypeError` for anything else."""
        results, used, parts, files, searches, asked = json.loads(data)
        questions = [
            (node, (kind, own, tuple(map(tuple, words))), a) for node, (kind, own, words), a in asked
        ]
        return cls(results, used, parts, files, searches, questions)

    def resting_on(self, nodes: Iterable[int]) -> set[str]:
        """Paths of the files whose results rest on one of the nodes."""
        found = closure(nodes, inverted(enumerate(self.used)))
        return {path for path, node in self.results.items() if node in found}

    def of_files(self, paths: Iterable[str]) -> set[int]:
        """Nodes of all parts of the modules at these paths."""
        return {node for path in paths for node in self.parts.get(path, ()) if node != NO_NODE}

    def changed(self, files: Files, compare: Compare) -> set[int]:
        """Nodes that are not what they were."""
        found: set[int] = set()
        other = {path for path, before in self.files.items() if files.digest(path).hex() != before}
        for path in other & self.parts.keys():
            different = compare(path, bytes.fromhex(self.files[path]), files.digest(path)).parts
            nodes = self.parts[path]
            found.update(nodes if different is None else (nodes[part] for part in different))
        unread = other - self.parts.keys()
        for node, place, missing in self.searches:
            if place in unread or any(map(files.exists, missing)):
                found.add(node)
        for node, question, answer in self.asked:
            index = files.index(project_root(question[1]))
            if index.answer(question) != answer or not unread.isdisjoint(answer):
                found.add(node)
        return found - {NO_NODE}

    def moved(self, files: Files, compare: Compare) -> list[str]:
        """Paths of changed files in which lines moved."""
        changed = [path for path in self.parts if files.digest(path).hex() != self.files[path]]
        return [p for p in changed if compare(p, bytes.fromhex(self.files[p]), files.digest(p)).moved]


class _Numbers(dict[Node, int]):
    """The number of each node; one that is asked for first gets the next and is told about."""

    def __init__(self, tell: Callable[[Node, int], None]) -> None:
        super().__init__()
        self.order: list[Node] = []
        self._tell = tell

    def __missing__(self, node: Node) -> int:
        number = self[node] = len(self.order)
        self.order.append(node)
        self._tell(node, number)
        return number


class Writer:
    """Numbers the nodes that results rest on."""

    def __init__(self, known: Reads, files: Files) -> None:
        self.graph = Graph()
        self._reads = known
        self._files = files
        self._numbers = _Numbers(self._describe)
        self._in_module: dict[Module, dict[object, int]] = {}

    def add(self, paths: Iterable[str]) -> Graph:
        """The graph with the results of the files at these paths."""
        graph, numbers = self.graph, self._numbers
        for path in paths:
            graph.results[path] = numbers[FILE, path]
        for node in numbers.order:  # which grows
            graph.used.append([numbers[other] for other in self._reads.used.get(node, ())])
        return graph

    def _describe(self, node: Any, number: int) -> None:
        if isinstance(node, Module):
            self._part(node, STATEMENTS, number)
        elif isinstance(node, (Function, Class)):
            self._part(node.module, self._numbers_in(node.module)[node], number)
        elif node[0] == TABLES_OF:
            self._part(node[1], TABLES, number)
        elif node[0] == SEARCH:
            found, missing = self._reads.searched[node]
            self.graph.searches.append((number, found, list(missing)))
            self._read(() if found is None else (found,))
        elif node[0] in QUESTIONS:
            answer = self._reads.answered[node]
            self.graph.asked.append((number, node, list(answer)))
            self._read(answer)

    def _part(self, module: Module, part: int, number: int) -> None:
        path = module.location
        parts = self.graph.parts.get(path)
        if parts is None:
            parts = self.graph.parts[path] = [NO_NODE] * (FIRST + len(self._numbers_in(module)))
            self._read((path,))
        parts[part] = number

    def _numbers_in(self, module: Module) -> dict[object, int]:
        known = self._in_module.get(module)
        if known is None:
            known = {definition: n for n, definition in enumerate(definitions(module), FIRST)}
            self._in_module[module] = known
        return known

    def _read(self, paths: Iterable[str]) -> None:
        for path in paths:
            self.graph.files[path] = self._files.digest(path).hex()

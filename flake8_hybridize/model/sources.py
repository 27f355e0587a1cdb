"""Which files a result rests on, recorded while modules are looked for."""

from __future__ import annotations

from collections.abc import Iterable

from flake8_hybridize.model.index import SUBCLASSES, Question

Answer = tuple[Question, tuple[str, ...]]


class Sources:
    """Who imported what, and what the index was asked.

    What a module means depends on the modules that it imports and on the subclasses of its classes, for as long as
    they are known; questions for callers and users are those of the file that is analysed now.
    """

    def __init__(self) -> None:
        self._imports: dict[str, set[str]] = {}
        self._missing: dict[str, set[str]] = {}
        self._subclasses: dict[str, dict[Question, tuple[str, ...]]] = {}
        self._callers: dict[Question, tuple[str, ...]] = {}

    def begin(self) -> None:
        """Another file is analysed from now on."""
        self._callers = {}

    def looked_for(self, importer: str, found: str | None, missing: Iterable[str]) -> None:
        """A module was looked for from `importer`."""
        if found is not None:
            self._imports.setdefault(importer, set()).add(found)
        self._missing.setdefault(importer, set()).update(missing)

    def asked(self, question: Question, answer: Iterable[str]) -> None:
        """The index was asked."""
        if question[0] == SUBCLASSES:
            self._subclasses.setdefault(question[1], {})[question] = tuple(answer)
        else:
            self._callers[question] = tuple(answer)

    def followed(self, path: str) -> set[str]:
        """Files that the result for `path`, analysed just now, rests on."""
        found = {path, *(other for answer in self._callers.values() for other in answer)}
        waiting = list(found)
        while waiting:
            module = waiting.pop()
            others = set(self._imports.get(module, ()))
            others.update(other for answer in self._subclasses.get(module, {}).values() for other in answer)
            waiting += others - found
            found |= others
        return found

    def missed(self, module: str) -> set[str]:
        """Files that were looked for from the module, and that there must not be; more may come, none goes."""
        return self._missing.get(module, set())

    def questions(self, paths: Iterable[str]) -> list[Answer]:
        """What the index was asked for the file that is analysed now and for these modules."""
        found = list(self._callers.items())
        for path in sorted(paths):
            found += self._subclasses.get(path, {}).items()
        return found

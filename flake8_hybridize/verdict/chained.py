"""What holds of a function because of its callers, and of those because of theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from flake8_hybridize.model.module import Function
from flake8_hybridize.tensors.cycles import Cycles, Question, rank

DEEPEST = 100
Answer = TypeVar("Answer")


class Chained(Generic[Answer]):
    """Finds out something about functions, each once; `meanwhile` holds of one that its own callers call."""

    def __init__(self, find: Callable[[Function], Answer], meanwhile: Answer) -> None:
        self._known: dict[Function, Answer] = {}
        self._cycles = Cycles(
            lambda question: find(question[0]),
            lambda question: meanwhile,
            self._settled,
            lambda question: (self._known, question[0]),
            rank,
            DEEPEST,
        )

    def of(self, function: Function) -> Answer:
        """What holds of the function."""
        if function in self._known:
            return self._known[function]
        found: Answer = self._cycles.answer((function, None))
        return found

    def close(self) -> None:
        """Nothing is asked any more: lets go of `find`, which mostly belongs to what holds this."""
        self._cycles.close()

    def _settled(self, question: Question, answer: Any, in_part: bool = False) -> Any:
        return self._known.setdefault(question[0], answer)

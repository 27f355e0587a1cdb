"""How a hazard of the border is declared, and what it may ask.

Such a hazard is no fact of a body alone: it needs the callers, the class or the decorator. Its signals join those
of the body in the verdict, so that one detector gives the diagnostic of a hybrid function and the blocker of an
eager one. They concern the function as the one that is traced, never its callers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from flake8_hybridize.hazards.base import Signal
from flake8_hybridize.hazards.body import Body
from flake8_hybridize.hazards.summaries import Program
from flake8_hybridize.model.module import Function
from flake8_hybridize.options import NEWEST_TENSORFLOW
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.verdict.callers import Callers
from flake8_hybridize.verdict.heat import HeatMap
from flake8_hybridize.verdict.tracing import Coverage

_T = TypeVar("_T")

KERAS_3 = (2, 16)
"""The first TensorFlow whose Keras is Keras 3."""


@dataclass(eq=False)
class Border:
    """What is known around the functions of a run."""

    program: Program
    callers: Callers
    coverage: Coverage
    heat: HeatMap
    known: dict[Function, tuple[Signal, ...]] = field(default_factory=dict)
    shared: dict[object, object] = field(default_factory=dict)
    tensorflow_version: tuple[int, int] = NEWEST_TENSORFLOW

    def once(self, key: object, make: Callable[[], _T]) -> _T:
        """What `make` gives, made when the first asks for it under this key."""
        if key not in self.shared:
            self.shared[key] = make()
        return self.shared[key]  # type: ignore[return-value]

    def of_syntax(self, key: object, make: Callable[[], _T]) -> _T:
        """The same for what the syntax alone says, kept for all files of the run."""
        tables: dict[object, _T] = self.program.engine.project.derived.setdefault("syntax", {})
        if key not in tables:
            tables[key] = make()
        return tables[key]

    @cached_property
    def bodies(self) -> list[Body]:
        """Every body of the modules whose callers were collected, module statements included."""
        found = []
        for module in self.callers.modules:
            found.append(self.program.module_body(module))
            found += [self.program.body(function) for function in module.functions]
        return found

    @cached_property
    def method_calls(self) -> dict[str, list[tuple[Call, Body]]]:
        """Calls `receiver.method(...)` by the method's name."""
        found: dict[str, list[tuple[Call, Body]]] = {}
        for body in self.bodies:
            for seen in body.facts.seen(Call):
                if seen.method:
                    found.setdefault(seen.method, []).append((seen, body))
        return found


Fact = Callable[[Border, Function], Iterator[Signal]]
FACTS: list[Fact] = []


def border(fact: Fact) -> Fact:
    """Asks `fact` about every function that is decided."""
    FACTS.append(fact)
    return fact

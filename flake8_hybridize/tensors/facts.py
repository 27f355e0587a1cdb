"""What one interpretation of a body yields."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

from flake8_hybridize.model.module import Function
from flake8_hybridize.results import Confidence
from flake8_hybridize.tensors.observations import Call, Key, Observation
from flake8_hybridize.tensors.values import UNDEFINED, Value

_O = TypeVar("_O")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a parameter is of a kind, in words a user reads.

    `holds_tensors`: it is a container with tensors in it;
    `fed`: it is given to a model, layer or loss, where a single number or row of a tensor makes no sense.
    """

    kind: str
    confidence: Confidence
    text: str
    line: int = 0
    nest: bool = False
    fed: bool = False
    holds_tensors: bool = False


@dataclass(slots=True)
class Facts:
    """Result of interpreting one function for one set of parameter values.

    `returns` and all observed values speak of the parameters by bit masks; `stores` joins what is assigned
    to attributes of the first parameter; `bindings` everything each name ever held.
    `key` names the arguments that they hold for; `complete` if they rest on nothing that was not
    known yet, `unsure` if on a module that was in the making.
    `opaque` is the mask of parameters that the body calls or asks for attributes without knowing what they are.
    """

    function: Function | None
    params: tuple[Value, ...]
    returns: Value = UNDEFINED
    observations: list[Observation] = field(default_factory=list)
    evidence: dict[int, Evidence] = field(default_factory=dict)
    stores: dict[str, Value] = field(default_factory=dict)
    bindings: dict[str, Value] = field(default_factory=dict)
    opaque: int = 0
    complete: bool = True
    unsure: bool = False
    steps: int = 0
    key: Key = None
    _called: list[Function] | None = field(default=None, init=False)
    _by_kind: dict[type, list[Any]] | None = field(default=None, init=False)

    def called(self) -> list[Function]:
        """The project's functions that the body calls, each once, in their order."""
        if self._called is None:
            self._called = list(dict.fromkeys(f for call in self.seen(Call) for f in call.functions))
        return self._called

    def seen(self, kind: type[_O]) -> list[_O]:
        """The observations of one kind, in their order."""
        if self._by_kind is None:
            self._by_kind = {}
            for observation in self.observations:
                self._by_kind.setdefault(type(observation), []).append(observation)
        return self._by_kind.get(kind, [])

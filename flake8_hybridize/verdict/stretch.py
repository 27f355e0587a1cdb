"""A stretch of a body as it would run in a graph function of its own.

What the code around it hands over arrives as arguments: a NumPy array becomes a tensor of its own dtype there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flake8_hybridize.hazards.base import Category, Signal
from flake8_hybridize.hazards.body import Body
from flake8_hybridize.hazards.collect import own_signals
from flake8_hybridize.hazards.lifting import lifted
from flake8_hybridize.hazards.mixes import Mix, lifted_mixes, own_mixes
from flake8_hybridize.hazards.reached import contexts
from flake8_hybridize.hazards.summaries import Program
from flake8_hybridize.model.build import MUTATORS
from flake8_hybridize.source.tree import walk
from flake8_hybridize.tensors.observations import Call, Observation, Store
from flake8_hybridize.tensors.records import replace
from flake8_hybridize.tensors.substitution import Bindings, indices
from flake8_hybridize.tensors.values import ARRAY, CONTAINER, FRESH, INSTANCE, MAYBE, OUTER, UNKNOWN, Value
from flake8_hybridize.verdict.asides import Lines
from flake8_hybridize.verdict.boundary.hyb228_dtypes import conflict

MAX_DEPTH = 3
_STOPPING = (None, Category.RAISES, Category.DIFFERS)
_OF_LOOPS = "HYB222"
"""What the loops around the stretch would be as graph loops does not concern it; those in it are asked again."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines `first` to `last` of a body, without those that are `left` where they are."""

    body: Body
    first: int
    last: int
    left: tuple[Lines, ...] = ()

    def covers(self, node: ast.AST) -> bool:
        """Whether the node begins in the stretch."""
        line: int = node.lineno  # type: ignore[attr-defined]
        return self.first <= line <= self.last and not any(a <= line <= b for a, b in self.left)


def is_movable(program: Program, stretch: Stretch, known: list[Signal]) -> bool:
    """Whether the stretch would run as a graph: no hazard of it or its callees, nothing unknown but models.

    `known` are the hazards of the body as it stands.
    """
    if any(
        stretch.covers(signal.node) and signal.category in _STOPPING and signal.rule.code != _OF_LOOPS
        for signal in known
    ):
        return False
    handed = _Handed(len(stretch.body.function.params) if stretch.body.function is not None else 0)
    seen = [handed.over(o) for o in stretch.body.facts.observations if stretch.covers(o.node)]
    body = replace(stretch.body, facts=replace(stretch.body.facts, observations=seen), shared={})
    calls = [call for call in seen if isinstance(call, Call)]
    return not (
        _changes_around(stretch, seen)
        or any(_is_opaque(program, call, body) for call in calls)
        or any(_stops(signal) for signal in _signals(program, body, calls, _made_in(stretch)))
        or any(
            conflict(mix, handed.given) is not None
            for mix in _mixes(program, body, calls)
            if handed.is_in(mix)
        )
    )


def _changes_around(stretch: Stretch, seen: list[Observation]) -> bool:
    """Whether the stretch changes a list or dict of the code around it, which would happen while tracing only."""
    made = _made_in(stretch)
    return any(name not in made for name in filter(None, map(_changed_container, seen)))


def _made_in(stretch: Stretch) -> set[str]:
    """The names that the stretch binds."""
    root = stretch.body.module.tree if stretch.body.function is None else stretch.body.function.node
    return {
        node.id
        for node in walk(root)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and stretch.covers(node)
    }


def _changed_container(seen: Observation) -> str:
    """The name of the container that the observation changes; empty for anything else."""
    if isinstance(seen, Call):
        changed = seen.node.func.value if isinstance(seen.node.func, ast.Attribute) else None
        held = seen.receiver if seen.method in MUTATORS else None
    elif isinstance(seen, Store) and seen.how == "item" and isinstance(seen.node, ast.Subscript):
        changed, held = seen.node.value, seen.base
    else:
        return ""
    known = held is not None and bool(held.kinds & CONTAINER)
    return changed.id if known and isinstance(changed, ast.Name) else ""


def _is_opaque(program: Program, call: Call, body: Body) -> bool:
    unknown = program.unknown(call, body)
    if unknown is not None and not unknown.modellike:
        return True
    return any(
        not program.is_hybrid(callee)
        and any(not inner.modellike for inner in program.summary(callee, key).unknowns)
        for callee, _, key in contexts(call)
    )


def _stops(signal: Signal) -> bool:
    if signal.guarded or not signal.blocks or (signal.needs_evidence and signal.condition == MAYBE):
        return False
    return signal.category in _STOPPING and signal.rule.category in _STOPPING


def _signals(program: Program, body: Body, calls: list[Call], made: set[str]) -> Iterator[Signal]:
    yield from own_signals(body)
    for call in calls:
        for callee, bound, key in contexts(call):
            if not program.is_hybrid(callee):
                bound = _outliving(call, bound, made)
                yield from lifted(call, body.function, callee, bound, program.summary(callee, key).signals)


def _outliving(call: Call, bound: Bindings, made: set[str]) -> Bindings:
    """The arguments, with an object that the code around made and whose method is called: it outlives the stretch."""
    func, own = call.node.func, bound.get(0)
    holder = func.value if isinstance(func, ast.Attribute) else None
    if own is None or own.origin != FRESH or not isinstance(holder, ast.Name) or holder.id in made:
        return bound
    return {**bound, 0: own._replace(origin=OUTER)} if own.kinds & INSTANCE else bound


def _mixes(program: Program, body: Body, calls: list[Call]) -> Iterator[Mix]:
    yield from own_mixes(body)
    for call in calls:
        for callee, bound, key in contexts(call):
            yield from lifted_mixes(call, body.function, callee, bound, program.summary(callee, key).mixes)


class _Handed:
    """The arrays handed over, as parameters behind those of the function: one for each dtype."""

    def __init__(self, first: int) -> None:
        self.first = first
        self.given: Bindings = {}
        self._index: dict[str, int] = {}

    def is_in(self, mix: Mix) -> bool:
        """Whether one of the two is handed over."""
        return any(index in self.given for index in (*indices(mix.left.mask), *indices(mix.right.mask)))

    def over(self, observation: Observation) -> Observation:
        """The observation with the arrays as arguments."""
        return observation._replace(
            **{name: self._value(item, 0) for name, item in observation._asdict().items() if name != "result"}
        )

    def _value(self, item: Any, depth: int) -> Any:
        if isinstance(item, Value):
            return self._array(item, depth)
        if type(item) is tuple:
            return tuple(self._value(part, depth) for part in item)
        if isinstance(item, dict):
            return {key: self._value(part, depth) for key, part in item.items()}
        return item

    def _array(self, value: Value, depth: int) -> Value:
        if depth > MAX_DEPTH:
            return value
        if value.kinds & ARRAY and not value.kinds & UNKNOWN:
            return value._replace(deps=value.deps | 1 << self._parameter(value.dtype), dtype="")
        if value.elem is None and value.items is None:
            return value
        return value._replace(
            elem=None if value.elem is None else self._array(value.elem, depth + 1),
            items=None if value.items is None else tuple(self._array(i, depth + 1) for i in value.items),
        )

    def _parameter(self, dtype: str) -> int:
        index = self._index.setdefault(dtype, self.first + len(self._index))
        self.given[index] = Value(ARRAY, dtype=dtype)
        return index

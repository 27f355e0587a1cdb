"""Hazards of callees as they concern the caller: what its arguments make of them, at the place of the call."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import lru_cache

from flake8_hybridize.hazards.base import OWN, Signal
from flake8_hybridize.model.module import Function
from flake8_hybridize.results import Confidence, Step
from flake8_hybridize.tensors.assumptions import granted
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.substitution import Bindings, condition, indices, is_dataset
from flake8_hybridize.tensors.values import FRESH, MAYBE, NO, OUTER, PARAM, UNKNOWN, YES, Value, replace

MAX_PATH = 4
MAX_LIFTED = 60
# Decorators with which a body runs once, in eager code as well.
ONCE = ("once", "run_once", "call_once", "cached_property", "lru_cache", "cache")
_Key = tuple[str, str, int, int]
_Rank = tuple[bool, int, bool, int]


class Gathered:
    """Hazards of a body and of what it calls, each once per place and code: the surest, with the shortest path."""

    def __init__(self) -> None:
        self._best: dict[_Key, tuple[_Rank, Signal]] = {}
        self.count = 0

    def signals(self) -> tuple[Signal, ...]:
        """What was gathered, in the order in which places were found."""
        return tuple(signal for _, signal in list(self._best.values())[:MAX_LIFTED])

    def add(self, signals: Iterable[Signal]) -> None:
        """Adds hazards of the body itself."""
        for signal in signals:
            self.count += 1
            self._keep(signal)

    def lift(
        self, call: Call, caller: Function, callee: Function, bound: Bindings, signals: tuple[Signal, ...]
    ) -> None:
        """Adds the hazards of a callee; those that could not take the place of a known one are not looked at."""
        inside = callee.parent is caller
        once = call.where.guarded or callee.has_decorator(*ONCE)
        place: tuple[int, int] = (call.node.lineno, call.node.col_offset)
        for signal in signals:
            if not inside:
                known = self._best.get((signal.rule.code, signal.name, *place))
                if known is not None and known[0] >= _most(signal, once):
                    continue
            found = _lift(call, caller, callee, bound, signal, once)
            if found is not None:
                self.count += 1
                self._keep(found)

    def _keep(self, signal: Signal) -> None:
        node = signal.node
        key = (signal.rule.code, signal.name, node.lineno, node.col_offset)  # type: ignore[attr-defined]
        known, rank = self._best.get(key), _rank(signal)
        if known is None or rank > known[0]:
            self._best[key] = rank, signal


def _rank(signal: Signal) -> _Rank:
    return (not signal.guarded, int(signal.confidence), signal.condition == YES, -len(signal.path))


def _most(signal: Signal, once: bool) -> _Rank:
    """The highest rank that the signal can have for a caller."""
    length = min(len(signal.path) + 1, MAX_PATH)
    return (not (signal.guarded or once), int(signal.confidence), True, -length)


def lifted(
    call: Call, caller: Function | None, callee: Function, bound: Bindings, signals: tuple[Signal, ...]
) -> Iterator[Signal]:
    """Signals of the callee as they concern the caller, placed on the call; those of a nested one stay in place."""
    once = call.where.guarded or callee.has_decorator(*ONCE)
    for signal in signals:
        found = _lift(call, caller, callee, bound, signal, once)
        if found is not None:
            yield found


def _lift(
    call: Call, caller: Function | None, callee: Function, bound: Bindings, signal: Signal, once: bool
) -> Signal | None:
    if signal.param == OWN:
        return None
    inside = caller is not None and callee.parent is caller
    if signal.outer_name and caller is not None and inside and signal.outer_name in caller.local_names:
        return None
    given = bound.get(signal.param)
    if signal.param >= 0 and (given is None or given.origin == FRESH):
        return None
    degree = _degree(signal, bound, callee is caller)
    unless = condition(signal.unless, bound, True, True) if signal.unless != NO else NO
    assumed = granted(signal.assumed, bound) if signal.assumed else ()
    if degree == NO or unless == YES or assumed is None:
        return None
    param, confidence = -1, signal.confidence
    if given is not None:
        if given.origin == PARAM:
            param = given.param
        elif given.origin != OUTER:
            confidence = Confidence.GUESS
    if signal.assumed and any(_is_doubtful(how, bound.get(index)) for index, how, _ in signal.assumed):
        confidence = Confidence.GUESS
    line = signal.node.lineno  # type: ignore[attr-defined]
    elsewhere = caller is not None and callee.module is not caller.module
    if (signal.local and elsewhere) or call.among > 1 or (signal.unconditional and call.where.static_if):
        confidence = Confidence.GUESS
    return replace(
        signal,
        node=signal.node if inside else call.node,
        what=_with_file(signal.what, callee) if elsewhere else signal.what,
        about=signal.about or signal.node,
        condition=degree,
        only="" if degree < 0 and signal.only == "dataset" else signal.only,
        unless=unless,
        assumed=(*call.where.assumed, *assumed),
        confidence=confidence,
        param=param,
        guarded=signal.guarded or once,
        path=signal.path if inside else (callee.name, *signal.path)[:MAX_PATH],
        at=signal.at if inside else signal.at or line,
        chain=signal.chain if inside else (step_in(callee.qualname, callee.module.path, line), *signal.chain),
    )


def _with_file(what: str, callee: Function) -> str:
    """The words for another module, where the line of a place is none without the name of the file."""
    return (
        what.replace("(line ", f"({os.path.basename(callee.module.path)} line ") if "(line " in what else what
    )


step_in = lru_cache(maxsize=4096)(Step)
"""A step on the way to something, the same for all that is on this way."""


def _degree(signal: Signal, bound: Bindings, recursion: bool) -> int:
    """The degree to which the values involved are tensors (or what else they must be), as the caller sees it."""
    if signal.only == "dataset":
        found = is_dataset(signal.condition, bound)
        # A part of the argument: the first call says what that is.
        return NO if recursion and found == MAYBE else found
    if signal.only and signal.condition >= 0 and not _still_open(signal, bound):
        return NO
    return condition(signal.condition, bound, signal.alone, signal.staged, signal.keyed)


def _is_doubtful(how: str, given: Value | None) -> bool:
    """Whether a parameter that must be None, or one text or number of several, is passed what may be anything."""
    return how in ("none", "equal") and given is not None and given.param < 0 and bool(given.kinds & UNKNOWN)


def _still_open(signal: Signal, bound: Bindings) -> bool:
    """Whether the object of a hazard of arrays or containers only is still a parameter, now of the caller."""
    given = [bound[index] for index in indices(signal.condition) if index in bound]
    return any(value.param >= 0 and value.origin == PARAM and value.deps for value in given)

"""HYB222: a sum that starts as a Python number of another dtype than the tensors that the calls hand in."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter

from flake8_hybridize.hazards.base import OWN, Signal
from flake8_hybridize.hazards.hyb222_loops import RULE, accumulator
from flake8_hybridize.model.module import Function
from flake8_hybridize.results import Confidence
from flake8_hybridize.tensors.observations import Call, Loop
from flake8_hybridize.tensors.values import TENSOR, YES, Value
from flake8_hybridize.verdict.boundary.base import Border, border

DEPTH = 2
Given = dict[int, Value]


@border
def accumulators(known: Border, function: Function) -> Iterator[Signal]:
    """What the body alone only suspects, looked at again with the dtypes of the arguments."""
    if known.program.is_hybrid(function) and _suspected(known, function):
        yield from _with(known, function, _given(known, function), DEPTH)


def _suspected(known: Border, function: Function) -> bool:
    return any(
        signal.rule is RULE and signal.name == "LOOP_VAR_MISMATCH" and signal.confidence is Confidence.GUESS
        for signal in known.program.summary(function).signals
    )


def _given(known: Border, function: Function) -> Given:
    """The tensors of one known dtype that all calls in sight give."""
    found: Given = {}
    sites = known.callers.calls(function)
    for index in range(len(function.params)):
        dtypes = {_dtype(site.bound.get(index)) for site in sites}
        if len(dtypes) == 1 and "" not in dtypes:
            found[index] = Value(TENSOR, dtype=dtypes.pop())
    return found


def _dtype(value: Value | None) -> str:
    return value.dtype if value is not None and value.kinds == TENSOR else ""


def _with(known: Border, function: Function, given: Given, depth: int) -> Iterator[Signal]:
    if not given:
        return
    body = known.program.body(function, tuple(sorted(given.items(), key=itemgetter(0))))
    for loop in body.seen(Loop):
        for signal in accumulator(loop, body):
            if signal.confidence >= Confidence.LIKELY and signal.condition == YES:
                yield signal._replace(param=OWN)
    for call in body.seen(Call) if depth else ():
        for callee, bound in zip(call.functions, call.bound):
            typed = {
                index: Value(TENSOR, dtype=_dtype(value)) for index, value in bound.items() if _dtype(value)
            }
            if _suspected(known, callee):
                for signal in _with(known, callee, typed, depth - 1):
                    at = signal.at or signal.node.lineno  # type: ignore[attr-defined]
                    about = signal.about or signal.node
                    yield signal._replace(
                        node=call.node, about=about, at=at, path=(callee.name, *signal.path)
                    )

"""HYB2xx: hazards of traced functions, each on the line in the function that leads to it."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import Category, Signal
from flake8_hybridize.results import Confidence, Finding
from flake8_hybridize.rules.context import Context
from flake8_hybridize.verdict.granting import is_granted
from flake8_hybridize.verdict.judged import Judged
from flake8_hybridize.verdict.messages import sentence
from flake8_hybridize.verdict.wanted import is_wanted

RULES = ()
# A tf.function refuses changed arguments, and may be called again and again; who traces for itself gives copies, anew each time.
_OF_TF_FUNCTION = frozenset(("HYB206", "HYB207"))
_PER_ARGUMENT = frozenset(("HYB206",))
_PER_TARGET = frozenset(("HYB203", "HYB205"))
_COSTLY = (Category.SLOWER, Category.USELESS)
_UNSAFE = (Category.RAISES, Category.DIFFERS)


def report(context: Context) -> Iterator[Finding]:
    """Every hazard of every function that is surely traced, once per place and code, or per argument.

    A test that waits for an error wants the hazard, and no test minds what tracing costs.
    Where functions without a decorator lead to the same place in a helper, it is reported in the first of them.
    """
    seen: set[tuple[object, ...]] = set()
    found = [(judged, tracer, list(_sure(judged, tracer))) for judged, tracer in _traced(context)]
    undecorated: set[object] = {
        signal.node for _, tracer, signals in found if tracer for signal, _ in signals if not signal.path
    }
    for judged, tracer, signals in found:
        for signal, confidence in signals:
            place = _place(judged, signal)
            if place in seen or (signal.path and signal.about in undecorated):
                continue
            seen.add(place)
            if tracer and signal.about is not None:
                undecorated.add(signal.about)
            if context.is_test and signal.rule.category in _COSTLY:
                continue
            if is_wanted(context.callers, context.module, signal.node, judged.function):
                continue
            if tracer and not is_granted(context.callers, judged.function, signal):
                continue
            message = sentence(signal, judged.function, tracer)
            yield context.finding(signal.rule, signal.node, message, judged.function, confidence, signal)


def _place(judged: Judged, signal: Signal) -> tuple[object, ...]:
    """What is reported once: a place, an argument, all changes of which are to be made to one copy, or a name that is written."""
    if signal.rule.code in _PER_ARGUMENT and signal.param >= 0:
        return signal.rule.code, judged.function, signal.param
    if signal.rule.code in _PER_TARGET and not signal.path:
        return signal.rule.code, judged.function, signal.short
    return signal.rule.code, signal.node.lineno, signal.node.col_offset  # type: ignore[attr-defined]


def _traced(context: Context) -> Iterator[tuple[Judged, str]]:
    """Functions that are surely traced; those that are no tf.function with what traces them."""
    for judged in (*context.judged, *context.traced_lambdas):
        tracer = "" if judged.hybrid else context.judge.coverage.always_traced(judged.function)
        if judged.hybrid or tracer:
            yield judged, tracer


def _sure(judged: Judged, tracer: str) -> Iterator[tuple[Signal, Confidence]]:
    for signal, confidence in judged.signals:
        if confidence < signal.rule.minimum_confidence:
            continue
        if not tracer or _without_decorator(signal, judged):
            yield signal, confidence


def _without_decorator(signal: Signal, judged: Judged) -> bool:
    """Whether the hazard is one of the body, which does not matter who traces."""
    unsafe = (signal.category or signal.rule.category) in _UNSAFE
    return unsafe and signal.rule.code not in _OF_TF_FUNCTION and signal in judged.summary.signals

"""HYB2xx: hazards of traced functions, each on the line in the function that leads to it."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import Category, Signal
from flake8_hybridize.results import Finding
from flake8_hybridize.rules.context import Context
from flake8_hybridize.verdict.decide import Judged
from flake8_hybridize.verdict.messages import sentence

RULES = ()
# A tf.function refuses changed arguments, and may be called again and again; who traces for itself gives copies, anew each time.
_OF_TF_FUNCTION = frozenset(("HYB206", "HYB207"))
_UNSAFE = (Category.RAISES, Category.DIFFERS)


def report(context: Context) -> Iterator[Finding]:
    """Every hazard of every function that is surely traced, once per place and code."""
    seen: set[tuple[str, int, int]] = set()
    for judged in context.judged:
        tracer = "" if judged.hybrid else context.judge.coverage.always_traced(judged.function)
        if not (judged.hybrid or tracer):
            continue
        for signal, confidence in judged.signals:
            place = (signal.rule.code, signal.node.lineno, signal.node.col_offset)  # type: ignore[attr-defined]
            if place in seen or confidence < signal.rule.minimum_confidence:
                continue
            if tracer and not _without_decorator(signal, judged):
                continue
            seen.add(place)
            message = sentence(signal, judged.function, tracer)
            yield context.finding(signal.rule, signal.node, message, judged.function, confidence, signal)


def _without_decorator(signal: Signal, judged: Judged) -> bool:
    """Whether the hazard is one of the body, which does not matter who traces."""
    unsafe = (signal.category or signal.rule.category) in _UNSAFE
    return unsafe and signal.rule.code not in _OF_TF_FUNCTION and signal in judged.summary.signals

"""HYB2xx: hazards of traced functions, each on the line in the function that leads to it."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import Category
from flake8_hybridize.results import Finding
from flake8_hybridize.rules.context import Context
from flake8_hybridize.verdict.messages import sentence

RULES = ()


def report(context: Context) -> Iterator[Finding]:
    """Every hazard of every hybrid function, once per place and code.

    A callback of a dataset is traced without a decorator: of it only what raises is reported.
    """
    seen: set[tuple[str, int, int]] = set()
    for judged in context.judged:
        callback = not judged.hybrid and context.judge.coverage.always_traced(judged.function)
        if not (judged.hybrid or callback):
            continue
        for signal, confidence in judged.signals:
            place = (signal.rule.code, signal.node.lineno, signal.node.col_offset)  # type: ignore[attr-defined]
            if callback and (signal.category or signal.rule.category) is not Category.RAISES:
                continue
            if place in seen or confidence < signal.rule.minimum_confidence:
                continue
            seen.add(place)
            yield context.finding(
                signal.rule,
                signal.node,
                sentence(signal, judged.function),
                judged.function,
                confidence,
                signal,
            )

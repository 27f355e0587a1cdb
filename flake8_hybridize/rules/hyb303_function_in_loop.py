"""HYB303 for callables that are no functions of the project; functions report it with their hazards."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.results import Confidence, Finding
from flake8_hybridize.rules.context import Context
from flake8_hybridize.verdict.boundary.hyb303_function_in_loop import RULE, made_in_loops

RULES = ()


def report(context: Context) -> Iterator[Finding]:
    """On the `tf.function(...)` call."""
    for made in made_in_loops(context.judge.border):
        if made.function is None:
            name = made.maker.qualname if made.maker is not None else "the module"
            message = f"{name} makes a tf.function {made.how}, which traces it anew each time; make it once"
            yield context.finding(RULE, made.node, message, made.maker, Confidence.LIKELY)

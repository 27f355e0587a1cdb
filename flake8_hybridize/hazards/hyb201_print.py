"""HYB201: text written from Python appears once per trace (hazards PY_PRINT)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, text_of
from flake8_hybridize.results import Applicability, Confidence
from flake8_hybridize.source.tree import walk
from flake8_hybridize.tensors.observations import Call

RULE = DETECTORS.declare(
    Rule(
        code="HYB201",
        name="print-in-graph",
        summary="Python output in a traced function appears once per trace",
        category=Category.DIFFERS,
        names=("PY_PRINT",),
        fix=Applicability.UNSAFE,
    )
)
_OF_TRACING = re.compile(r"\b(re-?)?trac(ing|ed)\b", re.IGNORECASE)


@DETECTORS.on_effect("print")
def printed(call: Call, body: Body) -> Iterator[Signal]:
    """Output in Python, unless it says itself that it is about tracing."""
    if says_it_is_traced(call):
        return
    name = call.target.rpartition(".")[2] or text_of(call.node.func)
    yield Signal(
        RULE,
        "PY_PRINT",
        call.node,
        what=f"calls {name}, which runs only while tracing",
        advice="use tf.print",
        short=name,
        confidence=Confidence.PROVED,
        effect="print",
        repairable=True,
    )


def says_it_is_traced(call: Call) -> bool:
    """Whether the output is a text about tracing, which is meant to appear once."""
    texts = [value.const for value in call.args if isinstance(value.const, str)]
    if len(texts) == len(call.args) and any("trac" in text.lower() for text in texts):
        return True
    return any(
        isinstance(node, ast.Constant) and isinstance(node.value, str) and _OF_TRACING.search(node.value)
        for argument in call.node.args
        for node in walk(argument)
    )

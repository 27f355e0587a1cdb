"""HYB202: log records, warnings and progress bars appear once per trace (hazard PY_LOG)."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, text_of
from flake8_hybridize.hazards.hyb201_print import says_it_is_traced
from flake8_hybridize.results import Confidence
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.values import MAYBE, YES

RULE = DETECTORS.declare(
    Rule(
        code="HYB202",
        name="log-in-graph",
        summary="logging, warnings and progress bars in a traced function run once per trace",
        category=Category.DIFFERS,
        names=("PY_LOG",),
    )
)


@DETECTORS.on_effect("log")
def logged(call: Call, body: Body) -> Iterator[Signal]:
    """A log call under a test on Python values tells about the configuration, which tracing does once, too.

    Where a parameter decides, it is one under a test on a tensor only if that parameter is given one.
    """
    if says_it_is_traced(call):
        return
    where = call.where
    configuring = where.static_if or where.tensor_if == MAYBE or "except" in where.context
    yield Signal(
        RULE,
        "PY_LOG",
        call.node,
        what=f"calls {text_of(call.node.func)}, which runs only while tracing",
        advice="log in the caller",
        short=text_of(call.node.func),
        condition=where.tensor_if if where.tensor_if > 0 else YES,
        confidence=Confidence.GUESS if configuring else Confidence.PROVED,
        effect="log",
        repairable=True,
    )

"""HYB104: a gradient step written inline in an eager loop."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import Category, Rule
from flake8_hybridize.hazards.body import Body
from flake8_hybridize.model.module import Function
from flake8_hybridize.results import Confidence, Decision, Finding
from flake8_hybridize.rules.context import Context
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.verdict.parameters import TENSOR_KINDS

RULE = Rule(
    code="HYB104",
    name="inline-gradient-step",
    summary="a gradient step inline in an eager loop runs operation by operation",
    category=Category.OPPORTUNITY,
)
RULES = (RULE,)


def report(context: Context) -> Iterator[Finding]:
    """One finding per loop that opens a tape and applies gradients itself.

    A function that is handed tensors, or overrides a hook of its framework, may be traced by who calls it.
    """
    if context.is_test:
        return
    yield from _in_body(context, context.program.module_body(context.module), None)
    for judged in context.judged:
        if judged.hybrid or judged.traced_by or judged.verdict.decision is Decision.HYBRIDIZE or judged.function.is_generator:
            continue
        if any(p.kind in TENSOR_KINDS for p in judged.parameters) or context.judge.coverage.is_hook(judged.function):
            continue
        if context.judge.covered_by_proposal(judged.function) or judged.function.name.startswith("test"):
            continue
        yield from _in_body(context, context.program.body(judged.function), judged.function)


def _in_body(context: Context, body: Body, function: Function | None) -> Iterator[Finding]:
    tapes = [seen for seen in _calls(body) if seen.api is not None and seen.api.returns == "tape" and seen.where.loops]
    steps = [seen for seen in _calls(body) if seen.method in ("apply_gradients", "minimize") and seen.where.loops]
    if not tapes or not steps:
        return
    name = function.qualname if function is not None else "the module"
    tape, step = tapes[0], steps[0]
    message = (
        f"{name} runs a gradient step inline in a loop (applied in line {step.node.lineno}); "
        "move it into a function with @tf.function"
    )
    yield context.finding(RULE, tape.node, message, function, Confidence.LIKELY)


def _calls(body: Body) -> list[Call]:
    return [seen for seen in body.facts.observations if isinstance(seen, Call)]



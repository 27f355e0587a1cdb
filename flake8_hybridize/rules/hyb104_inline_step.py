"""HYB104: a gradient step written inline in an eager loop."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import Category, Rule, Signal
from flake8_hybridize.hazards.body import Body
from flake8_hybridize.hazards.collect import own_signals
from flake8_hybridize.results import Confidence, Decision, Finding
from flake8_hybridize.rules.context import Context
from flake8_hybridize.verdict.heat import in_loop
from flake8_hybridize.verdict.inline import InlineStep, inline_step
from flake8_hybridize.verdict.judged import Judged
from flake8_hybridize.verdict.parameters import TENSOR_KINDS
from flake8_hybridize.verdict.stretch import Stretch, is_movable

RULE = Rule(
    code="HYB104",
    name="inline-gradient-step",
    summary="a gradient step inline in an eager loop runs operation by operation",
    category=Category.OPPORTUNITY,
)
RULES = (RULE,)
# Tracing a step costs as much time as it saves in some 20 rounds (docs/how-it-decides.md), and the move is work.
WORTH_MOVING = 20


def report(context: Context) -> Iterator[Finding]:
    """One finding per body whose loop opens a tape and applies gradients itself, and could hand that to a function.

    A function that is handed tensors, or overrides a hook of its framework, may be traced by who calls it.
    """
    if context.is_test or not context.wants(RULE):
        return
    body = context.program.module_body(context.module)
    step = inline_step(body)
    if step is not None and _is_movable(context, body, step, own_signals(body)):
        yield context.finding(RULE, step.tape, _message("the module", step), None, Confidence.LIKELY)
    for judged in context.judged:
        function = judged.function
        body = context.program.body(function)
        step = inline_step(body)
        if (
            step is None
            or not _runs_eagerly(context, judged)
            or not _is_movable(context, body, step, context.program.own(function))
        ):
            continue
        yield context.finding(
            RULE, function.node, _message(function.qualname, step), function, Confidence.LIKELY
        )


def _runs_eagerly(context: Context, judged: Judged) -> bool:
    function = judged.function
    if judged.hybrid or judged.traced_by or function.is_generator or judged.decision is Decision.HYBRIDIZE:
        return False
    if any(p.kind in TENSOR_KINDS for p in judged.parameters) or context.judge.coverage.is_hook(function):
        return False
    return context.judge.covered_by_proposal(function) is None


def _is_movable(context: Context, body: Body, step: InlineStep, signals: list[Signal]) -> bool:
    """Whether the step runs often and nothing between the tape and the optimizer needs Python."""
    if not in_loop(step.where, WORTH_MOVING):
        return False
    last = step.apply.end_lineno or step.apply.lineno
    return is_movable(context.program, Stretch(body, step.tape.lineno, last), signals)


def _message(name: str, step: InlineStep) -> str:
    lines = f"lines {step.tape.lineno} to {step.apply.lineno}"
    return (
        f"{name} runs a gradient step inline in its loop ({lines}); move it into a function with @tf.function"
    )

"""HYB104: a gradient step written inline in an eager loop."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import Category, Rule, Signal
from flake8_hybridize.hazards.body import Body
from flake8_hybridize.hazards.collect import own_signals
from flake8_hybridize.hazards.unknowns import unknown_call
from flake8_hybridize.results import Confidence, Decision, Finding
from flake8_hybridize.rules.context import Context
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.verdict.inline import InlineStep, inline_step
from flake8_hybridize.verdict.judged import Judged
from flake8_hybridize.verdict.parameters import TENSOR_KINDS

RULE = Rule(
    code="HYB104",
    name="inline-gradient-step",
    summary="a gradient step inline in an eager loop runs operation by operation",
    category=Category.OPPORTUNITY,
)
RULES = (RULE,)


def report(context: Context) -> Iterator[Finding]:
    """One finding per body whose loop opens a tape and applies gradients itself, and could hand that to a function.

    A function that is handed tensors, or overrides a hook of its framework, may be traced by who calls it.
    """
    if context.is_test or not context.wants(RULE):
        return
    body = context.program.module_body(context.module)
    step = inline_step(body)
    if step is not None and _is_movable(body, step, own_signals(body)):
        yield context.finding(RULE, step.tape, _message("the module", step), None, Confidence.LIKELY)
    for judged in context.judged:
        function = judged.function
        body = context.program.body(function)
        step = inline_step(body)
        if (
            step is None
            or not _runs_eagerly(context, judged)
            or not _is_movable(body, step, context.program.own(function))
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


def _is_movable(body: Body, step: InlineStep, signals: list[Signal]) -> bool:
    """Whether nothing between the tape and the optimizer needs Python: no hazard, nothing unknown."""
    first, last = step.tape.lineno, step.apply.end_lineno or step.apply.lineno
    if any(first <= signal.node.lineno <= last and signal.category in _STOPPING for signal in signals):  # type: ignore[attr-defined]
        return False
    calls = [
        seen
        for seen in body.facts.observations
        if isinstance(seen, Call) and first <= seen.node.lineno <= last
    ]
    unknown = [unknown_call(call, body) for call in calls]
    return all(found is None or found.modellike for found in unknown)


_STOPPING = (None, Category.RAISES, Category.DIFFERS)


def _message(name: str, step: InlineStep) -> str:
    return (
        f"{name} runs a gradient step inline in a loop (tape in line {step.tape.lineno}, applied in line {step.apply.lineno}); "
        "move it into a function with @tf.function"
    )

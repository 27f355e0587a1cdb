"""HYB104: a gradient step written inline in an eager loop."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import Category, Rule
from flake8_hybridize.results import Confidence, Decision, Finding
from flake8_hybridize.rules.context import Context
from flake8_hybridize.verdict.inline import InlineStep
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
    if context.is_test or not context.wants(RULE) or context.program.is_for_tensorflow_1(context.module):
        return
    step = context.judge.movable_step(context.module)
    if step is not None:
        yield context.finding(RULE, step.tape, _message("the module", step), None, Confidence.LIKELY)
    for judged in context.judged:
        function = judged.function
        step = context.judge.movable_step(function)
        if step is not None and _runs_eagerly(context, judged):
            message = _message(function.qualname, step)
            yield context.finding(RULE, function.node, message, function, Confidence.LIKELY)


def _runs_eagerly(context: Context, judged: Judged) -> bool:
    function = judged.function
    if judged.hybrid or judged.traced_by or function.is_generator or judged.decision is Decision.HYBRIDIZE:
        return False
    if context.judge.coverage.is_hook(function):
        return False
    if any(p.kind in TENSOR_KINDS for p in judged.parameters) and not context.judge.heat.runs_eagerly(
        function
    ):
        return False
    return context.judge.covered_by_proposal(function) is None


def _message(name: str, step: InlineStep) -> str:
    lines = f"lines {step.tape.lineno} to {step.last_line}"
    advice = "move it into a function with @tf.function"
    if step.left:
        advice = f"move it into a function with @tf.function, but keep {_kept(step)} in the loop"
    return f"{name} runs a gradient step inline in its loop ({lines}); {advice}"


def _kept(step: InlineStep) -> str:
    lines = [str(first) if first == last else f"{first} to {last}" for first, last in step.left]
    return f"line {lines[0]}" if lines[0].isdigit() and len(lines) == 1 else f"lines {', '.join(lines)}"

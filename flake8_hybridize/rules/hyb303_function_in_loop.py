"""HYB303: a tf.function made again and again."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import Category, Rule
from flake8_hybridize.hazards.body import Body
from flake8_hybridize.model.module import Function
from flake8_hybridize.results import Applicability, Confidence, Finding
from flake8_hybridize.rules.context import Context
from flake8_hybridize.tensors.observations import Call, Define
from flake8_hybridize.verdict.heat import FEW

RULE = Rule(
    code="HYB303",
    name="function-in-loop",
    summary="a tf.function made in a loop is traced anew each time",
    category=Category.SLOWER,
    names=("FUNCTION_IN_LOOP",),
    fix=Applicability.UNSAFE,
)
RULES = (RULE,)


def report(context: Context) -> Iterator[Finding]:
    """`tf.function(...)` or a decorated `def` in a loop or in a function that a loop calls."""
    yield from _in_body(context, context.program.module_body(context.module), None, "")
    for judged in context.judged:
        hot = judged.verdict.heat_evidence if judged.verdict.heat == "hot" else ""
        if judged.hybrid or judged.traced_by:
            continue
        yield from _in_body(context, context.program.body(judged.function), judged.function, hot)


def _in_body(context: Context, body: Body, function: Function | None, hot: str) -> Iterator[Finding]:
    calls = [seen for seen in body.facts.observations if isinstance(seen, Call)]
    called_at_once = {id(seen.node.func) for seen in calls}
    for seen in body.facts.observations:
        looped = seen.where.loops > 0 and seen.where.converted and (not seen.where.trips or seen.where.trips >= FEW)
        if isinstance(seen, Call) and seen.target == "tensorflow.function" and seen.args:
            at_once = id(seen.node) in called_at_once and bool(hot)
            if looped or at_once:
                yield _finding(context, seen.node, function, "in a loop" if looped else f"on every call ({hot})")
        elif isinstance(seen, Define) and looped:
            defined = seen.value.ref
            decoration = context.program.decoration(defined) if isinstance(defined, Function) else None
            if decoration is not None:
                yield _finding(context, decoration.node, function, "in a loop")


def _finding(context: Context, node: object, function: Function | None, where: str) -> Finding:
    name = function.qualname if function is not None else "the module"
    message = f"{name} makes a tf.function {where}, which traces it anew each time; make it once"
    return context.finding(RULE, node, message, function, Confidence.LIKELY)  # type: ignore[arg-type]

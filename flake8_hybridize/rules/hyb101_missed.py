"""HYB101 and HYB103: eager functions that can run as graphs."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import Category, Rule
from flake8_hybridize.results import Applicability, Confidence, Decision, Finding
from flake8_hybridize.rules.context import Context, fitting
from flake8_hybridize.verdict.judged import Judged
from flake8_hybridize.verdict.parameters import TENSOR_KINDS

HOT = Rule(
    code="HYB101",
    name="missed-graph",
    summary="a hot eager function can run as a graph",
    category=Category.OPPORTUNITY,
    fix=Applicability.SAFE,
)
ANY = Rule(
    code="HYB103",
    name="possible-graph",
    summary="an eager function can run as a graph",
    category=Category.OPPORTUNITY,
    opt_in=True,
    fix=Applicability.SAFE,
)
RULES = (HOT, ANY)
MOST = 3


def report(context: Context) -> Iterator[Finding]:
    """One finding per function that should be decorated, on its `def` line."""
    for judged in context.judged:
        if judged.hybrid:
            continue
        rule = HOT if judged.heat.level == "hot" else ANY
        if context.wants(rule) and judged.decision is Decision.HYBRIDIZE:
            yield context.finding(
                rule, judged.function.node, _message(judged), judged.function, judged.confidence
            )


def _message(judged: Judged) -> str:
    name = judged.function.qualname
    heat = judged.heat.evidence if judged.heat.level == "hot" else ""
    full, short = (f", {text}" if text else "" for text in (heat, heat.partition(", ")[0]))
    varies = any(signal.rule.code == "HYB305" for signal, _ in judged.signals)
    decorator = "@tf.function(reduce_retracing=True)" if varies else "@tf.function"
    return fitting(
        [
            f"{name} runs eagerly{about}; decorate it with {decorator}"
            for about in (f" on {_tensors(judged)}{full}", full, short, "")
        ]
    )


def _tensors(judged: Judged) -> str:
    """`the tensors x, y`; arrays are called so as long as there is no tensor."""
    found = [p for p in judged.parameters if p.kind in TENSOR_KINDS and p.confidence >= Confidence.LIKELY]
    if not found:
        return "tensors"
    kind = "array" if all(p.kind == "array" for p in found) else "tensor"
    names = ", ".join(p.name for p in found[:MOST])
    return f"the {kind}{'s' if len(found) > 1 else ''} {names}{' and others' if len(found) > MOST else ''}"

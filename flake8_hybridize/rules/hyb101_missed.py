"""HYB101 and HYB103: eager functions that can run as graphs."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import Category, Rule
from flake8_hybridize.results import Applicability, Confidence, Decision, Finding
from flake8_hybridize.rules.context import Context
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
    tensors = [
        p.name for p in judged.parameters if p.kind in TENSOR_KINDS and p.confidence >= Confidence.LIKELY
    ][:3]
    heat = f", {judged.heat.evidence}" if judged.heat.level == "hot" else ""
    about = (
        f" on the tensors {', '.join(tensors)}"
        if len(tensors) > 1
        else f" on the tensor {tensors[0]}"
        if tensors
        else " on tensors"
    )
    return f"{judged.function.qualname} computes{about} but runs eagerly{heat}; decorate it with @tf.function"

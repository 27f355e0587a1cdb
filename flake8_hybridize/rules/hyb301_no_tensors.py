"""HYB301: a graph that computes no tensor."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import Category, Rule
from flake8_hybridize.results import Applicability, Confidence, Decision, Finding
from flake8_hybridize.rules.context import Context

RULE = Rule(
    code="HYB301",
    name="no-tensor-work",
    summary="the decorated function computes no tensor",
    category=Category.USELESS,
    names=("NO_TENSOR_WORK",),
    fix=Applicability.SAFE,
)
RULES = (RULE,)


def report(context: Context) -> Iterator[Finding]:
    """On the decorator, where it may be removed."""
    for judged in context.judged:
        decoration = context.program.decoration(judged.function)
        if judged.verdict.decision is not Decision.DEHYBRIDIZE or decoration is None:
            continue
        message = f"{judged.verdict.qualname} computes no tensor, so @tf.function only adds cost; remove it"
        yield context.finding(RULE, decoration.node, message, judged.function, Confidence.PROVED)

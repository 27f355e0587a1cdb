"""HYB102: hot eager functions that a few named lines keep from running as graphs."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import Category, Rule
from flake8_hybridize.results import Confidence, Finding, Severity
from flake8_hybridize.rules.context import Context
from flake8_hybridize.verdict.judged import Judged

RULE = Rule(
    code="HYB102",
    name="held-back",
    summary="a hot eager function could run as a graph but for a few lines",
    category=Category.OPPORTUNITY,
    severity=Severity.INFO,
)
RULES = (RULE,)
MOST = 3


def report(context: Context) -> Iterator[Finding]:
    """Functions whose only unmet precondition is that hazards are gone which a person can move."""
    for judged in context.judged if context.wants(RULE) else ():
        if judged.hybrid or judged.heat.level != "hot" or not _only_hazards(judged):
            continue
        signals = [(s, c) for s, c in judged.signals if s.blocks]
        if (
            not signals
            or len(signals) > MOST
            or not all(s.repairable and c >= Confidence.LIKELY for s, c in signals)
        ):
            continue
        places = ", ".join(f"{s.rule.code} line {s.node.lineno} ({s.short})" for s, _ in signals)  # type: ignore[attr-defined]
        message = f"{judged.function.qualname} could run as a graph ({judged.heat.evidence}) but for {places}"
        yield context.finding(RULE, judged.function.node, message, judged.function, Confidence.LIKELY)


def _only_hazards(judged: Judged) -> bool:
    return judged.computes and [p.name for p in judged.preconditions if not p.holds] == ["no hazard"]

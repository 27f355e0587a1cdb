"""HYB102: hot eager functions that a few named lines keep from running as graphs."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import Category, Rule
from flake8_hybridize.results import Confidence, Finding, Severity
from flake8_hybridize.rules.context import Context, fitting
from flake8_hybridize.tensors.values import ARRAY, CONTAINER
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
_PLAIN = ("number", "bool", "string", "none")


def report(context: Context) -> Iterator[Finding]:
    """Functions whose only unmet precondition is that hazards are gone which a person can move."""
    for judged in context.judged if context.wants(RULE) else ():
        if judged.hybrid or judged.heat.level != "hot" or not _only_hazards(judged):
            continue
        if _loads_data(judged):
            continue
        signals = [(s, c) for s, c in judged.signals if s.blocks]
        if (
            not signals
            or len({s.node.lineno for s, _ in signals}) > MOST  # type: ignore[attr-defined]
            or not all(s.repairable and c >= Confidence.LIKELY for s, c in signals)
        ):
            continue
        yield context.finding(
            RULE, judged.function.node, _message(judged), judged.function, Confidence.LIKELY
        )


def _message(judged: Judged) -> str:
    """Names every line, and what is in it if that fits."""
    lines: dict[int, dict[str, list[str]]] = {}
    for signal, _ in judged.signals:
        if signal.blocks:
            codes = lines.setdefault(signal.node.lineno, {})  # type: ignore[attr-defined]
            codes.setdefault(signal.rule.code, []).append(signal.short)
    full = ", ".join(
        f"{' and '.join(dict.fromkeys(shorts))} in line {line} ({code})"
        for line, codes in sorted(lines.items())
        for code, shorts in codes.items()
    )
    short = ", ".join(f"line {line} ({', '.join(codes)})" for line, codes in sorted(lines.items()))
    name = judged.function.qualname
    heat = judged.heat.evidence
    return fitting(
        [
            f"{name}, {why}, could be a tf.function but for {what}"
            for why, what in ((heat, full), (heat, short), (heat.partition(", ")[0], short))
        ]
    )


def _loads_data(judged: Judged) -> bool:
    """Whether it is given nothing but plain Python and hands out arrays: code of the host, such as a loader's `next_batch`."""
    work = judged.summary.work
    given = any(p.kind not in _PLAIN for p in judged.parameters[1 if judged.function.is_method else 0 :])
    returned = judged.judge.program.body(judged.function).facts.returns
    parts = returned.items if returned.kinds == CONTAINER and returned.items else (returned,)
    return not given and not work.tape and not work.optimizer and any(part.kinds & ARRAY for part in parts)


def _only_hazards(judged: Judged) -> bool:
    return judged.computes and [p.name for p in judged.preconditions if not p.holds] == ["no hazard"]

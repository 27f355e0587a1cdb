"""HYB302: a Python number or text that varies at the call sites makes a trace per value."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import Category, Rule
from flake8_hybridize.results import Applicability, Confidence, Finding
from flake8_hybridize.rules.context import Context

RULE = Rule(
    code="HYB302",
    name="literal-argument",
    summary="every value of a Python number or string argument is traced anew",
    category=Category.SLOWER,
    names=("LITERAL_PARAM",),
    fix=Applicability.UNSAFE,
)
RULES = (RULE,)


def report(context: Context) -> Iterator[Finding]:
    """On the decorator (or the `def` line of a function wrapped elsewhere), naming the call."""
    for judged in context.judged:
        decoration = context.program.decoration(judged.function)
        if not judged.hybrid or not judged.literals or _has_signature(decoration):
            continue
        node = decoration.node if decoration is not None else judged.function.node
        names = ", ".join(f"{judged.function.params[i].name} ({text})" for i, text in judged.literals.items())
        message = f"{judged.verdict.qualname} is traced anew for every value of {names}; pass it as tf.constant"
        yield context.finding(RULE, node, message, judged.function, Confidence.LIKELY)


def _has_signature(decoration: object) -> bool:
    return any(name == "input_signature" for name, _ in getattr(decoration, "arguments", ()))

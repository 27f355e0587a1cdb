"""HYB308: a long Python loop over tensor operations is written out in the graph, one copy a round."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, OWN, Category, Rule, Signal
from flake8_hybridize.model.module import Function
from flake8_hybridize.results import Applicability, Confidence
from flake8_hybridize.tensors.observations import Call, Operation
from flake8_hybridize.tensors.values import NO, TENSORLIKE, either, tensorness
from flake8_hybridize.verdict.boundary.base import Border, border
from flake8_hybridize.verdict.boundary.makings import place
from flake8_hybridize.verdict.parameters import classify, resolve

RULE = DETECTORS.declare(
    Rule(
        code="HYB308",
        name="unrolled-loop",
        summary="a Python loop of many rounds is traced round by round",
        category=Category.SLOWER,
        names=("UNROLLED_LOOP",),
        fix=Applicability.UNSAFE,
    )
)
LONG = 64


@border
def unrolled(known: Border, function: Function) -> Iterator[Signal]:
    """Tensor operations of a hybrid function in Python loops of more than 64 rounds together."""
    if not known.program.is_hybrid(function):
        return
    parameters = None
    for seen in known.program.body(function).facts.observations:
        if not isinstance(seen, (Call, Operation)) or seen.where.trips <= LONG or not seen.where.loops:
            continue
        if seen.where.tensor_loop != NO:
            continue
        parameters = parameters or classify(known.program, known.callers, function)
        degree = resolve(_degree(seen), parameters)
        if degree is not None and degree >= Confidence.LIKELY:
            what = (
                f"unrolls a Python loop of {seen.where.trips} rounds into its graph, line {seen.node.lineno}"  # type: ignore[attr-defined]
            )
            yield Signal(
                RULE,
                "UNROLLED_LOOP",
                place(known, function),
                what,
                "use tf.range",
                "a long loop",
                param=OWN,
                blocks=False,
            )
            return


def _degree(seen: Call | Operation) -> int:
    if isinstance(seen, Operation):
        return either(tensorness(seen.left), tensorness(seen.right))
    return tensorness(seen.result) if seen.result.kinds & TENSORLIKE else NO

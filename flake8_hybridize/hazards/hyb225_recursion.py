"""HYB225: recursion that a tensor is meant to end."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, text_of
from flake8_hybridize.tensors.observations import Test
from flake8_hybridize.tensors.values import NO, tensorness

RULE = DETECTORS.declare(
    Rule(
        code="HYB225",
        name="recursion-on-tensor",
        summary="recursion whose end depends on a tensor never ends while tracing",
        category=Category.RAISES,
        names=("RECURSION",),
    )
)


@DETECTORS.on_recursion
def recursive(seen: None, body: Body) -> Iterator[Signal]:
    """A test on a tensor in a function that may reach itself; one bound by a Python number unrolls."""
    for test in body.facts.observations:
        if not isinstance(test, Test) or test.how not in ("if", "while", "ternary"):
            continue
        condition = tensorness(test.value)
        if condition != NO:
            text = text_of(test.node)
            yield Signal(
                RULE, "RECURSION", test.node, f"calls itself until the tensor test {text}, which tracing cannot decide",
                "use tf.while_loop", f"recursion on {text}", condition=condition,
            )  # fmt: skip
            return



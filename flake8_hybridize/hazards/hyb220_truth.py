"""HYB220: a tensor is used for its truth where AutoGraph cannot help."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, text_of
from flake8_hybridize.results import Applicability, Confidence
from flake8_hybridize.tensors.iteration import is_nest
from flake8_hybridize.tensors.observations import Operation, Test
from flake8_hybridize.tensors.values import CONTAINER, NO, NONE, STRING, UNKNOWN, tensorness

RULE = DETECTORS.declare(
    Rule(
        code="HYB220",
        name="tensor-truth",
        summary="a tensor that is no bool, or a place that AutoGraph does not convert, is tested for truth",
        category=Category.RAISES,
        names=("TENSOR_TRUTH",),
        fix=Applicability.SAFE,
    )
)


@DETECTORS.on(Test)
def tested(test: Test, body: Body) -> Iterator[Signal]:
    """Non-bool tensors, and any tensor inside a lambda or comprehension."""
    value = test.value
    if test.how == "assert" or is_nest(value) or value.kinds & CONTAINER:
        return
    text = text_of(test.node)
    condition = tensorness(value)
    if not test.where.converted:
        yield _signal(test, f"tests the tensor {text} where AutoGraph does not convert it", text, condition, Confidence.LIKELY)
    elif value.dtype and value.dtype != "bool" and not value.kinds & NONE:
        yield _signal(test, f"tests the {value.dtype} tensor {text} for truth", text, condition, Confidence.LIKELY)
    elif test.how == "or" and not value.dtype and not value.kinds & (UNKNOWN | NONE):
        yield _signal(test, f"takes `{text} or …` of a tensor", text, condition, Confidence.GUESS)
    elif not value.dtype and not value.kinds & (UNKNOWN | NONE):
        yield _signal(test, f"tests the tensor {text} for truth", text, condition, Confidence.GUESS)


def _signal(test: Test, what: str, text: str, condition: int, confidence: Confidence) -> Signal:
    return Signal(
        RULE, "TENSOR_TRUTH", test.node, f"{what}, which raises when traced", "compare it: `!= 0`", text,
        condition=condition, confidence=confidence, needs_evidence=True,
    )  # fmt: skip


@DETECTORS.on(Operation)
def contained(seen: Operation, body: Body) -> Iterator[Signal]:
    """`x in [..]` and `3 in x` ask a tensor for its truth."""
    if seen.operator not in ("in", "not in"):
        return
    left, right = tensorness(seen.left), tensorness(seen.right)
    condition = right if right != NO and not seen.right.kinds & CONTAINER else left
    if is_nest(seen.right) or is_nest(seen.left) or seen.left.kinds == STRING:
        return
    text = text_of(seen.node)
    yield Signal(
        RULE, "TENSOR_TRUTH", seen.node, f"asks `{text}` of a tensor, which raises when traced", "use tf.reduce_any(t == v)",
        text, condition=condition,
    )  # fmt: skip

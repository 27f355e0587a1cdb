"""HYB220: a tensor is used for its truth where AutoGraph cannot help."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, text_of
from flake8_hybridize.results import Applicability, Confidence
from flake8_hybridize.tensors.iteration import is_nest
from flake8_hybridize.tensors.observations import Call, Operation, Test
from flake8_hybridize.tensors.values import (
    CONTAINER,
    EAGER_NUMBER,
    FLOATING,
    NO,
    NONE,
    NUMERIC,
    STRING,
    UNKNOWN,
    YES,
    tensorness,
)

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
    """Tensors that are no bool, and any tensor in the `if` of a comprehension, which alone is not converted."""
    value = test.value
    if test.how == "assert" or is_nest(value) or value.kinds & CONTAINER:
        return
    if test.how == "filter":
        text = text_of(test.node)
        yield _signal(
            test, f"filters by the tensor {text}, which AutoGraph does not convert,", text, Confidence.LIKELY
        )
        return
    number = value.dtype or value.extra in (NUMERIC, FLOATING, EAGER_NUMBER)
    if value.kinds & NONE or value.dtype == "bool" or not (number or test.how == "or"):
        return
    text = text_of(test.node)
    if number:
        yield _signal(test, f"tests the tensor {text}, which is no bool,", text, Confidence.LIKELY)
    elif test.how == "or" and not value.kinds & UNKNOWN:
        yield _signal(test, f"takes `{text} or …` of a tensor", text, Confidence.GUESS)
    elif test.how == "or" and value.param >= 0 and _or_tensor(test, body):
        signal = _signal(test, f"takes `{text} or …` of what may be a tensor,", text, Confidence.GUESS)
        yield signal._replace(needs_evidence=False)


def _or_tensor(test: Test, body: Body) -> bool:
    """Whether the other side of `or` is a tensor, and the parameter has no default that says it may be none."""
    function, choice = body.function, body.parents.get(test.node)
    if function is None or not isinstance(choice, ast.BoolOp):
        return False
    if function.params[test.value.param].default is not None:
        return False
    last = choice.values[-1]
    return any(call.node is last and tensorness(call.result) == YES for call in body.seen(Call))


@DETECTORS.on_target("builtins.bool")
def converted(call: Call, body: Body) -> Iterator[Signal]:
    """`bool(t)`: unlike int, float, len and abs it is not converted."""
    if len(call.args) == 1 and not is_nest(call.args[0]):
        yield Signal(
            RULE, "TENSOR_TRUTH", call.node, f"calls bool on the tensor {text_of(call.node.args[0])}, which raises when traced",
            "use the tensor itself", text_of(call.node), condition=tensorness(call.args[0]), alone=True,
        )  # fmt: skip


def _signal(test: Test, what: str, text: str, confidence: Confidence) -> Signal:
    advice = "use tf.boolean_mask or tf.where" if test.how == "filter" else "compare it: `!= 0`"
    return Signal(
        RULE, "TENSOR_TRUTH", test.node, f"{what} which raises when traced", advice, text,
        condition=tensorness(test.value), confidence=confidence, needs_evidence=True, alone=True,
    )  # fmt: skip


@DETECTORS.on(Operation)
def contained(seen: Operation, body: Body) -> Iterator[Signal]:
    """`x in [..]` and `3 in x` ask a tensor for its truth."""
    if seen.operator not in ("in", "not in"):
        return
    left, right = tensorness(seen.left), tensorness(seen.right)
    condition = right if right != NO and not seen.right.kinds & CONTAINER else left
    if condition == NO or is_nest(seen.right) or is_nest(seen.left) or seen.left.kinds == STRING:
        return
    text = text_of(seen.node)
    yield Signal(
        RULE, "TENSOR_TRUTH", seen.node, f"asks `{text}` of a tensor, which raises when traced", "use tf.reduce_any(t == v)",
        text, condition=condition, alone=True,
    )  # fmt: skip

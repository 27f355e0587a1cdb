"""HYB212: what exists on eager tensors and in Keras' own loops only."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, text_of
from flake8_hybridize.results import Confidence
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.values import (
    ARRAY,
    DATASET,
    MAYBE,
    OUTER,
    TENSOR,
    UNKNOWN,
    VARIABLE,
    YES,
    tensorness,
)

RULE = DETECTORS.declare(
    Rule(
        code="HYB212",
        name="eager-only-in-graph",
        summary="eager-only methods raise in a traced function",
        category=Category.RAISES,
        names=("EAGER_ONLY", "KERAS_LOOP_API"),
    )
)
_LOOPS = ("fit", "evaluate", "predict", "train_on_batch", "test_on_batch", "predict_on_batch")
"""They change the model, run callbacks and tell how far they are."""
_TRACED = TENSOR | VARIABLE | ARRAY | UNKNOWN


@DETECTORS.on_effect("eager-only")
def eager_only(call: Call, body: Body) -> Iterator[Signal]:
    """`.numpy()` and friends on a traced value; a constant from outside the call keeps them."""
    subject = call.receiver if call.method and not call.target else call.args[0] if call.args else None
    if call.method == "set_weights":
        yield _set_weights(call)
        return
    lacks = "which a traced value does not have"
    if subject is None or subject.kinds & DATASET:
        condition = YES
    elif subject is call.receiver and not subject.kinds & _TRACED:
        condition, lacks = YES, "which works in eager code only"
    elif subject.origin == OUTER and subject.kinds & TENSOR and not subject.kinds & VARIABLE:
        return
    else:
        condition = tensorness(subject)
    confidence = Confidence.LIKELY
    if call.method == "numpy" and condition == MAYBE:
        condition, confidence = (
            YES,
            Confidence.GUESS if subject is not None and subject.origin == OUTER else Confidence.LIKELY,
        )
    text = text_of(call.node.func)
    yield Signal(
        RULE, "EAGER_ONLY", call.node, f"calls {text}, {lacks}", "do it in the caller",
        text, condition=condition, confidence=confidence, repairable=True,
    )  # fmt: skip


@DETECTORS.on_effect("keras-loop")
def keras_loop(call: Call, body: Body) -> Iterator[Signal]:
    """`fit`, `predict`, `save`, `get_weights` … of Keras models and layers."""
    text = text_of(call.node.func)
    if call.method == "set_weights":
        yield _set_weights(call)
        return
    yield Signal(
        RULE,
        "KERAS_LOOP_API",
        call.node,
        f"calls {text}, which runs eagerly only",
        "call it outside of tf.function",
        text,
        effect="io" if call.method.startswith("save") else "host" if call.method in _LOOPS else "",
    )


def _set_weights(call: Call) -> Signal:
    """Keras 3 assigns tensors in a graph as well, Keras 2 makes arrays of them first: enough not to propose it."""
    text = text_of(call.node.func)
    return Signal(
        RULE, "KERAS_LOOP_API", call.node, f"calls {text}, which runs eagerly only with Keras 2",
        "assign to the variables in a loop", text, confidence=Confidence.GUESS,
    )  # fmt: skip


@DETECTORS.on_method("numpy")
def numpy_of_unknown(call: Call, body: Body) -> Iterator[Signal]:
    """`.numpy()` exists on tensors and variables only, so an unknown receiver is one."""
    if call.api is not None or call.functions or call.receiver is None or call.target:
        return
    condition = tensorness(call.receiver)
    text = text_of(call.node.func)
    confidence = Confidence.GUESS if call.receiver.origin == OUTER else Confidence.LIKELY
    yield Signal(
        RULE, "EAGER_ONLY", call.node, f"calls {text}, which a traced value does not have", "do it in the caller",
        text, condition=YES if condition == MAYBE or condition > 0 else condition, confidence=confidence, repairable=True,
    )  # fmt: skip

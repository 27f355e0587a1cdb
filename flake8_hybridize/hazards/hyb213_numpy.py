"""HYB213: NumPy, SciPy, math and other array libraries on a traced tensor."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, text_of
from flake8_hybridize.knowledge import lookup
from flake8_hybridize.results import Applicability, Confidence
from flake8_hybridize.tensors.observations import Call, Store
from flake8_hybridize.tensors.values import (
    ARRAY,
    MAYBE,
    NO,
    OUTER,
    TENSOR,
    UNKNOWN,
    Value,
    either,
    holds_tensors,
    tensorness,
)

RULE = DETECTORS.declare(
    Rule(
        code="HYB213",
        name="numpy-on-tensor",
        summary="NumPy and other host libraries cannot take a traced tensor",
        category=Category.RAISES,
        names=("NUMPY_ON_TENSOR", "NP_ARG_API"),
        fix=Applicability.UNSAFE,
    )
)
NDARRAY_METHODS = frozenset(
    "astype tolist item ravel flatten squeeze mean sum max min std var reshape argmax argmin transpose dot clip cumsum "
    "cumprod argsort nonzero tobytes swapaxes prod ptp conj".split()
)


@DETECTORS.on(Call)
def converts(call: Call, body: Body) -> Iterator[Signal]:
    """An argument is turned into an array, which a symbolic tensor refuses."""
    if not call.target or not _converting(call):
        return
    condition = NO
    for value in (*call.args, *call.kwargs.values()):
        if not is_constant(value):
            condition = either(condition, holds_tensors(value))
    if condition == NO:
        return
    text = text_of(call.node.func)
    yield Signal(
        RULE, "NUMPY_ON_TENSOR", call.node, f"calls {text} on a traced tensor, which it cannot convert",
        "use the TensorFlow function", text, condition=condition, repairable=True,
    )  # fmt: skip


@DETECTORS.on_target("tensorflow.constant")
def constant(call: Call, body: Body) -> Iterator[Signal]:
    """`tf.constant(x)` makes a constant of an array or an eager tensor, not of what is a tensor in the trace."""
    value = call.args[0] if call.args else call.kwargs.get("value")
    if value is None or is_constant(value):
        return
    condition = holds_tensors(value) if value.items is not None else tensorness(value)
    if condition not in (NO, MAYBE):
        text = text_of(call.node)
        yield Signal(
            RULE, "NUMPY_ON_TENSOR", call.node, f"makes a constant of a traced tensor ({text}), which raises", "use tf.convert_to_tensor",
            text, condition=condition, needs_evidence=True,
        )  # fmt: skip


def is_constant(value: Value) -> bool:
    """An eager tensor from outside the call is a constant of the trace, which NumPy takes."""
    return value.origin == OUTER and value.kinds == TENSOR


def _converting(call: Call) -> bool:
    if call.target.startswith(("builtins.", "math.")):
        return False
    if call.api is not None:
        flags = call.api.flags.split()
        if "converts" in flags:
            return True
        if "static" in flags or "pure" in flags:
            return False
    return lookup.package(call.target) == "converts"


@DETECTORS.on_method(*sorted(NDARRAY_METHODS))
def array_method(call: Call, body: Body) -> Iterator[Signal]:
    """ndarray methods on a parameter: the array is a tensor in the trace and has none of them.

    An eager tensor has none of them either, unless the program gave it some: then a traced one has them, too.
    """
    receiver = call.receiver
    if receiver is None or call.functions or call.target:
        return
    condition = tensorness(receiver)
    if (receiver.kinds & ARRAY and receiver.deps) or (receiver.kinds & UNKNOWN and receiver.deps):
        confidence = Confidence.LIKELY
    else:
        return
    text = text_of(call.node.func)
    yield Signal(
        RULE, "NP_ARG_API", call.node, f"calls {text} of an argument that is a tensor when traced", "use the TensorFlow function",
        text, condition=condition, confidence=confidence, only="ndarray",
    )  # fmt: skip


@DETECTORS.on(Store)
def array_item(store: Store, body: Body) -> Iterator[Signal]:
    """`x[i] = v` on an array argument."""
    if (
        store.how == "item"
        and store.base.kinds & (ARRAY | UNKNOWN)
        and store.base.deps
        and store.base.param >= 0
    ):
        yield Signal(
            RULE, "NP_ARG_API", store.node, f"assigns {text_of(store.node)}, but a traced tensor cannot be assigned to",
            "use tf.tensor_scatter_nd_update", text_of(store.node), condition=store.base.deps, effect="mutation", only="array",
        )  # fmt: skip


@DETECTORS.on(Store)
def stored_in_array(store: Store, body: Body) -> Iterator[Signal]:
    """`array[i] = tensor` on an array of NumPy, which asks the tensor for its number."""
    if (
        store.how == "item"
        and store.base.kinds == ARRAY
        and not store.base.deps
        and not is_constant(store.value)
    ):
        text = text_of(store.node)
        yield Signal(
            RULE, "NUMPY_ON_TENSOR", store.node, f"stores a traced tensor in the array {text}, which raises",
            "make the tensor with tf.stack or tf.concat", text, condition=holds_tensors(store.value),
        )  # fmt: skip

"""HYB241: what comes back from Python code has no static shape."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, text_of
from flake8_hybridize.knowledge import lookup
from flake8_hybridize.results import Applicability
from flake8_hybridize.tensors.observations import Call, Index
from flake8_hybridize.tensors.values import LAYER, NO_CONSTANT, SHAPE, SHAPELESS, Value

RULE = DETECTORS.declare(
    Rule(
        code="HYB241",
        name="host-shape-lost",
        summary="the result of numpy_function or py_function is used where its static shape is needed",
        category=Category.RAISES,
        names=("HOST_SHAPE_LOST",),
        fix=Applicability.DISPLAY,
    )
)


@DETECTORS.on(Call)
def layer_or_unstack(call: Call, body: Body) -> Iterator[Signal]:
    """A layer with weights, or tf.unstack without a number."""
    if not call.args or call.args[0].extra != SHAPELESS:
        return
    if _has_weights(call.callee) or (call.target == "tensorflow.unstack" and "num" not in call.kwargs):
        yield _signal(call, f"gives {text_of(call.node.func)} the result of a Python function, whose shape is not known")


@DETECTORS.on(Index)
def dimension(seen: Index, body: Body) -> Iterator[Signal]:
    """`y.shape[0]`, which is None."""
    if seen.base.kinds == SHAPE and seen.base.extra == SHAPELESS and seen.index.const is not NO_CONSTANT:
        if not seen.where.static_if:
            yield _signal(seen, f"reads {text_of(seen.node)} of what a Python function returned, which is None")


def _signal(seen: Call | Index, what: str) -> Signal:
    return Signal(RULE, "HOST_SHAPE_LOST", seen.node, what, "restore it by tf.ensure_shape", "a lost shape")


def _has_weights(callee: Value) -> bool:
    api = lookup.api(callee.ref) if callee.kinds & LAYER and isinstance(callee.ref, str) else None
    return api is not None and "layer-variables" in api.flags.split()

"""HYB241: what comes back from Python code has no static shape, not even a rank; what data decides on has no sizes.

Run on TensorFlow 2.21: `y.shape[0]` is None, `y.shape` has neither length nor list; Keras models, losses and metrics
ask for the rank, and so do its layers but for a few that work element by element.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, text_of
from flake8_hybridize.hazards.lost_dimension import is_needed
from flake8_hybridize.source.tree import walk
from flake8_hybridize.tensors.iteration import is_nest
from flake8_hybridize.tensors.observations import Call, Index, Iterate, Loop
from flake8_hybridize.tensors.values import (
    INSTANCE,
    LAYER,
    LOSS,
    METRIC,
    MODEL,
    NO_CONSTANT,
    SHAPE,
    SHAPELESS,
    TENSOR,
    YES,
    Open,
    Value,
)

RULE = DETECTORS.declare(
    Rule(
        code="HYB241",
        name="host-shape-lost",
        summary="a static shape is needed that is not known while tracing",
        category=Category.RAISES,
        names=("HOST_SHAPE_LOST",),
    )
)
_ELEMENTWISE = frozenset(
    f"keras.layers.{name}"
    for name in "Activation ReLU LeakyReLU ELU Dropout GaussianNoise GaussianDropout AlphaDropout Rescaling Normalization "
    "Embedding Identity Lambda ActivityRegularization Discretization Hashing StringLookup IntegerLookup TextVectorization "
    "Layer Wrapper TFSMLayer RNN".split()
)
_LOSSES = frozenset(
    f"keras.{module}.{name}"
    for module in ("losses", "metrics")
    for name in "mse mae mean_squared_error mean_absolute_error binary_crossentropy categorical_crossentropy "
    "sparse_categorical_crossentropy huber".split()
)
_RANKED = frozenset(f"tensorflow.image.{name}" for name in ("resize", "central_crop", "total_variation"))
# They take a shape and make it a tensor.
_SHAPED = frozenset(
    f"tensorflow.{name}"
    for name in "zeros ones fill reshape broadcast_to random.normal random.uniform random.truncated_normal "
    "random.stateless_normal random.stateless_uniform".split()
) | {"builtins.len", "builtins.list", "builtins.tuple"}


def _is_lost(value: Value) -> bool:
    return value.extra == SHAPELESS and value.kinds == TENSOR


def _is_lost_shape(value: Value) -> bool:
    return value.extra == SHAPELESS and value.kinds == SHAPE


@DETECTORS.on(Call)
def consumed(call: Call, body: Body) -> Iterator[Signal]:
    """A layer, a model, a loss, an operation that asks for the rank; the shape made a list or a tensor."""
    values = (*call.args, *call.kwargs.values())
    if SHAPELESS in [value.extra for value in values]:
        text = text_of(call.node.func)
        if any(map(_is_lost, values)) and _needs_shape(call):
            yield _signal(call, f"gives {text} a tensor whose rank is not known while tracing")
        elif any(map(_is_lost_shape, values)) and call.target in _SHAPED:
            yield _signal(call, f"gives {text} a shape that is not known while tracing")
    elif call.method == "as_list" and call.receiver is not None and _is_lost_shape(call.receiver):
        yield _signal(call, "asks for a shape that is not known while tracing")


def _needs_shape(call: Call) -> bool:
    callee = call.callee
    if callee.kinds & (LAYER | MODEL | LOSS | METRIC) and not callee.kinds & INSTANCE:
        return _is_of_keras(callee) and callee.ref not in _ELEMENTWISE
    receiver = call.receiver
    if call.method == "update_state" and receiver is not None and not receiver.kinds & INSTANCE:
        return _is_of_keras(receiver)
    if call.target == "tensorflow.unstack":
        return "num" not in call.kwargs and len(call.args) < 2
    if call.target == "tensorflow.boolean_mask":
        return _is_lost(call.args[1]) if len(call.args) > 1 else False
    return call.target in _LOSSES or call.target in _RANKED


def _is_of_keras(value: Value) -> bool:
    return isinstance(value.ref, str) and value.ref.startswith("keras.")


@DETECTORS.on(Index)
def dimension(seen: Index, body: Body) -> Iterator[Signal]:
    """`y.shape[0]`, which is None, where a number is needed."""
    if not _is_lost_shape(seen.base) or seen.where.static_if:
        return
    if seen.index.const is not NO_CONSTANT and is_needed(seen.node, body):
        yield _signal(seen, f"reads {text_of(seen.node)}, which is None while tracing")


@DETECTORS.on(Index)
def open_dimension(seen: Index, body: Body) -> Iterator[Signal]:
    """`image.shape[1]` of a decoded picture where a number is needed: the file decides on it, and the graph has None."""
    form = seen.base.extra
    if not isinstance(form, Open) or seen.base.kinds != SHAPE or seen.where.static_if:
        return
    if seen.index.const in form.axes and is_needed(seen.node, body):
        text = text_of(seen.node)
        yield Signal(
            RULE, "HOST_SHAPE_LOST", seen.node, f"needs {text}, which depends on data and is None when traced",
            "use tf.shape", f"{text} depends on data",
        )  # fmt: skip


@DETECTORS.on(Iterate)
def iterated(seen: Iterate, body: Body) -> Iterator[Signal]:
    """`rows, columns = y.shape`."""
    if _is_lost_shape(seen.value):
        yield _signal(seen, "iterates over a shape that is not known while tracing")


@DETECTORS.on(Loop)
def carried(loop: Loop, body: Body) -> Iterator[Signal]:
    """A tensor that loses its shape in a loop of the graph."""
    if _is_lost_shape(loop.value):
        yield _signal(loop, "iterates over a shape that is not known while tracing")
    if loop.staged != YES or _has_options(loop.node):
        return
    for name, before in loop.before.items():
        end = loop.end.get(name)
        if end is None or end is before or not _is_lost(end):
            continue
        if before.kinds == TENSOR and not _is_lost(before) and not is_nest(before):
            yield _signal(loop, f"lets {name} lose its shape in a loop, by what a Python function returned")


def _has_options(node: ast.AST) -> bool:
    return any(isinstance(n, ast.Attribute) and n.attr == "set_loop_options" for n in walk(node))


def _signal(seen: Call | Index | Iterate | Loop, what: str) -> Signal:
    return Signal(RULE, "HOST_SHAPE_LOST", seen.node, what, "restore it by tf.ensure_shape", "a lost shape")

"""HYB219: Python iterates over, unpacks, formats or compares a traced tensor."""

from __future__ import annotations

import ast
import math
import string
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, text_of
from flake8_hybridize.model.module import Function
from flake8_hybridize.results import Applicability
from flake8_hybridize.tensors.arguments import plain
from flake8_hybridize.tensors.iteration import is_called, is_dict, is_nest, item_at
from flake8_hybridize.tensors.observations import Call, Format, Iterate
from flake8_hybridize.tensors.values import (
    CALLABLE,
    CONTAINER,
    INSTANCE,
    LAYER,
    MODEL,
    NO,
    NUMBER,
    PROMISED,
    PYITERATOR,
    UNKNOWN,
    UNKNOWN_VALUE,
    VARIABLE,
    YES,
    Value,
    either,
    element,
    holds_tensors,
    tensorness,
)

RULE = DETECTORS.declare(
    Rule(
        code="HYB219",
        name="python-over-tensor",
        summary="comprehensions, unpacking and builtins cannot take a traced tensor",
        category=Category.RAISES,
        names=("TENSOR_ITERATION", "PY_BUILTIN_ON_TENSOR"),
        fix=Applicability.UNSAFE,
    )
)
ITERATING = (
    "enumerate",
    "zip",
    "reversed",
    "map",
    "filter",
    "list",
    "tuple",
    "set",
    "frozenset",
    "iter",
    "dict",
)
_ITERTOOLS = tuple(
    f"itertools.{name}"
    for name in (
        "accumulate chain chain.from_iterable combinations combinations_with_replacement compress cycle dropwhile "
        "filterfalse groupby islice pairwise permutations product starmap takewhile tee zip_longest"
    ).split()
)
REDUCING = ("sum", "min", "max", "any", "all")
CONVERTING = ("round", "complex", "bytes", "divmod")
_PAIRED = LAYER | MODEL | VARIABLE | INSTANCE | CALLABLE
_ORDERED = tuple(f"heapq.{name}" for name in ("heapify", "heappush", "heappushpop", "heapreplace")) + tuple(
    f"bisect.{name}"
    for name in ("bisect", "bisect_left", "bisect_right", "insort", "insort_left", "insort_right")
)
_MATH = tuple(f"math.{name}" for name in dir(math) if not name.startswith("_"))


@DETECTORS.on(Iterate)
def iterated(seen: Iterate, body: Body) -> Iterator[Signal]:
    """Comprehension, unpacking, star: `for` statements alone are converted."""
    if is_nest(seen.value) or seen.value.kinds & (CONTAINER | PYITERATOR) or _is_several_results(seen):
        return
    if seen.how == "comprehension" and seen.value.kinds == UNKNOWN and _lists_weights(seen.node):
        return
    verb = {"unpack": "unpacks", "star": "unpacks"}.get(seen.how, "iterates in a comprehension over")
    text = text_of(seen.node)
    yield Signal(
        RULE, "TENSOR_ITERATION", seen.node, f"{verb} the tensor {text}, which cannot be iterated when traced",
        "use tf.unstack or tf.map_fn", text, condition=tensorness(seen.value), alone=True,
        keyed=seen.value.extra == "loop-item",
    )  # fmt: skip


def _is_several_results(seen: Iterate) -> bool:
    """Whether what is unpacked comes from a call of which nothing is known, or what is promised: several results, not rows."""
    unsure = seen.value == UNKNOWN_VALUE or seen.value.extra == PROMISED
    return seen.how == "unpack" and unsure and isinstance(seen.node, ast.Call)


def _builtin(call: Call, name: str, condition: int) -> Signal:
    iterating = name in ITERATING or name in _ITERTOOLS or name == "functools.reduce"
    return Signal(
        RULE, "TENSOR_ITERATION" if iterating else "PY_BUILTIN_ON_TENSOR", call.node,
        f"calls {name} on a tensor, which raises when traced", "use the TensorFlow function", f"{name}()", condition=condition,
        alone=True,
    )  # fmt: skip


@DETECTORS.on_target(*(f"builtins.{name}" for name in ITERATING), *_ITERTOOLS, "functools.reduce")
def iterating_builtin(call: Call, body: Body) -> Iterator[Signal]:
    """Builtins, and what of `itertools`, iterates over one of its arguments."""
    name = call.target.removeprefix("builtins.")
    args = call.args[1:] if name in ("map", "filter") else call.args
    condition = NO
    for position, value in enumerate(args):
        if is_nest(value) or value.kinds & (CONTAINER | PYITERATOR):
            continue
        if value.kinds == UNKNOWN and _is_python_list(call, position, body):
            continue
        condition = either(condition, tensorness(value))
    yield _builtin(call, name, condition)


def _is_python_list(call: Call, position: int, body: Body) -> bool:
    """Whether an argument of which nothing else is known is the list of a model's weights, or one of callables."""
    if call.target not in ("builtins.enumerate", "builtins.zip") or position >= len(call.node.args):
        return False
    if any(value.kinds == CONTAINER and _holds_objects(element(value)) for value in call.args):
        return True
    return _lists_weights(call.node.args[position]) or _gives_callables(call, position, body)


def _holds_objects(value: Value) -> bool:
    """What layers, variables and the like are paired with is a list with one for each."""
    return bool(value.kinds) and not value.kinds & ~_PAIRED


def _lists_weights(node: ast.AST) -> bool:
    """`model.weights`, `model.layers`: lists of Keras, which nobody iterates over that are tensors."""
    return isinstance(node, ast.Attribute) and node.attr in ("weights", "layers")


def _gives_callables(call: Call, position: int, body: Body) -> bool:
    """Whether a loop over the call calls what this argument gives: no tensor has such items."""
    loop = body.parents.get(call.node)
    if not isinstance(loop, (ast.For, ast.comprehension)) or not isinstance(loop.target, ast.Tuple):
        return False
    place = position + (call.target == "builtins.enumerate")
    target = loop.target.elts[place] if place < len(loop.target.elts) else None
    inside = loop.body if isinstance(loop, ast.For) else (body.parents[loop],)
    return isinstance(target, ast.Name) and is_called(target.id, inside)


@DETECTORS.on_target(*(f"builtins.{name}" for name in REDUCING))
def reducing_builtin(call: Call, body: Body) -> Iterator[Signal]:
    """`max(a, b)` compares, `sum(t)` iterates; `sum` of a list of tensors adds them, which works."""
    name = call.target.rpartition(".")[2]
    condition = NO
    if len(call.args) == 1:
        condition = _single(call.args[0], name)
    elif name in ("min", "max"):
        for value in call.args:
            condition = either(condition, tensorness(value))
    yield _builtin(call, name, condition)


def _single(value: Value, name: str) -> int:
    if is_nest(value):
        return NO
    if value.kinds & (CONTAINER | PYITERATOR):
        if name == "sum" or (value.items is None and value.elem is None):
            return NO
        return tensorness(element(value))
    return tensorness(value)


@DETECTORS.on_method("sort")
@DETECTORS.on_target("builtins.sorted")
def sorting(call: Call, body: Body) -> Iterator[Signal]:
    """Sorting a list compares its items; `sorted` of a tensor is converted."""
    value = call.receiver if call.method == "sort" else call.args[0] if call.args else None
    if value is None or value.kinds != CONTAINER or is_nest(value) or is_dict(value):
        return
    if value.items is None or len(value.items) > 1:
        key = call.kwargs.get("key")
        condition = tensorness(element(value)) if key is None else _key(call, key, element(value), body)
        yield _builtin(call, "sorted" if call.target else "sort", condition)


def _key(call: Call, key: Value, item: Value, body: Body) -> int:
    """Degree to which `key=lambda item: item[0]` gives a tensor; no, where the key is anything that is not known."""
    node = next(keyword.value for keyword in call.node.keywords if keyword.arg == "key")
    part = node.body if isinstance(node, ast.Lambda) else node
    while isinstance(part, ast.UnaryOp):
        part = part.operand
    if not isinstance(part, ast.Subscript) or not isinstance(part.slice, ast.Constant):
        return _given_by(key, item, body)
    found = item_at(item, Value(NUMBER, const=part.slice.value))
    return YES if isinstance(part.value, ast.Name) and holds_tensors(found) == YES else NO


def _given_by(key: Value, item: Value, body: Body) -> int:
    if not isinstance(key.ref, Function):
        return NO
    facts = body.engine.facts(key.ref, ((0, plain(item)),))
    return YES if holds_tensors(facts.returns) == YES else NO


@DETECTORS.on_target(*(f"builtins.{name}" for name in CONVERTING))
def converting_builtin(call: Call, body: Body) -> Iterator[Signal]:
    """`round`, `complex`: unlike int, float, len and abs they are not converted."""
    name = call.target.rpartition(".")[2]
    yield _builtin(call, name, tensorness(call.args[0]) if call.args else NO)


@DETECTORS.on_target(*_MATH, *_ORDERED)
def asked_for_a_value(call: Call, body: Body) -> Iterator[Signal]:
    """The functions of `math` ask a tensor for its number; heaps and sorted lists compare what they hold, in a tuple as well."""
    condition = NO
    for value in call.args:
        condition = either(condition, holds_tensors(value))
    yield _builtin(call, call.target, condition)


@DETECTORS.on(Format)
def formatted(seen: Format, body: Body) -> Iterator[Signal]:
    """A format specification asks the tensor for its number; in a message of raise or assert it never runs."""
    if seen.how not in ("spec", "percent") or "message" in seen.where.context:
        return
    if seen.value.kinds & CONTAINER:
        return
    text = text_of(seen.node)
    yield Signal(
        RULE, "PY_BUILTIN_ON_TENSOR", seen.node, f"formats the tensor {text}, which raises when traced", "use tf.strings.format",
        text, condition=tensorness(seen.value), alone=True,
    )  # fmt: skip


@DETECTORS.on_method("format")
def filled_in(call: Call, body: Body) -> Iterator[Signal]:
    """`"{:.2f}".format(t)`: the same, field by field."""
    text = call.receiver.const if call.receiver is not None else None
    if not isinstance(text, str) or "message" in call.where.context:
        return
    for value in _numbers_wanted(text, call):
        if not value.kinds & CONTAINER:
            yield Signal(
                RULE, "PY_BUILTIN_ON_TENSOR", call.node, f"formats a tensor by {text!r}, which raises when traced",
                "use tf.strings.format", text_of(call.node), condition=tensorness(value), alone=True,
            )  # fmt: skip


def _numbers_wanted(text: str, call: Call) -> Iterator[Value]:
    """The arguments that a format string gives a specification."""
    try:
        fields = [(name, spec) for _, name, spec, _ in string.Formatter().parse(text) if name is not None]
    except ValueError:
        return
    for position, (name, spec) in enumerate(fields):
        index = position if not name else int(name) if name.isdecimal() else -1
        value = call.args[index] if 0 <= index < len(call.args) else call.kwargs.get(name)
        if spec and value is not None:
            yield value

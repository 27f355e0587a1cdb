"""The lattice of abstract values.

A value is a set of kinds (a bit mask) plus what is known beyond: what it refers to, its elements,
a constant, a dtype. `deps` is a bit mask over the parameters of the function being interpreted: an
unknown value with `deps` is a tensor exactly if one of those parameters is given a tensor, so that one
interpretation of a body serves all its callers.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from flake8_hybridize.knowledge.schema import KINDS
from flake8_hybridize.tensors.records import replace as replace

BITS: dict[str, int] = {name: 1 << index for index, name in enumerate(KINDS)}
TENSOR = BITS["tensor"]
VARIABLE = BITS["variable"]
ARRAY = BITS["array"]
NUMBER = BITS["number"]
BOOL = BITS["bool"]
STRING = BITS["string"]
NONE = BITS["none"]
SHAPE = BITS["shape"]
DTYPE = BITS["dtype"]
DATASET = BITS["dataset"]
ITERATOR = BITS["iterator"]
LAYER = BITS["layer"]
MODEL = BITS["model"]
OPTIMIZER = BITS["optimizer"]
METRIC = BITS["metric"]
LOSS = BITS["loss"]
TAPE = BITS["tape"]
TENSORARRAY = BITS["tensorarray"]
STRATEGY = BITS["strategy"]
CALLABLE = BITS["callable"]
CLASS = BITS["class"]
MODULE = BITS["module"]
CONTAINER = BITS["container"]
FUNCTION = BITS["function"]
OBJECT = BITS["object"]
FILE = BITS["file"]
RNG = BITS["rng"]
SYMBOLIC = BITS["symbolic"]
UNKNOWN = BITS["unknown"]
INSTANCE = 1 << len(KINDS)
IMPORT = 1 << (len(KINDS) + 1)
PYITERATOR = 1 << (len(KINDS) + 2)

TENSORLIKE = TENSOR | VARIABLE
STATIC = NUMBER | BOOL | STRING | NONE | SHAPE | DTYPE

# Where a value lives: made in this call, part of a parameter, or outlives the call.
FRESH, PARAM, OUTER, SOMEWHERE = "fresh", "param", "outer", ""

# What AutoGraph makes a tensor and eager code a Python number: `int(t)`, the index of `enumerate(dataset)`, a counter
# of a graph loop.
EAGER_NUMBER = "eager-number"

# A tensor of which not even the rank is known while tracing: it comes from Python code run by the graph.
SHAPELESS = "shapeless"

# A part of a parameter that was unpacked into a fixed number of names (`x, y = batch`).
UNPACKED = "unpacked"
# An object made by calling this very class, and so of none of its subclasses.
EXACT = "exact"
# A parameter of unknown kind into which the body put a list, tuple or dict under some key.
MIXED = "mixed"

# What the variables of Keras 3 are made by (`ref` of their values); they are no tf.Variable.
KERAS_VARIABLE = "keras.Variable"

# A generator of random numbers that was given its seed.
SEEDED = "seeded"

# An attribute of an instance whose name is not known (`getattr(model, name)`), with the class in `extra`.
CHOSEN = "chosen"

# A tensor that only an annotation tells of; annotations of models often leave out that an option makes it several.
PROMISED = "promised"

# A bool that tracing decides: `tf.executing_eagerly()`.
DECIDED = "decided"
# A tensor of unknown dtype that is surely no bool: the result of arithmetic.
NUMERIC = "numeric"
# The same, of some floating dtype: the result of a division or of `tf.exp`.
FLOATING = "floating"

# Degrees of "is a tensor when traced" beside a mask of parameters (a positive integer).
NO, YES, MAYBE = 0, -1, -2


class Open(NamedTuple):
    """`extra` of a tensor, or of its shape, of which these dimensions are None while tracing: data decides on them."""

    axes: tuple[int, ...]


class Varying(NamedTuple):
    """`extra` of a dataset that pads each batch to a length of its own; `parts` tells which parts of it, if it is a tuple."""

    parts: tuple[bool, ...] = ()


class _NoConstant:
    def __repr__(self) -> str:
        return "-"


NO_CONSTANT: Any = _NoConstant()


class Choice(NamedTuple):
    """What a joined value refers to, where it may be one of a few functions, objects or classes of the project."""

    options: tuple[Value, ...]


MAX_OPTIONS = 6


class Value(NamedTuple):
    """One abstract value, joined by `join`. A named tuple, because millions are made."""

    kinds: int
    deps: int = 0
    ref: Any = None
    elem: Value | None = None
    items: tuple[Value, ...] | None = None
    keys: tuple[Any, ...] | None = None
    const: Any = NO_CONSTANT
    dtype: str = ""
    origin: str = SOMEWHERE
    place: str = ""
    param: int = -1
    extra: Any = None

    def __repr__(self) -> str:
        names = [name for name, bit in ALL_BITS.items() if self.kinds & bit] or ["undefined"]
        text = "|".join(names)
        if self.deps:
            text += f"@{self.deps:b}"
        if self.ref is not None:
            text += f":{self.ref}"
        if self.const is not NO_CONSTANT:
            text += f"={self.const!r}"
        if self.items is not None:
            text += "(" + ", ".join(map(repr, self.items)) + ")"
        elif self.elem is not None:
            text += f"[{self.elem!r}]"
        return f"<{text}{' ' + self.origin if self.origin else ''}>"


ALL_BITS = {**BITS, "instance": INSTANCE, "import": IMPORT, "pyiterator": PYITERATOR}
UNDEFINED = Value(0)
UNKNOWN_VALUE = Value(UNKNOWN)
TENSOR_VALUE = Value(TENSOR)
BOOL_TENSOR = Value(TENSOR, dtype="bool")
VARIABLE_VALUE = Value(VARIABLE)
ARRAY_VALUE = Value(ARRAY)
NUMBER_VALUE = Value(NUMBER)
BOOL_VALUE = Value(BOOL)
STRING_VALUE = Value(STRING)
NONE_VALUE = Value(NONE, const=None)
SHAPE_VALUE = Value(SHAPE)
DTYPE_VALUE = Value(DTYPE)
OBJECT_VALUE = Value(OBJECT)
PYITERATOR_VALUE = Value(PYITERATOR)
CALLABLE_VALUE = Value(CALLABLE)

_BY_KIND: dict[str, Value] = {
    "tensor": TENSOR_VALUE,
    "variable": VARIABLE_VALUE,
    "array": ARRAY_VALUE,
    "number": NUMBER_VALUE,
    "bool": BOOL_VALUE,
    "string": STRING_VALUE,
    "none": NONE_VALUE,
    "shape": SHAPE_VALUE,
    "dtype": DTYPE_VALUE,
    "unknown": UNKNOWN_VALUE,
    "object": OBJECT_VALUE,
    "callable": CALLABLE_VALUE,
}


def has_open_shape(value: Value) -> bool:
    """Whether tracing does not know the shape of the tensor, or not all of it."""
    return value.extra == SHAPELESS or isinstance(value.extra, Open)


def of_kind(text: str) -> Value:
    """The value a knowledge row names: `tensor`, `tensor*`, `tensor|none`."""
    known = _BY_KIND.get(text)
    if known is None:
        known = _BY_KIND[text] = _parse_kind(text)
    return known


def _parse_kind(text: str) -> Value:
    if "|" in text:
        parts = [of_kind(part) for part in text.split("|")]
        value = parts[0]
        for part in parts[1:]:
            value = join(value, part)
        return value
    if text.endswith("*"):
        return Value(CONTAINER, elem=of_kind(text[:-1]), origin=FRESH)
    return Value(ALL_BITS.get(text, UNKNOWN))


def join(left: Value, right: Value) -> Value:
    """The least value that covers both; an undefined side gives the other."""
    if left is right or not right.kinds:
        return left
    if not left.kinds:
        return right
    same_const = left.const is right.const or (
        type(left.const) is type(right.const) and left.const == right.const
    )
    same_place = left.origin == right.origin and left.place == right.place and left.param == right.param
    return Value(
        kinds=left.kinds | right.kinds,
        deps=left.deps | right.deps,
        ref=_join_refs(left, right),
        elem=_join_optional(left.elem, right.elem),
        items=_join_items(left, right),
        keys=_join_keys(left, right),
        const=left.const if same_const else NO_CONSTANT,
        dtype=left.dtype if left.dtype == right.dtype else "",
        origin=left.origin if left.origin == right.origin else SOMEWHERE,
        place=left.place if same_place else "",
        param=left.param if same_place else -1,
        extra=_join_extra(left, right),
    )


def _join_extra(left: Value, right: Value) -> Any:
    if "nest" in (left.extra, right.extra):
        return "nest"
    if left.keys != right.keys or "dict" in (left.extra, right.extra):
        return "dict"
    return left.extra if left.extra == right.extra else None


def _join_keys(left: Value, right: Value) -> tuple[Any, ...] | None:
    if left.keys == right.keys or right.kinds == NONE:
        return left.keys
    return right.keys if left.kinds == NONE else None


def _join_refs(left: Value, right: Value) -> Any:
    if left.ref is right.ref or right.kinds == NONE or left.ref == right.ref:
        return left.ref
    if left.kinds == NONE:
        return right.ref
    if left.ref is None or right.ref is None or (isinstance(left.ref, str) and isinstance(right.ref, str)):
        return None
    found = dict.fromkeys((*_options(left), *_options(right)))
    return Choice(tuple(found)) if len(found) <= MAX_OPTIONS else None


def _options(value: Value) -> tuple[Value, ...]:
    if isinstance(value.ref, Choice):
        return value.ref.options
    return (Value(value.kinds & ~NONE, ref=value.ref, extra=value.extra),)


def alternatives(value: Value) -> tuple[Value, ...]:
    """The value once for each thing that it may refer to; mostly the value alone."""
    if not isinstance(value.ref, Choice):
        return (value,)
    return tuple(
        replace(value, kinds=option.kinds, ref=option.ref, extra=option.extra) for option in value.ref.options
    )


def _join_optional(left: Value | None, right: Value | None) -> Value | None:
    if left is None or right is None:
        return left or right
    return join(left, right)


def _join_items(left: Value, right: Value) -> tuple[Value, ...] | None:
    if right.kinds == NONE:
        return left.items
    if left.kinds == NONE:
        return right.items
    if left.items is None or right.items is None or len(left.items) != len(right.items):
        return None
    if left.keys != right.keys:
        return None
    return tuple(join(a, b) for a, b in zip(left.items, right.items))


def element(value: Value) -> Value:
    """What iterating over (or indexing into) a container gives."""
    if value.items is not None:
        joined = UNDEFINED
        for item in value.items:
            joined = join(joined, item)
        return joined if joined.kinds else UNKNOWN_VALUE
    return value.elem or UNKNOWN_VALUE


def container(items: tuple[Value, ...], keys: tuple[Any, ...] | None = None) -> Value:
    """A list, tuple or dict literal made in this call."""
    return Value(CONTAINER, items=items, keys=keys, origin=FRESH)


def located(value: Value, origin: str, place: str = "", param: int = -1) -> Value:
    """The same value, living elsewhere."""
    return replace(value, origin=origin, place=place, param=param)


def outside(value: Value, place: str, depth: int = 0) -> Value:
    """The value as another function sees it in a global, an attribute or a closure.

    Parameters of the function that made it mean nothing there, so `deps` go and an unknown stays unknown.
    """
    if depth > 3:
        return UNKNOWN_VALUE
    return Value(
        kinds=value.kinds,
        ref=value.ref,
        elem=None if value.elem is None else outside(value.elem, place, depth + 1),
        items=None if value.items is None else tuple(outside(i, place, depth + 1) for i in value.items),
        keys=value.keys,
        const=value.const,
        dtype=value.dtype,
        origin=OUTER,
        place=place,
        extra=value.extra,
    )


def tensorness(value: Value) -> int:
    """`YES`, `NO`, `MAYBE` or the mask of parameters that decide whether `value` is a tensor when traced.

    A NumPy array that came in through a parameter is a symbolic tensor in the trace.
    """
    kinds = value.kinds
    if kinds & TENSORLIKE:
        return MAYBE if kinds & (NUMBER | BOOL | SHAPE | STRING | CONTAINER) else YES
    if kinds & UNKNOWN:
        return value.deps or MAYBE
    if kinds & ARRAY and value.deps:
        return value.deps
    return NO


def holds_tensors(value: Value, depth: int = 0) -> int:
    """Like `tensorness`, for a value or anything inside it."""
    result = tensorness(value)
    if result == YES or depth > 3 or not value.kinds & (CONTAINER | DATASET):
        return result
    parts = value.items if value.items is not None else (value.elem,) if value.elem is not None else ()
    for part in parts:
        result = either(result, holds_tensors(part, depth + 1))
    return result


PARTS = 256
"""Bit of parameter `i`: `1 << i` for the value itself, `1 << (i + PARTS)` for what is inside it."""


def parts(mask: int) -> int:
    """The mask of what is inside the parameters of `mask`."""
    whole = mask & ((1 << PARTS) - 1)
    return (mask ^ whole) | whole << PARTS


def either(left: int, right: int) -> int:
    """Degree of `left or right`."""
    if left == YES or right == YES:
        return YES
    if left > 0 or right > 0:
        return max(left, 0) | max(right, 0)
    return MAYBE if MAYBE in (left, right) else NO


def both(left: int, right: int) -> int:
    """Degree of `left and right`; `MAYBE` for two masks neither of which implies the other."""
    if NO in (left, right):
        return NO
    if left == YES:
        return right
    if right == YES or left == right:
        return left
    if left > 0 and _implies(left, right):
        return left
    return right if right > 0 and _implies(right, left) else MAYBE


def _implies(mask: int, other: int) -> bool:
    """Whether one of `other` is a tensor if one of `mask` is: a tensor's items are tensors, too."""
    return other > 0 and not mask & ~(other | other >> PARTS)

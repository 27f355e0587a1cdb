"""Whether two values can be the two outcomes of one graph operation."""

from __future__ import annotations

from flake8_hybridize.tensors.iteration import is_dict, is_nest
from flake8_hybridize.tensors.values import (
    BOOL,
    CALLABLE,
    CLASS,
    CONTAINER,
    DTYPE,
    EAGER_NUMBER,
    FLOATING,
    FUNCTION,
    LAYER,
    LOSS,
    METRIC,
    MODEL,
    NONE,
    NUMBER,
    OPTIMIZER,
    STRING,
    TENSOR,
    UNKNOWN,
    Value,
)

_LITERALS = {"int": "int32", "float": "float32"}
# What no operation can choose, not even between twice the same.
_OBJECTS = CALLABLE | CLASS | DTYPE | FUNCTION | LAYER | LOSS | METRIC | MODEL | OPTIMIZER


def misfit(left: Value, right: Value, depth: int = 0) -> str:
    """In words why the values do not fit together ("a tensor and None"); empty if they may."""
    if not left.kinds or not right.kinds or is_nest(left) or is_nest(right):
        return ""
    if (left.kinds == NONE) != (right.kinds == NONE):
        some = right if left.kinds == NONE else left
        return "" if some.kinds & (NONE | UNKNOWN) else "a value and None"
    if not (left.kinds | right.kinds) & ~_OBJECTS:
        return "Python objects"
    if FLOATING in (left.extra, right.extra):
        other = dtype_of(right if left.extra == FLOATING else left)
        return f"a float and {other}" if other.startswith(("int", "bool", "uint")) else ""
    if (left.kinds | right.kinds) & UNKNOWN:
        return ""
    if left.kinds == CONTAINER and right.kinds == CONTAINER:
        return _structure(left, right, depth)
    if {left.kinds, right.kinds} == {CONTAINER, TENSOR}:
        return "a tensor and a structure of tensors"
    first, second = dtype_of(left), dtype_of(right)
    if first and second and first != second:
        return f"{first} and {second}"
    return ""


def _structure(left: Value, right: Value, depth: int) -> str:
    if left.items is None or right.items is None or is_dict(left) != is_dict(right) or depth > 3:
        return ""
    if is_dict(left) and left.keys is not None and right.keys is not None:
        if set(left.keys) != set(right.keys):
            return "different keys"
        there = dict(zip(right.keys, right.items))
        pairs = [(item, there[key]) for key, item in zip(left.keys, left.items)]
    elif len(left.items) != len(right.items):
        return f"{len(left.items)} and {len(right.items)} parts"
    else:
        pairs = list(zip(left.items, right.items))
    return next(filter(None, (misfit(first, second, depth + 1) for first, second in pairs)), "")


def dtype_of(value: Value) -> str:
    """dtype of the tensor that a branch of a graph makes of the value; empty if it is not known."""
    if value.kinds == NUMBER:
        return _LITERALS.get(value.dtype, "")
    if value.kinds == BOOL:
        return "bool"
    if value.kinds == STRING:
        return "string"
    return value.dtype if value.kinds == TENSOR and value.extra != EAGER_NUMBER else ""

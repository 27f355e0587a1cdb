"""What iterating over a value gives, and whether AutoGraph stages the loop."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from flake8_hybridize.source.tree import walk
from flake8_hybridize.tensors.values import (
    ARRAY,
    ARRAY_VALUE,
    CALLABLE,
    CONTAINER,
    DATASET,
    FRESH,
    INSTANCE,
    ITERATOR,
    LAYER,
    MAYBE,
    METRIC,
    MIXED,
    MODEL,
    NO,
    NO_CONSTANT,
    NUMBER,
    NUMBER_VALUE,
    PARTS,
    SHAPE,
    STRING,
    STRING_VALUE,
    TENSOR,
    TENSOR_VALUE,
    UNKNOWN,
    UNKNOWN_VALUE,
    UNPACKED,
    VARIABLE,
    YES,
    Value,
    element,
    parts,
    replace,
    tensorness,
)

# An element of a dataset whose structure is not known: a tensor, or a tuple or dict of tensors.
NEST = Value(TENSOR, extra="nest")


# Dicts hold settings, layers or named losses, not the steps of a training.
FEW_KEYS = 4
_PARTS_OF_A_MODEL = INSTANCE | LAYER | MODEL | METRIC | CALLABLE


def is_nest(value: Value) -> bool:
    """Whether the value may be a structure of tensors rather than one tensor."""
    return bool(value.extra == "nest")


def is_dict(value: Value) -> bool:
    """Whether the container is a dict, over whose keys Python iterates."""
    return value.keys is not None or value.extra == "dict"


def _keys(value: Value) -> Value:
    if value.keys and all(isinstance(key, str) for key in value.keys):
        return STRING_VALUE
    return UNKNOWN_VALUE


def dict_view(value: Value, name: str) -> Value | None:
    """What `items()`, `values()`, `keys()` and `get()` of a container give."""
    found = element(value)
    if name == "items":
        pair = Value(CONTAINER, items=(_keys(value), found))
        return Value(CONTAINER, elem=pair, origin=FRESH, extra=("range", FEW_KEYS))
    if name == "values":
        return Value(CONTAINER, elem=found, origin=FRESH)
    if name == "keys":
        return Value(CONTAINER, elem=_keys(value), origin=FRESH)
    return found if name in ("get", "pop", "setdefault", "popleft") else None


def staging(value: Value) -> int:
    """Degree to which a `for` over the value becomes a graph loop."""
    if value.kinds & (DATASET | ITERATOR) or value.extra == "staged":
        return YES
    if value.extra == "perhaps-staged":
        return MAYBE
    if value.kinds & CONTAINER:
        return NO
    return tensorness(value)


def element_of_iteration(value: Value) -> Value:
    """One element, as the loop target sees it."""
    kinds = value.kinds
    if kinds & CONTAINER and is_dict(value):
        return _keys(value)
    if kinds & CONTAINER and (value.elem is not None or value.items is not None):
        return element(value)
    if kinds & (DATASET | ITERATOR):
        return value.elem or NEST
    if kinds & TENSOR:
        return value if is_nest(value) else Value(TENSOR, dtype=value.dtype)
    if kinds & UNKNOWN:
        return Value(UNKNOWN, deps=parts(value.deps), extra="loop-item")
    if kinds & VARIABLE:
        return Value(TENSOR, dtype=value.dtype)
    if kinds & ARRAY:
        return Value(ARRAY, deps=value.deps, dtype=value.dtype) if value.deps or value.dtype else ARRAY_VALUE
    if kinds & (SHAPE | NUMBER):
        return NUMBER_VALUE
    if kinds & STRING:
        return STRING_VALUE
    return value.elem or UNKNOWN_VALUE


def item_at(value: Value, index: Value) -> Value:
    """`value[index]`."""
    kinds = value.kinds
    if kinds & CONTAINER:
        return _container_item(value, index)
    if kinds & TENSOR:
        if is_nest(value) or index.kinds == STRING:
            return NEST
        return Value(TENSOR, dtype=value.dtype)
    if kinds & SHAPE:
        return Value(SHAPE) if index.extra == "slice" else NUMBER_VALUE
    if kinds & ARRAY:
        return TENSOR_VALUE if tensorness(index) == YES else Value(ARRAY, deps=value.deps, dtype=value.dtype)
    if kinds & STRING:
        return STRING_VALUE
    if kinds & UNKNOWN:
        if value.extra == MIXED:
            return UNKNOWN_VALUE
        deps = value.deps if index.extra == "slice" else parts(value.deps)
        return Value(UNKNOWN, deps=deps, origin=value.origin, place=value.place)
    return element_of_iteration(value)


def _container_item(value: Value, index: Value) -> Value:
    if value.items is not None and index.const is not NO_CONSTANT:
        if value.keys is not None:
            for key, item in zip(value.keys, value.items):
                if key == index.const:
                    return item
        elif isinstance(index.const, int) and -len(value.items) <= index.const < len(value.items):
            return value.items[index.const]
    if index.extra == "slice":
        elem = element(value)
        return Value(CONTAINER, elem=elem, origin=FRESH)
    found = element(value)
    if found is UNKNOWN_VALUE:
        return Value(UNKNOWN, deps=parts(value.deps), origin=value.origin, place=value.place)
    return found


def of_callables(value: Value, target: ast.expr, body: Iterable[ast.AST]) -> Value:
    """The value looped over, a container if nothing is known of it and the loop calls its items: no tensor has such."""
    if value.kinds != UNKNOWN or not isinstance(target, ast.Name):
        return value
    if not is_called(target.id, body):
        return value
    return Value(CONTAINER, elem=element_of_iteration(value), origin=value.origin)


def is_called(name: str, body: Iterable[ast.AST]) -> bool:
    """Whether the nodes call the local `name`."""
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
        for root in body
        for node in walk(root)
    )


def unpack(value: Value, count: int) -> list[Value]:
    """The parts of `a, b = value`."""
    if value.items is not None and value.keys is None and len(value.items) == count:
        return list(value.items)
    part = element_of_iteration(value)
    whole = value.extra == UNPACKED or value.deps < 1 << PARTS
    return [replace(part, extra=UNPACKED) if whole and part.kinds & UNKNOWN else part] * count


def round_count(value: Value) -> int:
    """Known number of rounds of a loop over the value; 0 if unknown."""
    if isinstance(value.extra, tuple) and value.extra[:1] == ("range",):
        return int(value.extra[1])
    if value.items is not None:
        return len(value.items)
    if value.extra == "dict" or (value.elem is not None and value.elem.kinds & _PARTS_OF_A_MODEL):
        return FEW_KEYS
    return 0

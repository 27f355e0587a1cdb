"""Datasets: what their elements are after they were made or transformed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_hybridize.tensors.iteration import NEST, element_of_iteration, is_nest
from flake8_hybridize.tensors.values import (
    ARRAY,
    BOOL,
    CONTAINER,
    DATASET,
    FRESH,
    NONE,
    NUMBER,
    STRING,
    TENSOR,
    TENSOR_VALUE,
    UNKNOWN_VALUE,
    Value,
    Varying,
    container,
)

if TYPE_CHECKING:
    from flake8_hybridize.tensors.calls import Site
    from flake8_hybridize.tensors.interpret import Frame


def slices(frame: Frame, site: Site) -> Value:
    """`from_tensor_slices`: the structure of the argument, of one row each."""
    listed = bool(site.node.args) and isinstance(site.node.args[0], ast.List)
    elem = TENSOR_VALUE if listed else _sliced(site.args[0], 0) if site.args else NEST
    return Value(DATASET, elem=elem, origin=FRESH)


def _sliced(value: Value, depth: int) -> Value:
    if (
        depth < 3
        and value.kinds & CONTAINER
        and value.items is not None
        and any(i.kinds & ~(NUMBER | STRING | BOOL) for i in value.items)
    ):
        return Value(CONTAINER, items=tuple(_sliced(i, depth + 1) for i in value.items), keys=value.keys)
    return TENSOR_VALUE if value.kinds & (TENSOR | ARRAY | CONTAINER) else NEST


def _windows(elem: Value) -> Value:
    """What `window` makes of an element: a dataset for each of its tensors."""
    if elem.kinds & CONTAINER and elem.items is not None:
        return Value(CONTAINER, items=tuple(map(_windows, elem.items)), keys=elem.keys)
    return UNKNOWN_VALUE if is_nest(elem) else Value(DATASET, elem=elem)


def dataset_zip(frame: Frame, site: Site) -> Value:
    """`Dataset.zip`: a tuple of the elements."""
    parts = site.args[0].items if len(site.args) == 1 and site.args[0].items is not None else site.args
    return Value(DATASET, elem=container(tuple(element_of_iteration(part) for part in parts)), origin=FRESH)


def _padded_freely(site: Site) -> Varying | None:
    """What `padded_batch` pads to the longest of each batch; None: nothing."""
    shapes = site.kwargs.get("padded_shapes") or (site.args[1] if len(site.args) > 1 else None)
    if shapes is None:
        return Varying()
    parts = shapes.items or ()
    if parts and all(part.kinds == CONTAINER for part in parts):  # a shape for each part of the elements
        found = tuple(map(_leaves_open, parts))
        return Varying(found) if any(found) else None
    return Varying() if _leaves_open(shapes) else None


def _leaves_open(shapes: Value) -> bool:
    """Whether a shape, or one in a structure of shapes, has a size that is not given."""
    return shapes.kinds == NONE or any(map(_leaves_open, shapes.items or ()))


def dataset_result(frame: Frame, method: str, receiver: Value, site: Site) -> Value:
    """The dataset after a transformation, with the type of its elements; what `reduce` makes of them."""
    keeps = (
        "batch",
        "shuffle",
        "repeat",
        "prefetch",
        "take",
        "skip",
        "cache",
        "filter",
        "with_options",
        "shard",
        "padded_batch",
    )
    if method in keeps:
        varies = _padded_freely(site) if method == "padded_batch" else receiver.extra
        return Value(DATASET, elem=receiver.elem, origin=FRESH, extra=varies)
    if method == "enumerate":
        return Value(DATASET, elem=container((TENSOR_VALUE, receiver.elem or NEST)), origin=FRESH)
    if method == "window":
        return Value(DATASET, elem=_windows(receiver.elem or NEST), origin=FRESH)
    if method == "map" and site.args:
        from flake8_hybridize.tensors.callbacks import mapped_element

        return Value(DATASET, elem=mapped_element(frame, site.args[0], receiver.elem or NEST), origin=FRESH)
    return _reduced(site) if method == "reduce" else Value(DATASET, elem=NEST, origin=FRESH)


def _reduced(site: Site) -> Value:
    """What `reduce` returns: tensors in the structure of the initial state."""
    state = site.args[0] if site.args else site.kwargs.get("initial_state", UNKNOWN_VALUE)
    return _as_tensors(state, 0)


def _as_tensors(value: Value, depth: int) -> Value:
    if value.kinds == CONTAINER and value.items is not None and depth < 4:
        parts = tuple(_as_tensors(item, depth + 1) for item in value.items)
        return Value(CONTAINER, items=parts, keys=value.keys, origin=FRESH)
    plain = not value.kinds & ~(TENSOR | ARRAY | NUMBER | BOOL | STRING)
    return TENSOR_VALUE if plain and value.kinds else UNKNOWN_VALUE

"""Assignment: to names, attributes, items, tuples; and deletion."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_hybridize.tensors.iteration import element_of_iteration, is_nest, unpack
from flake8_hybridize.tensors.observations import Iterate, Store
from flake8_hybridize.tensors.protocols import run_method
from flake8_hybridize.tensors.values import (
    CONTAINER,
    DATASET,
    FRESH,
    IMPORT,
    MIXED,
    NO,
    NONE_VALUE,
    SHAPELESS,
    UNKNOWN,
    UNKNOWN_VALUE,
    Value,
    join,
    replace,
    tensorness,
)

if TYPE_CHECKING:
    from flake8_hybridize.tensors.interpret import Frame


def assign(
    frame: Frame,
    target: ast.expr,
    value: Value,
    source: ast.expr,
    augmented: bool = False,
    before: Value | None = None,
    unpacked: bool = False,
) -> None:
    """Stores `value` in `target`; `unpacked` marks a loop target, whose tuple form is no unpacking of a tensor."""
    if isinstance(target, ast.Name):
        _assign_name(frame, target, value, augmented)
    elif isinstance(target, ast.Attribute):
        _assign_attribute(frame, target, value, augmented)
    elif isinstance(target, ast.Subscript):
        _assign_item(frame, target, value, augmented)
    elif isinstance(target, ast.Starred):
        assign(frame, target.value, Value(CONTAINER, elem=element_of_iteration(value), origin=FRESH), source)
    elif isinstance(target, (ast.Tuple, ast.List)):
        _assign_parts(frame, target, value, source)


def _assign_name(frame: Frame, target: ast.Name, value: Value, augmented: bool) -> None:
    function = frame.function
    if function is not None and (target.id in function.global_names or target.id in function.nonlocal_names):
        how = "global" if target.id in function.global_names else "nonlocal"
        frame.see(Store(target, frame.where, how, UNKNOWN_VALUE, target.id, value, augmented))
        if frame.env is not None:
            frame.env[target.id] = value
        return
    frame.bind(target.id, value)


def _assign_attribute(frame: Frame, target: ast.Attribute, value: Value, augmented: bool) -> None:
    base = frame.evaluate(target.value)
    if base.kinds & IMPORT and isinstance(base.ref, str):
        return
    frame.see(Store(target, frame.where, "attribute", base, target.attr, value, augmented))
    if (
        base.param == 0
        and frame.function is not None
        and frame.function.is_method
        and isinstance(target.value, ast.Name)
    ):
        known = frame.stores.get(target.attr)
        frame.stores[target.attr] = value if known is None else join(known, value)
        if frame.env is not None:
            frame.env[f"{target.value.id}.{target.attr}"] = value


def _assign_item(frame: Frame, target: ast.Subscript, value: Value, augmented: bool) -> None:
    base = frame.evaluate(target.value)
    key = frame.evaluate(target.slice)
    frame.see(Store(target, frame.where, "item", base, "", value, augmented, key))
    run_method(frame, target, base, "__setitem__", (key, value))
    name = target.value.id if isinstance(target.value, ast.Name) else ""
    if frame.env is None or name not in frame.env:
        return
    if base.kinds & CONTAINER:
        frame.bind(name, grown(base, value))
    elif base.kinds == UNKNOWN and base.extra is None and value.kinds == CONTAINER:
        frame.bind(name, replace(base, extra=MIXED))


def grown(base: Value, value: Value) -> Value:
    """The container after `value` was put into it; what else is in one of unknown content stays unknown."""
    elem = value
    if base.items is not None:
        for item in base.items:
            elem = join(elem, item)
    else:
        elem = join(UNKNOWN_VALUE if base.elem is None else base.elem, elem)
    return Value(
        base.kinds, base.deps, base.ref, elem=elem, origin=base.origin, place=base.place, param=base.param,
        extra="dict" if base.keys is not None else base.extra if base.extra in ("dict", "set") else None,
    )  # fmt: skip


def _assign_parts(frame: Frame, target: ast.Tuple | ast.List, value: Value, source: ast.expr) -> None:
    iterated = tensorness(value) != NO or value.kinds & DATASET or value.extra == SHAPELESS
    if iterated and not value.kinds & CONTAINER and not is_nest(value):
        frame.see(Iterate(source, frame.where, value, "unpack"))
    parts = unpack(value, len(target.elts))
    if any(isinstance(item, ast.Starred) for item in target.elts):
        parts = [element_of_iteration(value)] * len(target.elts)
    for item, part in zip(target.elts, parts):
        if isinstance(item, ast.Starred):
            part = Value(CONTAINER, elem=part, origin=FRESH)
            item = item.value
        assign(frame, item, part, source)


def delete(frame: Frame, target: ast.expr) -> None:
    """`del target`."""
    if isinstance(target, ast.Name):
        if frame.env is not None:
            frame.env.pop(target.id, None)
    elif isinstance(target, (ast.Attribute, ast.Subscript)):
        base = frame.evaluate(target.value)
        name = target.attr if isinstance(target, ast.Attribute) else ""
        frame.see(Store(target, frame.where, "delete", base, name, NONE_VALUE, False))
        if isinstance(target, ast.Subscript):
            run_method(frame, target, base, "__delitem__", (frame.evaluate(target.slice),))
    elif isinstance(target, (ast.Tuple, ast.List)):
        for part in target.elts:
            delete(frame, part)

"""Attribute access, by what the receiver is."""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

from flake8_hybridize.knowledge import lookup
from flake8_hybridize.model.module import Class, Function, is_abstract
from flake8_hybridize.results import Confidence
from flake8_hybridize.tensors.observations import Call, Listing, Read
from flake8_hybridize.tensors.protocols import described
from flake8_hybridize.tensors.refs import Bound, Hybrid, Partial, Super
from flake8_hybridize.tensors.values import (
    ALL_BITS,
    ARRAY,
    CALLABLE,
    CLASS,
    CONTAINER,
    DATASET,
    DTYPE_VALUE,
    FILE,
    FRESH,
    IMPORT,
    INSTANCE,
    KERAS_VARIABLE,
    LAYER,
    MODEL,
    NUMBER_VALUE,
    OBJECT,
    OBJECT_VALUE,
    OUTER,
    PARAM,
    SHAPE,
    SHAPE_VALUE,
    TENSOR,
    UNDEFINED,
    UNKNOWN,
    UNKNOWN_VALUE,
    VARIABLE,
    VARIABLE_VALUE,
    Choice,
    Value,
    alternatives,
    has_open_shape,
    join,
    of_kind,
    outside,
    replace,
)

if TYPE_CHECKING:
    from flake8_hybridize.tensors.interpret import Frame

_SILENT = IMPORT | CALLABLE | CLASS
_KINDS = tuple((name, bit) for name, bit in ALL_BITS.items() if name not in ("unknown", "import", "instance"))
_VARIABLE_LISTS = frozenset(
    ("trainable_variables", "trainable_weights", "non_trainable_variables", "non_trainable_weights")
)
_OF_KERAS = frozenset(("layer", "model", "optimizer", "metric"))
LISTED_ANEW = _VARIABLE_LISTS | {"variables", "weights", "layers", "losses", "metrics"}
"""Properties of Keras objects that return another list each time they are read (run with Keras 2 and 3)."""
_MEMBERS = frozenset(("enum.Enum", "enum.Flag"))
_SHAPES = {"shape": SHAPE_VALUE, "dtype": DTYPE_VALUE, "ndim": NUMBER_VALUE}


def kind_names(value: Value) -> list[str]:
    """Names of the kinds the value may be of."""
    return _names(value.kinds)


@cache
def _names(kinds: int) -> list[str]:
    return [name for name, bit in _KINDS if kinds & bit]


def attribute_of(frame: Frame, node: ast.Attribute, base: Value) -> Value:
    """Value of `base.attr`, joined over all that `base` may refer to."""
    if not isinstance(base.ref, Choice):
        return _attribute_of(frame, node, base)
    joined = UNDEFINED
    for option in alternatives(base):
        joined = join(joined, _attribute_of(frame, node, option))
    return joined


def _attribute_of(frame: Frame, node: ast.Attribute, base: Value) -> Value:
    name = node.attr
    ref = base.ref
    if name in _VARIABLE_LISTS and base.kinds & (LAYER | MODEL):
        frame.see(Listing(node, frame.where, name, base))
    if base.kinds & IMPORT:
        value = frame.engine.member(ref, name, frame.module)
        state = CONTAINER if isinstance(ref, str) else ~_SILENT  # of a package: os.environ
        if value.kinds & state and frame.function is not None:
            value = outside(value, f"{_text(node.value)}.{name}")
            frame.see(Read(node, frame.where, "global", name, base, value))
        return value
    if isinstance(ref, Super):
        return _super(frame, ref, name)
    if base.kinds & INSTANCE and isinstance(ref, Class):
        return _instance(frame, node, base, ref, name)
    if base.kinds & CLASS and isinstance(ref, Class):
        return _class(frame, node, base, ref, name)
    if base.kinds & (CLASS | CALLABLE):
        return _callable(frame, base, name)
    if base.kinds & (OBJECT | FILE) and isinstance(ref, str):
        return _host_object(base, ref, name)
    if base.kinds & UNKNOWN:
        return _unknown(frame, node, base, name)
    return _known(base, name)


def _host_object(base: Value, ref: str, name: str) -> Value:
    """A method of a host object: its own row, or what the class does to the world (csv writers, progress bars)."""
    if base.kinds & FILE and base.origin == FRESH:
        return OBJECT_VALUE  # opening the file was seen already
    if lookup.api(f"{ref}.{name}") is not None:
        return Value(CALLABLE, ref=f"{ref}.{name}")
    cls = lookup.api(ref)
    return Value(CALLABLE, ref=ref) if cls is not None and cls.effect else UNKNOWN_VALUE


def _super(frame: Frame, ref: Super, name: str) -> Value:
    found = UNDEFINED
    if isinstance(ref.owner, Class) and isinstance(ref.receiver.ref, Class):
        for cls, method in frame.engine.dispatched(ref.receiver, name, after=ref.owner):
            bound = Bound(replace(ref.receiver, ref=cls), name, method)
            found = join(found, Value(CALLABLE, ref=bound))
    return found if found.kinds else Value(CALLABLE, ref=Bound(ref.receiver, name))


def _instance(frame: Frame, node: ast.Attribute, base: Value, cls: Class, name: str) -> Value:
    engine = frame.engine
    if name == "__class__":
        return Value(CLASS, ref=cls)
    method = UNDEFINED
    for owner, function in engine.dispatched(base, name):
        receiver = base if owner is cls else replace(base, ref=owner)
        method = join(method, _method(frame, node, receiver, function))
    if method.kinds:
        return method
    given = described(frame, node, base, cls, name)
    if given is not None:
        return given
    found = engine.attribute(cls, name)
    if found is not None and found.kinds:
        value = replace(
            found,
            origin=OUTER if base.origin != FRESH else FRESH,
            place=f"{_text(node.value)}.{name}",
            param=-1,
        )
        if base.origin == PARAM and base.param > 0:
            value = replace(value, origin=PARAM)
    else:
        value = _known(base, name) if base.kinds & ~INSTANCE else UNKNOWN_VALUE
        if value is UNKNOWN_VALUE:
            value = Value(
                UNKNOWN, origin=OUTER if base.origin != FRESH else FRESH, place=f"{_text(node.value)}.{name}"
            )
    if not (value.kinds and not value.kinds & ~_SILENT) and base.origin != FRESH:
        frame.see(Read(node, frame.where, "attribute", name, base, value))
    return value


def _method(frame: Frame, node: ast.Attribute, base: Value, method: Function) -> Value:
    if method.has_decorator("property", "cached_property", "abstractproperty"):
        return _property(frame, node, base, method)
    return Value(CALLABLE, ref=Bound(base, node.attr, method))


def _property(frame: Frame, node: ast.Attribute, base: Value, method: Function) -> Value:
    if is_abstract(method):
        return UNKNOWN_VALUE
    value = frame.engine.facts(method).returns
    result = outside(value, f"self.{node.attr}") if value.kinds else UNKNOWN_VALUE
    made = ast.copy_location(ast.Call(node, [], []), node)
    functions, bound = (method,), ({0: base},)
    callee = Value(CALLABLE, ref=method)
    frame.see(Call(made, frame.where, "", None, node.attr, base, callee, functions, bound, (), {}, result))
    return result


def _class(frame: Frame, node: ast.Attribute, base: Value, cls: Class, name: str) -> Value:
    method = frame.engine.find_method(cls, name)
    if method is not None:
        if method.has_decorator("classmethod"):
            return Value(CALLABLE, ref=Bound(base, name, method))
        return Value(CALLABLE, ref=method)
    level = frame.engine.class_value(cls, name)
    if level is not None and not _MEMBERS.isdisjoint(frame.engine.mro(cls)):
        return OBJECT_VALUE  # a member of the enumeration
    if level is None:
        return UNKNOWN_VALUE
    frame.see(Read(node, frame.where, "attribute", name, base, level))
    return level


def _callable(frame: Frame, base: Value, name: str) -> Value:
    ref = base.ref
    if isinstance(ref, str):
        return frame.engine.external(f"{ref}.{name}")
    if isinstance(ref, (Function, Hybrid, Partial, Bound)):
        return Value(CALLABLE, ref=Bound(base, name)) if name != "__name__" else of_kind("string")
    return UNKNOWN_VALUE


def _unknown(frame: Frame, node: ast.Attribute, base: Value, name: str) -> Value:
    known = _SHAPES.get(name)
    if known is not None:
        if base.deps:
            text = f"its .{name} is read, line {node.lineno}"
            frame.note(base, "tensor", Confidence.GUESS, text, node.lineno)
        return replace(known, deps=base.deps)
    if name in lookup.TENSOR_METHODS and base.deps:
        frame.note(base, "tensor", Confidence.LIKELY, f"asked for .{name}, line {node.lineno}", node.lineno)
    if name in _VARIABLE_LISTS or name == "variables":
        return Value(CONTAINER, elem=VARIABLE_VALUE, origin=FRESH, place=f"{_text(node.value)}.{name}")
    if name == "T" and base.deps:
        return Value(UNKNOWN, deps=base.deps)
    frame.facts.opaque |= base.deps
    rest = base.kinds & ~UNKNOWN
    if rest & ~(TENSOR | ARRAY | CONTAINER | DATASET) == 0 and rest:
        return _known(base, name)
    return Value(UNKNOWN, origin=base.origin, place=f"{_text(node.value)}.{name}", ref=_late(base, name))


def _late(base: Value, name: str) -> Bound:
    return Bound(base, name)


def _known(base: Value, name: str) -> Value:
    for kind in kind_names(base):
        found = lookup.attribute(kind, name)
        if found is not None:
            value = of_kind(found)
            if kind in _OF_KERAS:
                value = _keras_variables(value)
                if value.kinds == CONTAINER and name in LISTED_ANEW:
                    return replace(value, origin=FRESH, place=f"{base.place}.{name}")
            if value.kinds & CONTAINER or kind not in ("tensor", "array", "shape"):
                return replace(value, origin=base.origin, place=f"{base.place}.{name}")
            if value.kinds == SHAPE and has_open_shape(base):
                return replace(value, extra=base.extra)
            known = value.kinds & ARRAY and (base.deps or base.dtype)
            return replace(value, deps=base.deps, dtype=base.dtype) if known else value
        if lookup.method(kind, name) is not None:
            return Value(CALLABLE, ref=Bound(base, name))
    return Value(UNKNOWN, ref=Bound(base, name))


def _keras_variables(value: Value) -> Value:
    if value.kinds == VARIABLE:
        return replace(value, ref=KERAS_VARIABLE)
    if value.kinds == CONTAINER and value.elem is not None and value.elem.kinds == VARIABLE:
        return replace(value, elem=replace(value.elem, ref=KERAS_VARIABLE))
    return value


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_text(node.value)}.{node.attr}"
    return "…"

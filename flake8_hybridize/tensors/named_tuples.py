"""Classes made by `collections.namedtuple`: their fields, and the values that calls of them make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_hybridize.tensors.refs import Record
from flake8_hybridize.tensors.values import (
    CALLABLE,
    CLASS,
    CONTAINER,
    FRESH,
    STRING,
    UNKNOWN_VALUE,
    Value,
    element,
)

if TYPE_CHECKING:
    from flake8_hybridize.tensors.calls import Site
    from flake8_hybridize.tensors.interpret import Frame
    from flake8_hybridize.tensors.spread import Arguments


def record_class(frame: Frame, site: Site) -> Value:
    """`collections.namedtuple(name, fields)`."""
    named = site.args[1] if len(site.args) > 1 else site.kwargs.get("field_names", UNKNOWN_VALUE)
    return Value(CALLABLE | CLASS, ref=Record(_fields(named)))


def _fields(named: Value) -> tuple[str, ...]:
    if isinstance(named.const, str):
        return tuple(named.const.replace(",", " ").split())
    if named.items is None or any(not isinstance(item.const, str) for item in named.items):
        return ()
    return tuple(item.const for item in named.items if item.kinds == STRING)


def record_value(record: Record, given: Arguments) -> Value:
    """The tuple that a call makes, field by field where the call gives each of them."""
    if given.rest is not None:
        return Value(CONTAINER, ref=record, origin=FRESH)
    if not record.fields:
        return Value(CONTAINER, items=(*given.args, *given.kwargs.values()), origin=FRESH)
    fields = dict(zip(record.fields, given.args)) | given.kwargs
    items = tuple(fields.get(name, UNKNOWN_VALUE) for name in record.fields)
    return Value(CONTAINER, ref=record, items=items, origin=FRESH)


def field_value(base: Value, name: str) -> Value:
    """A field of a named tuple that is called like a method of dict (`top_k(...).values`), or one of known fields."""
    if isinstance(base.ref, Record) and name in base.ref.fields:
        return UNKNOWN_VALUE if base.items is None else base.items[base.ref.fields.index(name)]
    found = element(base)
    return found if found.kinds and not found.kinds & (found.kinds - 1) else UNKNOWN_VALUE

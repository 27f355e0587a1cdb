"""Context managers: what `as` binds and what holds inside."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_hybridize.model.module import Class, Function
from flake8_hybridize.tensors.observations import Where
from flake8_hybridize.tensors.protocols import run_method
from flake8_hybridize.tensors.values import (
    INSTANCE,
    PYITERATOR,
    STRING_VALUE,
    TAPE,
    UNKNOWN_VALUE,
    Value,
    replace,
)

if TYPE_CHECKING:
    from flake8_hybridize.tensors.interpret import Frame


_GIVE_TEXT = frozenset(
    (
        "tensorflow.name_scope",
        "tensorflow.compat.v1.name_scope",
        "keras.name_scope",
        "tempfile.TemporaryDirectory",
    )
)


def see_protocol(frame: Frame, node: ast.expr, value: Value) -> None:
    """Records what a context manager of the project runs when it is entered and left."""
    for name in ("__enter__", "__exit__"):
        run_method(frame, node, value, name)


def entered(frame: Frame, value: Value) -> tuple[Value, Where]:
    """What entering the context manager gives, and the control flow inside."""
    where = frame.where
    name = value.ref if isinstance(value.ref, str) else ""
    where = replace(where, context=(*where.context, name or "?"))
    if name in _GIVE_TEXT:
        return STRING_VALUE, where
    if value.kinds & TAPE:
        return value, replace(where, tapes=where.tapes + 1)
    if value.kinds & INSTANCE and isinstance(value.ref, Class):
        enter = frame.engine.find_method(value.ref, "__enter__")
        if isinstance(enter, Function):
            return frame.engine.facts(enter).returns if enter.self_stores == set() else value, where
    if value.kinds == PYITERATOR:  # of a generator function that is a `contextlib.contextmanager`
        return value.elem or UNKNOWN_VALUE, where
    if value.ref is not None or value.kinds != UNKNOWN_VALUE.kinds:
        return value, where
    return UNKNOWN_VALUE, where

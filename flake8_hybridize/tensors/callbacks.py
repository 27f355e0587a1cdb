"""Functions handed to an API that traces them: what they get and give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_hybridize.model.module import Function
from flake8_hybridize.tensors.iteration import NEST
from flake8_hybridize.tensors.refs import Bound, Hybrid, Partial
from flake8_hybridize.tensors.substitution import Bindings, bind_arguments, substitute
from flake8_hybridize.tensors.values import (
    CONTAINER,
    TENSOR,
    UNKNOWN,
    Value,
    replace,
)

if TYPE_CHECKING:
    from flake8_hybridize.tensors.interpret import Frame


def callback_bindings(callback: Value, leaf: Value) -> tuple[Function, Bindings] | None:
    """The function behind a callback and its arguments: given by partial or method, `leaf` for those the API gives."""
    ref = callback.ref
    args: tuple[Value, ...] = ()
    kwargs: dict[str, Value] = {}
    while isinstance(ref, (Partial, Hybrid)) and ref.target is not None:
        if isinstance(ref, Partial):
            args, kwargs = (*ref.args, *args), {**dict(ref.kwargs), **kwargs}
        ref = ref.target.ref
    function = ref if isinstance(ref, Function) else ref.function if isinstance(ref, Bound) else None
    if function is None:
        return None
    bound = bind_arguments(function, args, kwargs, ref.receiver if isinstance(ref, Bound) else None)
    for index, param in enumerate(function.params):
        if param.kind == "positional" and param.default is None and index not in bound:
            bound[index] = leaf
        elif param.kind == "args":
            bound[index] = Value(CONTAINER, elem=leaf)
    return function, bound


def called_with(frame: Frame, callback: Value, args: tuple[Value, ...]) -> Value | None:
    """What a function of the project returns for these arguments; None if it is no such function."""
    ref = callback.ref
    function = ref if isinstance(ref, Function) else ref.function if isinstance(ref, Bound) else None
    if function is None:
        return None
    bound = bind_arguments(function, args, {}, ref.receiver if isinstance(ref, Bound) else None)
    return substitute(frame.engine.facts(function).returns, bound)


def mapped_element(frame: Frame, callback: Value, elem: Value) -> Value:
    """Element of a dataset after `map(callback)`."""
    args = elem.items if elem.kinds & CONTAINER and elem.items is not None and elem.keys is None else (elem,)
    result = called_with(frame, callback, args)
    if result is None or result.kinds & UNKNOWN:
        return NEST
    return replace(result, origin="", param=-1) if result.kinds & (TENSOR | CONTAINER) else NEST

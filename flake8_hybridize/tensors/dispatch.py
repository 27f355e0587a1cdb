"""Which of several things a call may reach: overrides, and names that hold one of a few."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_hybridize.model.module import Class, Function
from flake8_hybridize.tensors.values import INSTANCE, LAYER, LOSS, MODEL, Choice, Value, alternatives, replace

if TYPE_CHECKING:
    from flake8_hybridize.tensors.interpret import Frame

CALLED = ("call", "__call__")
"""The methods that calling a Keras object runs; other objects have the second only."""


def callees_of(frame: Frame, callee: Value) -> list[Value]:
    """Everything that a call of the value may reach: what it refers to, with the overrides of an object's `call`."""
    if callee.ref is None or not (callee.kinds & INSTANCE or isinstance(callee.ref, Choice)):
        return [callee]
    found: list[Value] = []
    for option in alternatives(callee):
        names = CALLED if option.kinds & (LAYER | MODEL | LOSS) else CALLED[1:]
        if option.kinds & INSTANCE and isinstance(option.ref, Class):
            name = next((n for n in names if frame.engine.find_method(option.ref, n) is not None), names[0])
            found += [replace(option, ref=cls) for cls, _ in frame.engine.dispatched(option, name)] or [
                option
            ]
        else:
            found.append(option)
    return found


def called_method(frame: Frame, callee: Value) -> Function | None:
    """The method of the project that runs when an instance is called."""
    if not callee.kinds & INSTANCE or not isinstance(callee.ref, Class):
        return None
    names = CALLED if callee.kinds & (LAYER | MODEL | LOSS) else CALLED[1:]
    methods = (frame.engine.find_method(callee.ref, name) for name in names)
    return next((method for method in methods if method is not None), None)

"""What a method call does to the name it is called on."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_hybridize.tensors.refs import Bound
from flake8_hybridize.tensors.targets import grown
from flake8_hybridize.tensors.values import CONTAINER, Value, element, has_open_shape, replace

if TYPE_CHECKING:
    from flake8_hybridize.tensors.interpret import Frame

GROWING = {"append": 0, "add": 0, "insert": 1, "appendleft": 0, "push": 0}
"""Methods that put an argument into their container, with the position of that argument."""


_BY_ALL = ("extend", "extendleft")


def change_receiver(frame: Frame, func: ast.expr, bound: Bound, args: tuple[Value, ...]) -> None:
    """Binds the name in `name.method(args)` anew where the method changes what is known of its object."""
    name = func.value.id if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) else ""
    if frame.env is None or name not in frame.env:
        return
    position = GROWING.get(bound.name)
    if position is not None and len(args) > position and bound.receiver.kinds & CONTAINER:
        frame.bind(name, grown(bound.receiver, args[position]))
    elif bound.name in _BY_ALL and len(args) == 1 and bound.receiver.kinds & CONTAINER:
        frame.bind(name, grown(bound.receiver, element(args[0])))
    elif bound.name == "set_shape" and has_open_shape(bound.receiver):
        frame.env[name] = replace(bound.receiver, extra=None)

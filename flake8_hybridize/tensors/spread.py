"""The arguments of a call: as they are written, and as a Python callee gets them behind `*` and `**`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from flake8_hybridize.tensors.iteration import element_of_iteration, is_nest
from flake8_hybridize.tensors.observations import Iterate
from flake8_hybridize.tensors.values import CONTAINER, DATASET, NO, Value, tensorness

if TYPE_CHECKING:
    from flake8_hybridize.tensors.interpret import Frame


class Arguments(NamedTuple):
    """Positional and keyword arguments; `rest` is one more of those that a `*` of unknown length gives.

    `open_ended`: there is a `*` or a `**`.
    """

    args: tuple[Value, ...]
    kwargs: dict[str, Value]
    rest: Value | None = None
    open_ended: bool = False

    def before(self, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Arguments:
        """The same behind what a partial was given."""
        return Arguments((*args, *self.args), {**kwargs, **self.kwargs}, self.rest, self.open_ended)


def arguments(frame: Frame, node: ast.Call) -> tuple[Arguments, Arguments]:
    """Evaluated arguments as written, a starred one standing for one element and `**kwargs` left out, and spread."""
    if not any([isinstance(arg, ast.Starred) for arg in node.args] + [k.arg is None for k in node.keywords]):
        found = Arguments(
            tuple([frame.evaluate(arg) for arg in node.args]),
            {str(keyword.arg): frame.evaluate(keyword.value) for keyword in node.keywords},
        )
        return found, found
    written: list[Value] = []
    spread: list[Value] = []
    rest: Value | None = None
    for arg in node.args:
        if not isinstance(arg, ast.Starred):
            value = frame.evaluate(arg)
            written.append(value)
            spread.append(value)
            continue
        source = frame.evaluate(arg.value)
        elem = starred(frame, arg, source)
        written.append(elem)
        if source.items is not None and source.keys is None:
            spread += source.items
        else:
            spread.append(elem)
            rest = elem
    kwargs, named = _keywords(frame, node)
    return Arguments(tuple(written), kwargs), Arguments(tuple(spread), named, rest, True)


def _keywords(frame: Frame, node: ast.Call) -> tuple[dict[str, Value], dict[str, Value]]:
    written: dict[str, Value] = {}
    spread: dict[str, Value] = {}
    for keyword in node.keywords:
        value = frame.evaluate(keyword.value)
        if keyword.arg is not None:
            written[keyword.arg] = spread[keyword.arg] = value
        elif value.kinds == CONTAINER and value.keys is not None and value.items is not None:
            spread.update(zip(value.keys, value.items))
    return written, spread


def starred(frame: Frame, node: ast.Starred, value: Value) -> Value:
    """One element of what is spread."""
    iterated = tensorness(value) != NO or value.kinds & DATASET
    if iterated and not value.kinds & CONTAINER and not is_nest(value):
        frame.see(Iterate(node, frame.where, value, "star"))
    return element_of_iteration(value)

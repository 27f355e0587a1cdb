"""What a place in a body takes for granted of the parameters, and whether a call grants it.

`if verbose:` around a print: a caller that passes False (or the default) never gets there.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from flake8_hybridize.tensors.values import (
    CALLABLE,
    CLASS,
    CONTAINER,
    INSTANCE,
    LAYER,
    LOSS,
    METRIC,
    MODEL,
    NO_CONSTANT,
    NONE,
    OPTIMIZER,
    PARAM,
    UNKNOWN,
    Value,
)

if TYPE_CHECKING:
    from flake8_hybridize.tensors.interpret import Frame
    from flake8_hybridize.tensors.substitution import Bindings

Assumption = tuple[int, str, Any]
"""A parameter, what must hold of it (true, false, none, given, equal, other), and the constant it is compared with."""

_ALWAYS_TRUE = CALLABLE | CLASS | INSTANCE | LAYER | LOSS | METRIC | MODEL | OPTIMIZER
_OPPOSITE = {
    "true": "false",
    "false": "true",
    "none": "given",
    "given": "none",
    "equal": "other",
    "other": "equal",
}


def assumptions(frame: Frame, node: ast.expr, truth: bool) -> tuple[Assumption, ...]:
    """What holds of parameters where `node` is `truth`."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return assumptions(frame, node.operand, not truth)
    if isinstance(node, ast.BoolOp):
        if isinstance(node.op, ast.And) is not truth:
            return ()
        return tuple(found for part in node.values for found in assumptions(frame, part, truth))
    found = _single(frame, node)
    if found is None or truth:
        return (found,) if found else ()
    return ((found[0], _OPPOSITE[found[1]], found[2]),)


def _single(frame: Frame, node: ast.expr) -> Assumption | None:
    if isinstance(node, ast.Name):
        index = _parameter(frame, node)
        return (index, "true", None) if index >= 0 else None
    if not (isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.left, ast.Name)):
        return None
    index, right = _parameter(frame, node.left), node.comparators[0]
    if index < 0 or not isinstance(right, ast.Constant):
        return None
    same = isinstance(node.ops[0], (ast.Is, ast.Eq))
    if not same and not isinstance(node.ops[0], (ast.IsNot, ast.NotEq)):
        return None
    if right.value is None:
        return (index, "none" if same else "given", None)
    return (index, "equal" if same else "other", right.value)


def _parameter(frame: Frame, node: ast.Name) -> int:
    value = frame.env.get(node.id) if frame.env is not None else None
    return value.param if value is not None and value.origin == PARAM else -1


def granted(assumed: tuple[Assumption, ...], bound: Bindings) -> tuple[Assumption, ...] | None:
    """What the caller takes for granted in turn of its own parameters; None if the call does not grant it."""
    kept = []
    for index, how, constant in assumed:
        given = bound.get(index)
        if given is None:
            continue
        holds = _holds(given, how, constant)
        if holds is False:
            return None
        if holds is None and given.param >= 0 and given.origin == PARAM:
            kept.append((given.param, how, constant))
    return tuple(kept)


def _holds(value: Value, how: str, constant: Any) -> bool | None:
    if how in ("false", "given", "other"):
        opposite = _holds(value, _OPPOSITE[how], constant)
        return None if opposite is None else not opposite
    if how == "true":
        return _truth(value)
    if how == "none":
        return (
            True
            if value.kinds == NONE
            else False
            if value.kinds and not value.kinds & (NONE | UNKNOWN)
            else None
        )
    return None if value.const is NO_CONSTANT else bool(value.const == constant)


def _truth(value: Value) -> bool | None:
    if value.const is not NO_CONSTANT:
        return bool(value.const)
    if value.kinds == NONE:
        return False
    if value.kinds == CONTAINER and value.items is not None:
        return bool(value.items)
    return True if value.kinds and not value.kinds & ~_ALWAYS_TRUE else None

"""Places where two values must have one dtype, as far as parameters decide about it.

Eager code converts a NumPy array to the dtype of the tensor it meets. As an argument of a graph function
the array becomes a tensor of its own dtype, which nothing converts. Whether a place is such a hazard depends
on what callers pass: a body and its callees give mixes only, which the verdict compares with the call sites.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from flake8_hybridize.hazards.body import Body
from flake8_hybridize.model.module import Function
from flake8_hybridize.tensors.assumptions import Assumption, granted
from flake8_hybridize.tensors.numpy_dtypes import NAMES
from flake8_hybridize.tensors.observations import Call, Operation, Where
from flake8_hybridize.tensors.substitution import Bindings, indices
from flake8_hybridize.tensors.values import (
    ARRAY,
    CONTAINER,
    EAGER_NUMBER,
    NUMBER,
    PARAM,
    PARTS,
    TENSOR,
    TENSORLIKE,
    UNKNOWN,
    VARIABLE,
    Value,
    element,
    parts,
    replace,
)

MAX_MIXES = 16
MAX_PATH = 4
GIVEN, IS_TENSOR, IS_NUMBER = "given", "tensor", "number"
_OPERATORS = frozenset("+ - * / // % ** @ == != < <= > >=".split())
# Positions of the operands that eager code converts to the dtype of the first tensor among them.
_ELEMENTWISE = (
    "add subtract multiply divide maximum minimum pow squared_difference floordiv truediv atan2 "
    "divide_no_nan multiply_no_nan equal not_equal less less_equal greater greater_equal"
)
_OPERANDS: dict[str, tuple[int, ...]] = {
    **{f"tensorflow.math.{name}": (0, 1) for name in _ELEMENTWISE.split()},
    "tensorflow.linalg.matmul": (0, 1),
    "tensorflow.linalg.solve": (0, 1),
    "tensorflow.nn.bias_add": (0, 1),
    "tensorflow.where": (1, 2),
    "tensorflow.clip_by_value": (0, 1, 2),
    "tensorflow.tensor_scatter_nd_update": (0, 2),
}
_LISTS = frozenset(("tensorflow.concat", "tensorflow.stack"))
_CONVERSIONS = frozenset(("tensorflow.convert_to_tensor", "tensorflow.constant"))
_ASSIGNMENTS = frozenset(("assign", "assign_add", "assign_sub"))


class Side(NamedTuple):
    """One of the two values: what is given for the parameters of `mask`, else a tensor or a Python number."""

    mask: int
    kind: str
    dtype: str = ""


class Mix(NamedTuple):
    """Two values that meet in an operation; `path` and `at` lead to the helper where they do.

    `explicit`: one is converted to the dtype of the other, as what callers pass is not always a tensor of it.
    """

    left: Side
    right: Side
    node: ast.AST
    operator: str = ""
    path: tuple[str, ...] = ()
    at: int = 0
    assumed: tuple[Assumption, ...] = ()
    about: ast.AST | None = None
    explicit: bool = False


def own_mixes(body: Body) -> list[Mix]:
    """Mixes in the body itself, in source order."""
    found: dict[tuple[Side, Side], Mix] = {}
    for seen in body.facts.observations:
        if len(found) >= MAX_MIXES:
            break
        if type(seen) is Operation:
            if seen.operator in _OPERATORS:
                _pair(found, [side(seen.left), side(seen.right)], seen.node, seen.where, seen.operator)
        elif type(seen) is Call and seen.api is not None and (operands := _operands(seen)):
            _pair(found, operands, seen.node, seen.where, "", seen.target in _CONVERSIONS)
    return list(found.values())


def _operands(call: Call) -> list[Side | None]:
    positions = _OPERANDS.get(call.target)
    if positions is not None:
        return [_in_call(side(call.args[position])) for position in positions if position < len(call.args)]
    if call.target in _LISTS:
        values = call.args[0].items if call.args else None
        return [_in_call(side(value)) for value in values or ()]
    if call.target in _CONVERSIONS:
        return _conversion(call)
    receiver = call.receiver
    if call.method in _ASSIGNMENTS and receiver is not None and receiver.kinds == VARIABLE and call.args:
        return [Side(0, IS_TENSOR, receiver.dtype), _in_call(side(call.args[0]))]
    return []


def _conversion(call: Call) -> list[Side | None]:
    """`tf.convert_to_tensor(x, tf.float32)`."""
    dtype = call.kwargs.get("dtype") or (call.args[1] if len(call.args) > 1 else None)
    if dtype is None or not isinstance(dtype.const, str) or not call.args:
        return []
    return [Side(0, IS_TENSOR, dtype.const), _in_call(side(call.args[0]))]


def _in_call(found: Side | None) -> Side | None:
    """Numbers are converted as in eager code."""
    return None if found is not None and found.kind == IS_NUMBER else found


def _pair(
    found: dict[tuple[Side, Side], Mix],
    sides: list[Side | None],
    node: ast.AST,
    where: Where,
    operator: str,
    explicit: bool = False,
) -> None:
    known = [part for part in sides if part is not None]
    given = [part for part in known if part.mask]
    if not given or len(known) < 2:
        return
    other = next((part for part in known if part.dtype), None) or next(
        part for part in known if part is not given[0]
    )
    for part in given:
        if part is not other:
            found.setdefault(
                (part, other), Mix(part, other, node, operator, assumed=where.assumed, explicit=explicit)
            )


def side(value: Value) -> Side | None:
    """What the value is in a mix; None for what takes any dtype, and for what was converted already."""
    kinds = value.kinds
    if value.extra == EAGER_NUMBER:
        return None
    if kinds & (UNKNOWN | ARRAY) and not kinds & TENSORLIKE:
        return Side(value.deps, GIVEN) if value.deps and not value.dtype else None
    if kinds & TENSORLIKE and not kinds & ~TENSORLIKE:
        if kinds == TENSOR and value.origin == PARAM and value.param >= 0 and not value.dtype:
            return Side(1 << value.param, GIVEN)
        return Side(0, IS_TENSOR, value.dtype)
    if kinds == NUMBER and value.dtype in ("int", "float"):
        return Side(0, IS_NUMBER, value.dtype)
    return None


# ---------------------------------------------------------------------- through calls
def lifted_mixes(
    call: Call, caller: Function | None, callee: Function, bound: Bindings, mixes: tuple[Mix, ...]
) -> Iterator[Mix]:
    """Mixes of the callee in terms of the caller's parameters, placed on the call."""
    inside = callee.parent is not None and callee.parent is caller
    for mix in mixes:
        left, right = _lifted(mix.left, bound), _lifted(mix.right, bound)
        assumed = granted(mix.assumed, bound)
        if left is None or right is None or assumed is None or not (left.mask or right.mask):
            continue
        yield replace(
            mix,
            left=left,
            right=right,
            node=mix.node if inside else call.node,
            about=mix.about or mix.node,
            path=mix.path if inside else (callee.name, *mix.path)[:MAX_PATH],
            at=mix.at if inside else mix.at or mix.node.lineno,  # type: ignore[attr-defined]
            assumed=(*call.where.assumed, *assumed),
        )


def _lifted(part: Side, bound: Bindings) -> Side | None:
    if not part.mask:
        return part
    mask, found = 0, None
    for index in indices(part.mask):
        value = _given(index, bound)
        known = side(value) if value is not None else None
        if known is None:
            return None
        if known.kind == IS_TENSOR:
            return known
        mask |= parts(known.mask) if index >= PARTS else known.mask
        found = known
    return Side(mask, GIVEN) if mask else found


# ---------------------------------------------------------------------- at a call site
def given(part: Side, bound: Bindings) -> Side | None:
    """What a call gives for the side: a tensor, a number, or (kind GIVEN) an array; None: not known."""
    if not part.mask:
        return part
    found: Side | None = None
    for index in indices(part.mask):
        value = _given(index, bound)
        known = _at_site(value) if value is not None else None
        if known is None:
            return None
        if found is None or _RANK[known.kind] > _RANK[found.kind]:
            found = known
        elif known.kind == found.kind and known.dtype != found.dtype:
            found = Side(0, known.kind)
    return found


_RANK = {IS_NUMBER: 0, GIVEN: 1, IS_TENSOR: 2}


def _at_site(value: Value) -> Side | None:
    kinds = value.kinds
    if kinds and not kinds & ~TENSORLIKE:
        return Side(0, IS_TENSOR, value.dtype)
    if kinds & ARRAY and not kinds & ~(ARRAY | NUMBER | UNKNOWN):
        return Side(0, GIVEN, "" if kinds & UNKNOWN else value.dtype)
    if kinds == NUMBER:
        return Side(0, GIVEN if value.dtype in NAMES else IS_NUMBER, value.dtype)
    return None


def _given(index: int, bound: Bindings) -> Value | None:
    """The value of a parameter, or of what is inside it."""
    value = bound.get(index - PARTS if index >= PARTS else index)
    if value is None or index < PARTS or not value.kinds & CONTAINER:
        return value
    return element(value)

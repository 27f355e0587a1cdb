"""Results of operators: arithmetic, comparison, boolean."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from flake8_hybridize.results import Confidence
from flake8_hybridize.tensors.iteration import is_nest
from flake8_hybridize.tensors.numpy_dtypes import operated
from flake8_hybridize.tensors.observations import Format, Operation
from flake8_hybridize.tensors.protocols import operated_on
from flake8_hybridize.tensors.values import (
    ARRAY,
    BOOL,
    BOOL_VALUE,
    CONTAINER,
    DTYPE,
    EAGER_NUMBER,
    FLOATING,
    FRESH,
    NO,
    NONE,
    NUMBER,
    NUMBER_VALUE,
    NUMERIC,
    SHAPE,
    SHAPE_VALUE,
    SHAPELESS,
    STRING,
    STRING_VALUE,
    TENSOR,
    TENSORLIKE,
    UNKNOWN,
    UNKNOWN_VALUE,
    YES,
    Value,
    element,
    holds_tensors,
    join,
    tensorness,
)

if TYPE_CHECKING:
    from flake8_hybridize.tensors.interpret import Frame

# A conversion of `%`: flags, width and precision (not `*`, which take a value of their own), its letter.
_CONVERSION = re.compile(r"%[-#0 +]*\d*(?:\.\d*)?[hlL]?([diouxXeEfFgGcrsa%])")
_SYMBOLS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.MatMult: "@", ast.LShift: "<<", ast.RShift: ">>", ast.BitOr: "|", ast.BitXor: "^", ast.BitAnd: "&",
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.In: "in", ast.NotIn: "not in",
    ast.Is: "is", ast.IsNot: "is not",
}  # fmt: skip


_ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Pow)
_LOGICAL = (ast.BitAnd, ast.BitOr, ast.BitXor)

_QUOTIENTS = dict.fromkeys(("int32", "int64"), "float64") | dict.fromkeys(
    ("int8", "int16", "uint8", "uint16"), "float32"
)


def symbol(operator: ast.AST) -> str:
    """How the operator is written."""
    return _SYMBOLS.get(type(operator), "?")


def binary(frame: Frame, node: ast.AST, left: Value, right: Value, operator: ast.operator) -> Value:
    """Value of `left operator right`."""
    found = operated_on(frame, node, left, right, operator)
    return _arithmetic(frame, node, left, right, operator) if found is None else found


def _arithmetic(frame: Frame, node: ast.AST, left: Value, right: Value, operator: ast.operator) -> Value:
    kinds = left.kinds | right.kinds
    if kinds & TENSORLIKE:
        return _tensors(frame, node, left, right, operator)
    if left.kinds == STRING or right.kinds == STRING:
        if isinstance(operator, ast.Mod) and holds_tensors(right) != NO:
            _percent(frame, node, left, right)
        return STRING_VALUE
    if left.kinds & CONTAINER or right.kinds & CONTAINER:
        return _containers(frame, node, left, right, operator)
    if kinds & UNKNOWN:
        return _unknown(frame, node, left, right, operator)
    if kinds & ARRAY:
        if left.deps | right.deps:
            _operation(frame, node, left, right, operator)
        return Value(ARRAY, deps=left.deps | right.deps, dtype=operated(left, right, symbol(operator)))
    if kinds & SHAPE:
        return SHAPE_VALUE
    if not kinds & ~(NUMBER | BOOL):
        return NUMBER_VALUE
    return UNKNOWN_VALUE


def _percent(frame: Frame, node: ast.AST, text: Value, right: Value) -> None:
    """`text % right`: which conversion takes which part of a tuple, and whether it asks for a number."""
    conversions = _CONVERSION.findall(text.const) if isinstance(text.const, str) else []
    conversions = [letter for letter in conversions if letter != "%"]
    parts = right.items if right.kinds & CONTAINER and right.keys is None else (right,)
    if parts is not None and len(parts) == len(conversions):
        for letter, part in zip(conversions, parts):
            frame.see(Format(node, frame.where, part, "str" if letter in "sra" else "percent"))
    elif not right.kinds & CONTAINER:
        frame.see(Format(node, frame.where, right, "str"))


def _tensors(frame: Frame, node: ast.AST, left: Value, right: Value, operator: ast.operator) -> Value:
    """Value of an operator with a tensor on one side at least."""
    if left.kinds == STRING and isinstance(operator, ast.Mod):
        _percent(frame, node, left, right)
        return STRING_VALUE
    if (left.kinds | right.kinds) & CONTAINER and isinstance(operator, ast.Mult):
        return _repeat(frame, node, left, right)
    _operation(frame, node, left, right, operator)
    _evidence(frame, node, left, right, isinstance(operator, ast.MatMult))
    dtype = _dtype(left, right)
    if isinstance(operator, ast.Div):
        dtype = _QUOTIENTS.get(dtype, dtype)
    kinds = TENSOR | NUMBER if _perhaps_numbers(left, right) else TENSOR
    return Value(kinds, dtype=dtype, extra=_form(left, right, dtype, operator))


def _perhaps_numbers(left: Value, right: Value) -> bool:
    """Whether both may be plain numbers, as sizes are that are tensors only where the shape is not known."""
    return all(value.kinds & (NUMBER | BOOL) for value in (left, right))


def _form(left: Value, right: Value, dtype: str, operator: ast.operator) -> str | None:
    """A lost shape stays lost; arithmetic has numbers as its result."""
    if dtype:
        return SHAPELESS if SHAPELESS in (left.extra, right.extra) else None
    if isinstance(operator, _LOGICAL):
        return None
    floating = isinstance(operator, ast.Div) or any(
        v.extra == FLOATING or v.dtype == "float" for v in (left, right)
    )
    return FLOATING if floating else NUMERIC


def _operation(frame: Frame, node: ast.AST, left: Value, right: Value, operator: ast.AST) -> None:
    frame.see(Operation(node, frame.where, left, right, symbol(operator)))


def _evidence(frame: Frame, node: ast.AST, left: Value, right: Value, matrices: bool = False) -> None:
    """What stands beside a tensor is weak evidence, because a number may; a factor of a matrix product is none."""
    for value, other in ((left, right), (right, left)):
        if value.kinds & UNKNOWN and value.deps and other.kinds & TENSORLIKE:
            line: int = node.lineno  # type: ignore[attr-defined]
            text = f"{'multiplied by a matrix' if matrices else 'combined with a tensor'}, line {line}"
            confidence = Confidence.LIKELY if matrices else Confidence.GUESS
            frame.note(value, "tensor", confidence, text, line, fed=matrices)


def _dtype(left: Value, right: Value) -> str:
    if left.extra == EAGER_NUMBER and right.kinds & (TENSORLIKE | UNKNOWN):
        return right.dtype
    if left.dtype == right.dtype or not right.kinds & TENSORLIKE:
        return left.dtype
    if not left.kinds & TENSORLIKE:
        return right.dtype
    return left.dtype or right.dtype


def _repeat(frame: Frame, node: ast.AST, left: Value, right: Value) -> Value:
    count = right if left.kinds & CONTAINER else left
    values = left if left.kinds & CONTAINER else right
    if tensorness(count) == YES and not is_nest(count):
        _operation(frame, node, left, right, ast.Mult())
        return Value(TENSOR)
    return Value(CONTAINER, elem=element(values), origin=FRESH)


def _containers(frame: Frame, node: ast.AST, left: Value, right: Value, operator: ast.operator) -> Value:
    if isinstance(operator, ast.Mult):
        values, count = (left, right) if left.kinds & CONTAINER else (right, left)
        if count.extra == EAGER_NUMBER:
            _operation(frame, node, left, right, operator)
        return Value(CONTAINER, elem=element(values), origin=FRESH)
    if left.kinds & CONTAINER and right.kinds & CONTAINER:
        if left.items is not None and right.items is not None and left.keys is None and right.keys is None:
            return Value(CONTAINER, items=left.items + right.items, origin=FRESH)
        return Value(CONTAINER, elem=join(element(left), element(right)), origin=FRESH)
    other = right if left.kinds & CONTAINER else left
    if other.kinds & UNKNOWN:
        return UNKNOWN_VALUE
    return Value(CONTAINER, elem=UNKNOWN_VALUE, origin=FRESH)


def _unknown(frame: Frame, node: ast.AST, left: Value, right: Value, operator: ast.AST) -> Value:
    deps = left.deps | right.deps
    _operation(frame, node, left, right, operator)
    pure = all(v.deps or not v.kinds & UNKNOWN for v in (left, right))
    fraction = any(v.extra == FLOATING or (v.kinds == NUMBER and v.dtype == "float") for v in (left, right))
    extra = (
        FLOATING
        if isinstance(operator, ast.Div) or (fraction and isinstance(operator, _ARITHMETIC))
        else None
    )
    if not (pure and deps):
        return Value(UNKNOWN, extra=extra) if extra else UNKNOWN_VALUE
    return Value(UNKNOWN, deps=deps, extra=extra)


def compare(frame: Frame, node: ast.Compare, values: list[Value]) -> Value:
    """Value of a comparison (chained ones are joined by `and`, which AutoGraph converts)."""
    result = None
    for operator, left, right in zip(node.ops, values, values[1:]):
        part = operated_on(frame, node, left, right, operator) or _comparison(
            frame, node, left, right, operator
        )
        result = part if result is None else join(result, part)
    return result or BOOL_VALUE


def _comparison(frame: Frame, node: ast.Compare, left: Value, right: Value, operator: ast.cmpop) -> Value:
    if isinstance(operator, (ast.Is, ast.IsNot)):
        return BOOL_VALUE
    kinds = left.kinds | right.kinds
    if isinstance(operator, (ast.In, ast.NotIn)):
        if tensorness(left) != NO or (tensorness(right) != NO and not right.kinds & CONTAINER):
            _operation(frame, node, left, right, operator)
        return BOOL_VALUE
    if isinstance(operator, (ast.Eq, ast.NotEq)) and (_plain(left) or _plain(right)):
        return BOOL_VALUE
    if is_nest(left) and is_nest(right):
        return UNKNOWN_VALUE
    if kinds & TENSORLIKE:
        _operation(frame, node, left, right, operator)
        _evidence(frame, node, left, right)
        return Value(TENSOR | BOOL if _perhaps_numbers(left, right) else TENSOR, dtype="bool")
    if kinds & UNKNOWN:
        value = _unknown(frame, node, left, right, operator)
        return Value(UNKNOWN, deps=value.deps, dtype="bool")
    if kinds & ARRAY:
        return Value(ARRAY, deps=left.deps | right.deps, dtype="bool")
    return BOOL_VALUE


def _plain(value: Value) -> bool:
    """A constant that only Python values are compared with: a string, None, a shape, a tuple."""
    return (
        bool(value.kinds)
        and not value.kinds & ~(STRING | SHAPE | DTYPE | BOOL | CONTAINER | NONE)
        and value.const is not True
    )

"""Small changes of one expression: another function, a wrapper around it, a comparison."""

from __future__ import annotations

import ast
import re

from flake8_hybridize.fixes.edits import make_fix
from flake8_hybridize.fixes.imports import tensorflow_reference
from flake8_hybridize.fixes.scopes import parents
from flake8_hybridize.fixes.syntax import span, trusted_span
from flake8_hybridize.results import Applicability, Edit, Fix
from flake8_hybridize.source.text import Source

_TIGHT = (
    ast.Name,
    ast.Attribute,
    ast.Subscript,
    ast.Call,
    ast.Constant,
    ast.BinOp,
    ast.UnaryOp,
    ast.Tuple,
    ast.List,
)
"""Expressions that bind more tightly than a comparison."""

_UNWRAPPABLE = (ast.Starred, ast.GeneratorExp, ast.Yield, ast.YieldFrom)


def _renamed(
    source: Source, call: ast.Call, name: str, applicability: Applicability, reason: str
) -> Fix | None:
    """Call `tf.<name>` with the same arguments."""
    reference = tensorflow_reference(source, call)
    if reference is None or call.keywords or trusted_span(source, call) is None:
        return None
    target = f"{reference.text}.{name}"
    edits = [*reference.edits, Edit(*span(source, call.func), target)]
    description = f"Replace `{ast.unparse(call.func)}` by `{target}`"
    return make_fix(source, edits, applicability, description, reason)


def range_to_tf(source: Source, call: ast.Call) -> Fix | None:
    """`range(n)` to `tf.range(n)` (HYB222, HYB308)."""
    reason = "the loop variable becomes a tensor and the loop is traced once instead of unrolled"
    return _renamed(source, call, "range", Applicability.UNSAFE, reason)


def time_to_tf(source: Source, call: ast.Call) -> Fix | None:
    """`time.time()` to `tf.timestamp()` (HYB209)."""
    reason = "the time is a float64 tensor, read when the graph runs"
    return None if call.args else _renamed(source, call, "timestamp", Applicability.UNSAFE, reason)


def extremum_to_tf(
    source: Source, call: ast.Call, applicability: Applicability = Applicability.UNSAFE
) -> Fix | None:
    """`max(a, b)` and `min(a, b)` to `tf.maximum` and `tf.minimum` (HYB219).

    Safe where both are known to have one dtype; say so by `applicability`.
    """
    names = {"max": "maximum", "min": "minimum"}
    name = names.get(call.func.id) if isinstance(call.func, ast.Name) else None
    if name is None or len(call.args) != 2 or any(isinstance(node, ast.Starred) for node in call.args):
        return None
    return _renamed(source, call, name, applicability, "works on tensors of any shape, element by element")


def wrap(
    source: Source,
    node: ast.expr,
    function: str,
    *,
    applicability: Applicability = Applicability.UNSAFE,
    reason: str = "",
) -> Fix | None:
    """Put `tf.<function>(…)` around an expression, such as `constant` or `unstack`."""
    reference = tensorflow_reference(source, node)
    place = trusted_span(source, node)
    if reference is None or place is None or isinstance(node, _UNWRAPPABLE):
        return None
    start, end = place
    target = f"{reference.text}.{function}"
    opened, closed = ("((", "))") if isinstance(node, ast.Tuple) and source.text[start] != "(" else ("(", ")")
    edits = [*reference.edits, Edit(start, start, target + opened), Edit(end, end, closed)]
    return make_fix(source, edits, applicability, f"Wrap it in `{target}`", reason)


def argument_to_tensor(source: Source, argument: ast.expr) -> Fix | None:
    """Pass a varying Python number as `tf.constant(…)`, so that it no longer causes a trace (HYB302)."""
    reason = "the function sees a tensor (int32, float32) instead of a Python number"
    return wrap(source, argument, "constant", reason=reason)


def iterable_to_unstack(source: Source, iterable: ast.expr) -> Fix | None:
    """Iterate over `tf.unstack(x)` where Python itself iterates (HYB219)."""
    reason = "the first dimension must be known when the function is traced"
    return wrap(source, iterable, "unstack", reason=reason)


def compare_with_zero(source: Source, test: ast.expr) -> Fix | None:
    """`if t:` to `if t != 0:` for a number tensor, `not t` to `t == 0` (HYB220).

    Operands of `and` and `or` go one by one.
    """
    place = trusted_span(source, test)
    if place is None or isinstance(test, ast.BoolOp | ast.Compare):
        return None
    start, end = place
    around = parents(source.tree()).get(test)
    begin = span(source, around)[0] if isinstance(around, ast.UnaryOp) else start
    negated = re.fullmatch(r"not[ \t]+", source.text[begin:start]) is not None
    sign = " == 0" if negated else " != 0"
    edits = [Edit(end, end, sign)]
    if not isinstance(test, _TIGHT):
        edits = [Edit(start, start, "("), Edit(end, end, f"){sign}")]
    if negated:
        edits.append(Edit(begin, start, ""))
    reason = "eager Python tests a number for being other than zero, too"
    return make_fix(source, edits, Applicability.SAFE, "Compare with zero", reason)


def number_to_float(
    source: Source, number: ast.Constant, applicability: Applicability = Applicability.SAFE
) -> Fix | None:
    """`0` to `0.0`, for an accumulator that floats are added to (HYB222)."""
    place = trusted_span(source, number)
    if (
        place is None
        or type(number.value) is not int
        or not source.text[slice(*place)].replace("_", "").isdigit()
    ):
        return None
    end = place[1]
    reason = "what is added is float32: the sum is a float in eager code as well"
    return make_fix(source, [Edit(end, end, ".0")], applicability, "Start with a float", reason)

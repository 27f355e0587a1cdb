"""Fixes of calls whose value must be a tensor: output, randomness, clocks, NumPy, builtins."""

from __future__ import annotations

import ast

from flake8_hybridize.fixes.calls import extremum_to_tf, iterable_to_unstack, time_to_tf
from flake8_hybridize.fixes.edits import make_fix
from flake8_hybridize.fixes.equivalents import ARRAY_METHODS
from flake8_hybridize.fixes.flow import Flow
from flake8_hybridize.fixes.numeric import array_method_to_function, tensorflow_equivalent
from flake8_hybridize.fixes.prints import print_to_tf
from flake8_hybridize.fixes.randomness import random_to_tf
from flake8_hybridize.fixes.scene import Spot
from flake8_hybridize.fixes.scopes import statement_of
from flake8_hybridize.results import Applicability, Fix
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.values import TENSORLIKE, Value

_UNSTACKED = ("enumerate", "zip", "reversed", "list", "tuple", "map", "sum")
_KEEP_INTEGERS = frozenset(
    "abs absolute add amax amin argmax argmin clip concat concatenate equal expand_dims greater "
    "greater_equal less less_equal max maximum min minimum multiply negative not_equal ones_like prod "
    "repeat reshape roll sign square squeeze stack subtract sum transpose where zeros_like astype".split()
)
"""Functions whose result for integers is the same integer in NumPy and in TensorFlow, if of another width."""

_TENSOR_ATTRIBUTES = ("shape", "dtype")


def printed(spot: Spot) -> Fix | None:
    """`print` to `tf.print` (HYB201)."""
    call = spot.call
    if call is None or call.target != "builtins.print":
        return None
    return print_to_tf(spot.source, call.node, spot.scene.tensors_in(spot.home, call.node))


def drawn(spot: Spot) -> Fix | None:
    """A Python or NumPy random number to one of `tf.random`, where it goes where a tensor may go (HYB208)."""
    call = spot.call
    if call is None or not _may_be_tensor(spot, call.node, "float32"):
        return None
    return random_to_tf(spot.source, call.node, call.target)


def clocked(spot: Spot) -> Fix | None:
    """`time.time()` to `tf.timestamp()` (HYB209)."""
    call = spot.call
    if call is None or call.target != "time.time" or not _may_be_tensor(spot, call.node, "float64"):
        return None
    return time_to_tf(spot.source, call.node)


def _may_be_tensor(spot: Spot, node: ast.expr, dtype: str) -> bool:
    if spot.home is None or not spot.traced_only:
        return False
    return Flow(spot.scene, spot.home, returns=spot.home is spot.function).takes(node, dtype)


def of_numpy(spot: Spot) -> Fix | None:
    """A NumPy function or an array's method to what TensorFlow has for it (HYB213)."""
    call = spot.call
    if call is None or not spot.traced_only or _asks_for_array(spot, call.node):
        return None
    if call.method in ARRAY_METHODS and not call.target:
        return array_method_to_function(spot.source, call.node)
    package, _, name = call.target.partition(".")
    if package not in ("numpy", "math") or not _same_dtypes(call, name):
        return None
    return tensorflow_equivalent(spot.source, call.node, call.target)


def _same_dtypes(call: Call, name: str) -> bool:
    """NumPy computes functions of integers in float64 and mixes dtypes; TensorFlow does neither."""
    tensors = [value for value in (*call.args, *call.kwargs.values()) if value.kinds & TENSORLIKE]
    dtypes = {value.dtype for value in tensors if value.dtype}
    if len(dtypes) > 1:
        return False
    floats = not any(dtype.startswith(("int", "uint", "bool")) for dtype in dtypes)
    return (floats or name in _KEEP_INTEGERS) and _first_is_no_int(call, tensors)


def _first_is_no_int(call: Call, tensors: list[Value]) -> bool:
    """`tf.maximum(0, x)` takes 0 for an int32 before it sees the float `x`."""
    first = call.node.args[0] if call.node.args else None
    whole = isinstance(first, ast.Constant) and isinstance(first.value, int)
    return not whole or not tensors


def _asks_for_array(spot: Spot, node: ast.expr) -> bool:
    """Whether the result is used as only an array can be: `.tolist()`, `.T`, as a formatted text."""
    parent = spot.scene.up[node]
    if isinstance(parent, ast.Attribute):
        return parent.attr not in (*_TENSOR_ATTRIBUTES, *ARRAY_METHODS)
    if isinstance(parent, ast.Assign) and spot.home is not None:
        names = {target.id for target in parent.targets if isinstance(target, ast.Name)}
        return any(
            isinstance(other, ast.Attribute)
            and isinstance(other.value, ast.Name)
            and other.value.id in names
            and other.attr not in (*_TENSOR_ATTRIBUTES, *ARRAY_METHODS)
            for other in ast.walk(spot.home.node)
        )
    return isinstance(parent, ast.FormattedValue)


def over_tensor(spot: Spot) -> Fix | None:
    """`tf.unstack` where Python iterates, TensorFlow's functions for `max` and those of math (HYB219)."""
    node, call = spot.node, spot.call
    if call is not None and isinstance(node, ast.Call) and call.target.startswith(("builtins.", "math.")):
        return _builtin(spot, call)
    if isinstance(node, ast.Starred):
        node = node.value
    statement = statement_of(spot.source.tree(), node)
    if not isinstance(node, ast.expr) or isinstance(node, ast.FormattedValue | ast.BinOp | ast.JoinedStr):
        return None
    return iterable_to_unstack(spot.source, node) if statement is not None else None


def _builtin(spot: Spot, call: Call) -> Fix | None:
    if call.target.startswith("math."):
        mixed = not spot.traced_only or not _same_dtypes(call, call.target.rpartition(".")[2])
        return None if mixed else tensorflow_equivalent(spot.source, call.node, call.target)
    name = call.target.rpartition(".")[2]
    if name in ("min", "max"):
        dtypes = {value.dtype for value in call.args}
        return None if len(dtypes) > 1 and "" not in dtypes else extremum_to_tf(spot.source, call.node)
    if name not in _UNSTACKED or len(call.args) != len(call.node.args):
        return None
    return _unstacked(spot, call)


def _unstacked(spot: Spot, call: Call) -> Fix | None:
    """Every tensor among the arguments wrapped."""
    fixes = [
        iterable_to_unstack(spot.source, node)
        for node, value in zip(call.node.args, call.args)
        if spot.scene.is_tensor(value, spot.home) and value.extra != "nest"
    ]
    complete = [fix for fix in fixes if fix is not None]
    if not complete or len(complete) < len(fixes):
        return None
    edits = [edit for fix in complete for edit in fix.edits]
    first = complete[0]
    return make_fix(spot.source, edits, Applicability.UNSAFE, first.description, first.reason)

"""Fixes of statements in a traced body: tests, loops, assertions, dropped results."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.fixes.calls import compare_with_zero, number_to_float, range_to_tf
from flake8_hybridize.fixes.control import assert_to_tf, hoist_walrus, keep_written
from flake8_hybridize.fixes.dtypes import dtype_of
from flake8_hybridize.fixes.flow import Flow
from flake8_hybridize.fixes.hoists import hoist_out_of_function, hoist_out_of_loop, name_called_at_once
from flake8_hybridize.fixes.keywords import drop_autograph_off
from flake8_hybridize.fixes.scene import Spot, is_only_tensor, short_name
from flake8_hybridize.fixes.scopes import statement_of
from flake8_hybridize.fixes.tensor_arrays import list_to_tensor_array
from flake8_hybridize.results import Applicability, Fix
from flake8_hybridize.tensors.iteration import round_count
from flake8_hybridize.tensors.observations import Call, Leave, Loop, Test
from flake8_hybridize.tensors.values import NO, Value

_NUMBERS = ("int", "uint", "float", "bfloat", "complex")
_ARRAY_METHODS = ("write", "scatter", "unstack", "split")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_REDUCTIONS = frozenset(
    "reduce_sum reduce_mean reduce_max reduce_min reduce_prod reduce_std reduce_variance norm linalg.norm "
    "nn.l2_loss".split()
)
_ELEMENTWISE = frozenset(
    "abs square sqrt exp log cast negative tanh sigmoid maximum minimum add subtract multiply divide pow "
    "stop_gradient identity".split()
)
LONG = 64


def tested(spot: Spot) -> Fix | None:
    """`!= 0` where a number is tested, in a place that AutoGraph converts (HYB220)."""
    node = spot.node
    test = spot.scene.seen(spot.home, node, Test)
    if test is None or not isinstance(node, ast.expr) or not test.where.converted:
        return None
    if not test.value.dtype.startswith(_NUMBERS) or not _is_for_truth(spot, node):
        return None
    return compare_with_zero(spot.source, node)


def _is_for_truth(spot: Spot, node: ast.AST) -> bool:
    """Whether only the truth of the value counts: `a or b` may also be asked for the value itself."""
    for around in spot.scene.above(node):
        if isinstance(around, ast.UnaryOp) and isinstance(around.op, ast.Not):
            return True
        if isinstance(around, ast.If | ast.While | ast.IfExp):
            return node is around.test
        if not isinstance(around, ast.BoolOp):
            return False
        node = around
    return False


def asserted(spot: Spot) -> Fix | None:
    """`assert` to `tf.debugging.Assert` for a bool tensor (HYB223)."""
    statement = spot.scene.up.get(spot.node)
    test = spot.scene.seen(spot.home, spot.node, Test)
    if not isinstance(statement, ast.Assert) or test is None or test.value.dtype != "bool":
        return None
    return assert_to_tf(spot.source, statement) if is_only_tensor(test.value) else None


def kept(spot: Spot) -> Fix | None:
    """The result of `TensorArray.write` kept under the same name (HYB231)."""
    node = spot.node
    statement = node if isinstance(node, ast.Expr) else spot.scene.up.get(node)
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return None
    func = statement.value.func
    known = isinstance(func, ast.Attribute) and func.attr in _ARRAY_METHODS
    if not known or spot.in_helper:
        return None
    return keep_written(spot.source, statement)


def converted(spot: Spot) -> Fix | None:
    """The walrus before its statement, `autograph=False` deleted (HYB233)."""
    node = spot.node
    if isinstance(node, ast.NamedExpr):
        return hoist_walrus(spot.source, node)
    return drop_autograph_off(spot.source, node) if isinstance(node, ast.Call) else None


def hoisted(spot: Spot) -> Fix | None:
    """A `tf.function` made again and again made once, before the loop or the function around it (HYB303)."""
    statement: ast.AST | None = statement_of(spot.source.tree(), spot.node)
    if isinstance(spot.node, ast.expr) and isinstance(spot.scene.up[spot.node], ast.FunctionDef):
        statement = spot.scene.up[spot.node]
    around = spot.scene.up.get(statement) if statement is not None else None
    if isinstance(statement, ast.FunctionDef) or (
        isinstance(statement, ast.Assign) and statement.value is spot.node
    ):
        if isinstance(around, ast.For | ast.While):
            return hoist_out_of_loop(spot.source, statement, around)
        return (
            hoist_out_of_function(spot.source, statement, around)
            if isinstance(around, ast.FunctionDef)
            else None
        )
    return name_called_at_once(spot.source, spot.node) if isinstance(spot.node, ast.Call) else None


# ---------------------------------------------------------------------- loops
def carried(spot: Spot) -> Fix | None:
    """A float to start a sum, a TensorArray for a list, a graph loop where a tensor ends it (HYB222)."""
    node = spot.node
    if isinstance(node, ast.Break):
        return _graph_loop(spot, node)
    loop = next(
        (around for around in spot.scene.above(node) if isinstance(around, ast.For | ast.While)), None
    )
    if loop is None:
        return None
    if isinstance(node, ast.AugAssign | ast.Assign):
        return _float_start(spot, node, loop)
    return _tensor_array(spot, node, loop) if isinstance(node, ast.Call) else None


def _float_start(spot: Spot, node: ast.AugAssign | ast.Assign, loop: ast.For | ast.While) -> Fix | None:
    """`total = 0` before the loop becomes `total = 0.0`; safe for a sum of scalars."""
    target = node.target if isinstance(node, ast.AugAssign) else node.targets[0]
    seen = spot.scene.seen(spot.home, loop, Loop)
    if not isinstance(target, ast.Name) or seen is None:
        return None
    end = seen.end.get(target.id)
    start = _start(spot, target.id, loop)
    added = node.value if isinstance(node, ast.AugAssign) else None
    dtype = end.dtype if end is not None else ""
    if start is None or (dtype or (added and dtype_of(spot.scene, spot.home, added))) != "float32":
        return None
    scalar = added is not None and _is_scalar(spot, added, 0)
    return number_to_float(spot.source, start, Applicability.SAFE if scalar else Applicability.UNSAFE)


def _start(spot: Spot, name: str, loop: ast.AST) -> ast.Constant | None:
    """The number that the name is last given before the loop, in the statements of the same block."""
    block = _block(spot, loop)
    for statement in reversed(block[: block.index(loop)]):
        stored = [n for n in ast.walk(statement) if isinstance(n, ast.Name) and n.id == name]
        if not any(isinstance(n.ctx, ast.Store) for n in stored):
            if stored:
                return None
            continue
        value = statement.value if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
        plain = isinstance(statement, ast.Assign) and statement.targets[0] in stored
        return value if plain and isinstance(value, ast.Constant) else None
    return None


def _block(spot: Spot, statement: ast.AST) -> list[ast.AST]:
    parent = spot.scene.up[statement]
    lists = [value for _, value in ast.iter_fields(parent) if isinstance(value, list) and statement in value]
    return lists[0] if lists else [statement]


def _is_scalar(spot: Spot, node: ast.expr, depth: int) -> bool:
    """Whether the expression is surely a tensor without dimensions."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.BinOp):
        return _is_scalar(spot, node.left, depth) and _is_scalar(spot, node.right, depth)
    if isinstance(node, ast.UnaryOp):
        return _is_scalar(spot, node.operand, depth)
    if isinstance(node, ast.Name) and depth < 4:
        values = list(_assigned(spot, node.id))
        return bool(values) and all(
            value is not None and _is_scalar(spot, value, depth + 1) for value in values
        )
    call = spot.scene.seen(spot.home, node, Call) if isinstance(node, ast.Call) else None
    if call is None or not isinstance(node, ast.Call):
        return False
    if short_name(call.target) in _REDUCTIONS:
        return len(node.args) == 1 and not node.keywords
    return short_name(call.target) in _ELEMENTWISE and all(
        _is_scalar(spot, argument, depth + 1)
        for argument in (node.args[:1] if "cast" in call.target else node.args)
    )


def _assigned(spot: Spot, name: str) -> Iterator[ast.expr | None]:
    """What a local name is given; None where that is not a plain assignment."""
    if spot.home is None or name in {param.name for param in spot.home.params}:
        yield None
        return
    for node in ast.walk(spot.home.node):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store):
            parent = spot.scene.up[node]
            yield parent.value if isinstance(parent, ast.Assign) else None


def _tensor_array(spot: Spot, node: ast.Call, loop: ast.For | ast.While) -> Fix | None:
    """`out.append(v)` in a loop over a tensor; the dtype of `v` must be known."""
    call = spot.call
    func = node.func
    if (
        call is None
        or len(call.args) != 1
        or not isinstance(func, ast.Attribute)
        or not isinstance(func.value, ast.Name)
    ):
        return None
    dtype = dtype_of(spot.scene, spot.home, node.args[0]) if is_only_tensor(call.args[0]) else ""
    if not dtype.startswith((*_NUMBERS, "bool")):
        return None
    return list_to_tensor_array(spot.source, func.value.id, loop, dtype)


def _graph_loop(spot: Spot, node: ast.Break) -> Fix | None:
    """`for _ in range(n)` with a `break` under a tensor test becomes a loop over `tf.range(n)`."""
    loop = next(
        (around for around in spot.scene.above(node) if isinstance(around, ast.For | ast.While)), None
    )
    leave = spot.scene.seen(spot.home, node, Leave)
    return _over_tf_range(spot, loop) if isinstance(loop, ast.For) and leave is not None else None


def _over_tf_range(spot: Spot, loop: ast.For) -> Fix | None:
    call = spot.scene.seen(spot.home, loop.iter, Call)
    if call is None or call.target != "builtins.range" or spot.home is None or loop.orelse:
        return None
    target = loop.target
    if not isinstance(target, ast.Name) or not _numbers(call.args):
        return None
    if not Flow(spot.scene, spot.home, returns=spot.home is spot.function).takes_name(target.id, "int32"):
        return None
    return range_to_tf(spot.source, call.node)


def _numbers(values: tuple[Value, ...]) -> bool:
    return bool(values) and all(value.kinds for value in values)


def rolled(spot: Spot) -> Fix | None:
    """The outermost long loop over a `range` as a loop over `tf.range` (HYB308)."""
    function = spot.function
    if function is None or isinstance(function.node, ast.Lambda):
        return None
    inside = Spot(spot.scene, spot.finding, function.node, function, function, spot.signal)
    for loop in _long_loops(inside):
        fix = _over_tf_range(inside, loop)
        if fix is not None:
            return fix
    return None


def _long_loops(spot: Spot) -> Iterator[ast.For]:
    """Outermost first: loops that Python runs, with the loops in them, more than 64 times."""
    seen = [loop for loop in spot.scene.facts(spot.home).observations if isinstance(loop, Loop)]
    counts = {loop.node: max(1, round_count(loop.value)) for loop in seen if loop.staged == NO}
    for loop in sorted(counts, key=lambda node: node.lineno):
        rounds = counts[loop]
        for other in ast.walk(loop):
            if other is not loop and isinstance(other, ast.For):
                rounds *= counts.get(other, 1)
        if rounds > LONG and isinstance(loop, ast.For):
            yield loop

"""Whether a Python number is an int or a float, where the code tells: the dtype of the tensor it becomes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.fixes.scene import Scene
from flake8_hybridize.model.module import Function
from flake8_hybridize.tensors.observations import Call, Leave

_WHOLE = ("builtins.len", "builtins.int")
_REAL = (
    "builtins.float",
    "math.cos",
    "math.exp",
    "math.log",
    "math.pow",
    "math.sin",
    "math.sqrt",
    "math.tanh",
)
_DEEPEST = 5
DTYPES = {"int": "int32", "float": "float32"}


def tensor_dtype(scene: Scene, home: Function | None, node: ast.expr) -> str:
    """The dtype of `tf.constant(node)`: `int32`, `float32`, or empty where it may be either or neither."""
    return DTYPES.get(_kind(scene, home, node, 0), "")


def _kind(scene: Scene, home: Function | None, node: ast.expr, depth: int) -> str:
    if isinstance(node, ast.Constant):
        return type(node.value).__name__
    if depth > _DEEPEST:
        return ""
    if isinstance(node, ast.UnaryOp):
        return _kind(scene, home, node.operand, depth + 1)
    if isinstance(node, ast.BinOp):
        return _of_operation(
            node.op, *(_kind(scene, home, side, depth + 1) for side in (node.left, node.right))
        )
    if isinstance(node, ast.Call):
        return _of_call(scene, home, node, depth)
    known = scene.value(home, node).dtype
    if known in DTYPES:
        return known
    kinds = {_of_binding(scene, home, target, depth) for target in _bindings(scene, home, node)}
    return _joined(kinds)


def _of_operation(operator: ast.operator, left: str, right: str) -> str:
    if "float" in (left, right) or isinstance(operator, ast.Div):
        return "float" if {left, right} <= {"int", "float"} or "float" in (left, right) else ""
    whole = left == right == "int" and not isinstance(operator, ast.Pow | ast.MatMult)
    return "int" if whole else ""


def _joined(kinds: set[str]) -> str:
    """What all of them are."""
    return kinds.pop() if len(kinds) == 1 else ""


def _of_call(scene: Scene, home: Function | None, node: ast.Call, depth: int) -> str:
    call = scene.seen(home, node, Call)
    if call is None:
        return ""
    if call.target in _WHOLE:
        return "int"
    if call.target in _REAL:
        return "float"
    if len(call.functions) != 1 or call.functions[0].module is not scene.context.module:
        return ""
    function = call.functions[0]
    returned = [seen.node for seen in scene.facts(function).observations if isinstance(seen, Leave)]
    values = [node.value for node in returned if isinstance(node, ast.Return)]
    if not values or len(values) != len(returned):
        return ""
    return _joined({_kind(scene, function, value, depth + 1) if value else "" for value in values})


def _bindings(scene: Scene, home: Function | None, node: ast.expr) -> Iterator[ast.expr]:
    """The targets that bind a local name, or an attribute that the file stores."""
    if isinstance(node, ast.Attribute):
        yield from scene.context.module.attribute_stores.get(node.attr, ())
    elif isinstance(node, ast.Name):
        root = home.node if home is not None else scene.context.module.tree
        for other in ast.walk(root):
            if isinstance(other, ast.Name) and other.id == node.id and isinstance(other.ctx, ast.Store):
                yield other


def _of_binding(scene: Scene, home: Function | None, target: ast.expr, depth: int) -> str:
    parent = scene.up[target]
    if isinstance(parent, ast.Assign):
        return _kind(scene, scene.home(parent), parent.value, depth + 1)
    if isinstance(parent, ast.AugAssign):
        added = _kind(scene, scene.home(parent), parent.value, depth + 1)
        if isinstance(parent.op, ast.Div):
            return "float" if added in DTYPES else ""
        return added
    if isinstance(parent, ast.For):
        return "int" if _counts(scene, home, parent.iter, ("builtins.range",)) else ""
    if isinstance(parent, ast.Tuple) and parent.elts[0] is target:
        loop = scene.up[parent]
        whole = isinstance(loop, ast.For) and _counts(scene, home, loop.iter, ("builtins.enumerate",))
        return "int" if whole else ""
    return ""


def _counts(scene: Scene, home: Function | None, iterable: ast.expr, names: tuple[str, ...]) -> bool:
    call = scene.seen(home, iterable, Call) if isinstance(iterable, ast.Call) else None
    return call is not None and call.target in names

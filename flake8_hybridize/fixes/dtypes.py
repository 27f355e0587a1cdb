"""The dtype of a tensor expression, through operations that keep it, names and the calls of a function."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.fixes.scene import Scene, short_name
from flake8_hybridize.model.module import Function
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.values import TENSORLIKE
from flake8_hybridize.verdict.boundary.specs import Reader
from flake8_hybridize.verdict.boundary.variation import argument

_SAME = frozenset(
    "abs square sqrt exp negative tanh sigmoid maximum minimum add subtract multiply pow identity matmul "
    "stop_gradient linalg.matmul linalg.matvec tensordot reshape transpose squeeze expand_dims concat stack "
    "where reduce_sum reduce_mean reduce_max reduce_min reduce_prod reduce_std norm linalg.norm "
    "clip_by_value nn.relu nn.softmax nn.tanh nn.sigmoid log sin cos zeros_like ones_like gather".split()
)
"""Operations whose floating tensors all have one dtype, that of the result."""

_DEEPEST = 8


def dtype_of(scene: Scene, home: Function | None, node: ast.expr) -> str:
    """Such as `float32`; empty where it is not known or not always the same."""
    found = set(_dtypes(scene, home, node, 0, set()))
    return found.pop() if len(found) == 1 else ""


def _dtypes(
    scene: Scene, home: Function | None, node: ast.expr, depth: int, done: set[tuple[Function | None, str]]
) -> Iterator[str]:
    """Every dtype the expression may have, the empty one where a part is not known.

    What is in the middle of being asked for gives nothing: a name that is computed from itself.
    """
    value = scene.value(home, node)
    if value.kinds & TENSORLIKE and value.dtype:
        yield value.dtype
    elif depth > _DEEPEST:
        yield ""
    elif isinstance(node, ast.Name):
        if (home, node.id) not in done:
            done.add((home, node.id))
            yield from _of_name(scene, home, node.id, depth + 1, done)
    elif isinstance(node, ast.Subscript):
        yield from _dtypes(scene, home, node.value, depth + 1, done)
    elif isinstance(node, ast.UnaryOp):
        yield from _dtypes(scene, home, node.operand, depth + 1, done)
    elif isinstance(node, ast.BinOp):
        whole = isinstance(node.op, ast.Div)
        yield from _of_operands(scene, home, (node.left, node.right), depth, done, not whole)
    elif isinstance(node, ast.Call):
        call = scene.seen(home, node, Call)
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        if call is not None and short_name(call.target) in _SAME:
            yield from _of_operands(scene, home, given, depth, done, False)
        else:
            spec = Reader(scene.context.program.engine, scene.context.module, home).tensor(node)
            yield spec.dtype if spec is not None else ""
    else:
        yield ""


def _of_operands(
    scene: Scene,
    home: Function | None,
    nodes: list[ast.expr] | tuple[ast.expr, ...],
    depth: int,
    done: set[tuple[Function | None, str]],
    integers: bool,
) -> Iterator[str]:
    """The one dtype that any operand is known to have; only floats survive every operation."""
    parts = [
        part for node in nodes for part in (node.elts if isinstance(node, ast.List | ast.Tuple) else [node])
    ]
    found = [set(_dtypes(scene, home, part, depth + 1, done)) for part in parts]
    if any(not dtypes for dtypes in found) and not any(found):
        return
    known = {dtype for dtypes in found if len(dtypes) == 1 for dtype in dtypes if dtype}
    floats = {dtype for dtype in known if dtype.startswith(("float", "bfloat"))}
    chosen = floats or (known if integers else set())
    yield chosen.pop() if len(chosen) == 1 else ""


def _of_name(
    scene: Scene, home: Function | None, name: str, depth: int, done: set[tuple[Function | None, str]]
) -> Iterator[str]:
    root = home.node if home is not None else scene.context.module.tree
    index = home.param_index(name) if home is not None else None
    if home is not None and index is not None:
        yield from _of_parameter(scene, home, index, depth, done)
    elif home is not None and name not in home.local_names:
        yield ""
        return
    for node in ast.walk(root):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store):
            parent = scene.up[node]
            if isinstance(parent, ast.Assign):
                yield from _dtypes(scene, home, parent.value, depth, done)
            elif isinstance(parent, ast.For):
                yield from _dtypes(scene, home, parent.iter, depth, done)
            elif not isinstance(parent, ast.AugAssign):
                yield ""


def _of_parameter(
    scene: Scene, home: Function, index: int, depth: int, done: set[tuple[Function | None, str]]
) -> Iterator[str]:
    sites = scene.context.callers.calls(home)
    if not sites:
        yield ""
    for site in sites:
        node = argument(site, index)
        value = site.bound.get(index)
        if value is not None and value.kinds & TENSORLIKE and value.dtype:
            yield value.dtype
        elif node is None or site.module is not scene.context.module:
            yield ""
        else:
            yield from _dtypes(scene, site.caller, node, depth, done)

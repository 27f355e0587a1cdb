"""A list filled in a loop over a tensor to a `tf.TensorArray` (HYB222)."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import NamedTuple

from flake8_hybridize.fixes.edits import make_fix
from flake8_hybridize.fixes.imports import tensorflow_reference
from flake8_hybridize.fixes.scopes import block_of, function_of
from flake8_hybridize.fixes.syntax import span
from flake8_hybridize.results import Applicability, Edit, Fix
from flake8_hybridize.source.text import Source

_REASON = (
    "the elements must have one dtype and one shape; the array grows in the graph (not under jit_compile)"
)


class _Pattern(NamedTuple):
    made: ast.Assign
    appended: ast.Expr
    stacked: ast.Call


def list_to_tensor_array(source: Source, name: str, loop: ast.For | ast.While, dtype: str) -> Fix | None:
    """Rewrite `out = []`, a loop with `out.append(v)`, and `tf.stack(out)` (or `tf.concat(out, 0)`) after it.

    `dtype` is the text of the elements' dtype below `tf.`, such as `float32`. None for anything but
    exactly these three uses of the name.
    """
    function = function_of(source.tree(), loop)
    pattern = _match(source.tree(), function, name, loop) if function is not None else None
    reference = tensorflow_reference(source, loop)
    if pattern is None or reference is None:
        return None
    call = pattern.appended.value
    assert isinstance(call, ast.Call)
    array = f"{reference.text}.TensorArray({reference.text}.{dtype}, size=0, dynamic_size=True)"
    opened = source.text.index("(", span(source, call.func)[1]) + 1
    start = span(source, pattern.appended)[0]
    blank = "" if source.text[opened].isspace() else " "
    method = "stack" if _last(pattern.stacked) == "stack" else "concat"
    edits = [
        *reference.edits,
        Edit(*span(source, pattern.made.value), array),
        Edit(start, opened, f"{name} = {name}.write({name}.size(),{blank}"),
        Edit(*span(source, pattern.stacked), f"{name}.{method}()"),
    ]
    return make_fix(source, edits, Applicability.UNSAFE, f"Make `{name}` a TensorArray", _REASON)


def _match(
    tree: ast.Module, function: ast.FunctionDef | ast.AsyncFunctionDef, name: str, loop: ast.For | ast.While
) -> _Pattern | None:
    uses = [node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == name]
    block = block_of(tree, loop)
    if len(uses) != 3 or block is None:
        return None
    before, after = block[: block.index(loop)], block[block.index(loop) + 1 :]
    made = next((node for node in before if _makes(node, name)), None)
    appended = next((node for node in loop.body if _appends(node, name)), None)
    stacked = next((call for node in after for call in ast.walk(node) if _stacks(call, name)), None)
    if (
        not isinstance(made, ast.Assign)
        or not isinstance(appended, ast.Expr)
        or not isinstance(stacked, ast.Call)
    ):
        return None
    return _Pattern(made, appended, stacked)


def _makes(node: ast.stmt, name: str) -> bool:
    return (
        isinstance(node, ast.Assign)
        and len(node.targets) == 1
        and _is(node.targets[0], name)
        and isinstance(node.value, ast.List)
        and not node.value.elts
    )


def _appends(node: ast.stmt, name: str) -> bool:
    call = node.value if isinstance(node, ast.Expr) else None
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "append"
        and _is(call.func.value, name)
        and len(call.args) == 1
        and not call.keywords
        and not isinstance(call.args[0], ast.Starred | ast.GeneratorExp)
    )


def _stacks(node: ast.AST, name: str) -> bool:
    """`tf.stack(out)`, `tf.stack(out, axis=0)` or `tf.concat(out, 0)`; on the first axis only."""
    if not isinstance(node, ast.Call) or _last(node) not in {"stack", "concat"} or not node.args:
        return False
    axis = _axis([*node.args[1:], *(keyword.value for keyword in node.keywords if keyword.arg == "axis")])
    extra = any(keyword.arg != "axis" for keyword in node.keywords)
    return (
        _is(node.args[0], name)
        and axis
        and not extra
        and (_last(node) == "stack" or len(node.args) + len(node.keywords) == 2)
    )


def _axis(values: Sequence[ast.expr]) -> bool:
    return len(values) < 2 and all(isinstance(node, ast.Constant) and node.value == 0 for node in values)


def _is(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _last(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""

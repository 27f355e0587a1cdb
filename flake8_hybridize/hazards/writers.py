"""Writers of summaries: which one a `tf.summary.scalar` writes to is settled when the function is traced."""

from __future__ import annotations

import ast

from flake8_hybridize.source.tree import walk
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.values import TENSOR, VARIABLE, Value


def step_of(call: Call) -> Value | None:
    """The step given to a summary."""
    names = call.api.parameters.replace("?", "").split() if call.api is not None else []
    position = names.index("step") if "step" in names else len(call.args)
    return call.kwargs.get("step") or (call.args[position] if position < len(call.args) else None)


def under_writer(root: ast.AST, node: ast.AST) -> bool:
    """Whether the node is in a `with writer.as_default():`."""
    return any(
        isinstance(block, ast.With)
        and block.lineno <= node.lineno <= (block.end_lineno or 0)  # type: ignore[attr-defined]
        and any(_makes_default(item.context_expr) for item in block.items)
        for block in walk(root)
    )


def _makes_default(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "as_default"
    )


def is_settled(root: ast.AST, call: Call) -> bool:
    """Whether the summary writes the same in a graph: to a writer that the function itself names, at a step in a tensor.

    Seen under TensorFlow 2.21: so it does, and `writer.flush()` becomes part of the graph.
    """
    if call.method == "flush" and not call.target:
        return True
    step = step_of(call)
    return step is not None and bool(step.kinds & (TENSOR | VARIABLE)) and under_writer(root, call.node)

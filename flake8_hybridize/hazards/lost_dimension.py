"""Whether a static dimension that is None in the graph is used where a number is needed."""

from __future__ import annotations

import ast

from flake8_hybridize.hazards.body import Body
from flake8_hybridize.tensors.observations import Call

_ORDERING = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_NUMERIC = frozenset(
    f"builtins.{name}" for name in ("range", "int", "float", "max", "min", "abs", "divmod", "sum")
)
# They take None for a dimension.
_OPEN = frozenset(
    ("ensure_shape", "TensorShape", "TensorSpec", "assert_shapes", "print", "Variable", "as_dimension")
)
Parents = dict[ast.AST, ast.AST]


def is_needed(node: ast.AST, body: Body) -> bool:
    """Whether None in place of the number raises, or changes what a slice takes."""
    parents = body.parents
    parent = parents.get(node)
    if (
        isinstance(parent, ast.Assign)
        and len(parent.targets) == 1
        and isinstance(parent.targets[0], ast.Name)
    ):
        return _name_is_needed(parent.targets[0].id, parents, body)
    return _is_operand(node, parents, body)


def _name_is_needed(name: str, parents: Parents, body: Body) -> bool:
    """The same for a name bound to the dimension, unless somebody asks whether it is None."""
    loads = [
        node
        for node in parents
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
    ]
    if any(isinstance(parents[load], (ast.BoolOp, ast.Compare, ast.If, ast.IfExp)) for load in loads):
        return False
    return any(_is_operand(load, parents, body) for load in loads)


def _is_operand(node: ast.AST, parents: Parents, body: Body) -> bool:
    parent = parents.get(node)
    while isinstance(parent, (ast.List, ast.Tuple, ast.keyword)):
        node, parent = parent, parents.get(parent)
    if isinstance(parent, ast.BinOp):
        return not (isinstance(parent.op, ast.Mod) and parent.right is node)
    if isinstance(parent, ast.UnaryOp):
        return not isinstance(parent.op, ast.Not)
    if isinstance(parent, ast.Compare):
        return any(isinstance(operator, _ORDERING) for operator in parent.ops)
    if isinstance(parent, ast.Call):
        return _takes_number(parent, body)
    return isinstance(parent, ast.Slice)


def _takes_number(node: ast.Call, body: Body) -> bool:
    for seen in body.facts.seen(Call):
        if seen.node is node:
            last = seen.target.rpartition(".")[2]
            return seen.target in _NUMERIC or (seen.target.startswith("tensorflow.") and last not in _OPEN)
    return False

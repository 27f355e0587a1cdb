"""Uses of a static dimension `x.shape[i]` as a Python number, which fail where the dimension is open."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from flake8_hybridize.model.module import Function
from flake8_hybridize.source.tree import walk

_SIZED = frozenset(
    "range zeros ones fill eye reshape broadcast_to tile linspace one_hot normal uniform stateless_normal stateless_uniform "
    "truncated_normal int float empty full arange repeat split unstack".split()
)


class DimensionUse(NamedTuple):
    """`node` uses dimension `axis` of `parameter`; `how` is size, arithmetic or slice."""

    node: ast.expr
    parameter: str
    axis: int
    how: str


def dimension_uses(function: Function) -> Iterator[DimensionUse]:
    """Places where a static dimension of a parameter must be a number."""
    names = {param.name for param in function.params if not _is_rebound(function, param.name)}
    aliases = _aliases(function, names)
    guarded = _guarded(function.node)
    for node in walk(function.node):
        if isinstance(node, ast.Call) and _last(node.func) in _SIZED:
            for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
                parts = argument.elts if isinstance(argument, (ast.List, ast.Tuple)) else [argument]
                for part in parts:
                    yield from _use(node, part, "size", names, aliases, guarded)
        elif isinstance(node, ast.BinOp):
            for part in (node.left, node.right):
                yield from _use(node, part, "arithmetic", names, aliases, guarded)
        elif isinstance(node, ast.Slice):
            for bound in (node.lower, node.upper):
                if bound is not None:
                    yield from _use(bound, bound, "slice", names, aliases, guarded)


def _use(
    node: ast.expr,
    part: ast.expr,
    how: str,
    names: set[str],
    aliases: dict[str, tuple[str, int]],
    guarded: set[str],
) -> Iterator[DimensionUse]:
    if isinstance(part, ast.Name):
        found = aliases.get(part.id) if part.id not in guarded else None
    else:
        found = _dimension(part, names)
    if found is not None:
        yield DimensionUse(node, found[0], found[1], how)


def _dimension(node: ast.expr, names: set[str]) -> tuple[str, int] | None:
    """`("x", 0)` for `x.shape[0]` of a parameter."""
    if (
        isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Constant)
        and isinstance(node.slice.value, int)
    ):
        name = _measured(node.value)
        if name in names:
            return name, node.slice.value
    return None


def _measured(node: ast.AST) -> str:
    """`x` of `x.shape`; empty for anything else."""
    if isinstance(node, ast.Attribute) and node.attr == "shape" and isinstance(node.value, ast.Name):
        return node.value.id
    return ""


def _aliases(function: Function, names: set[str]) -> dict[str, tuple[str, int]]:
    """Names bound once, to a dimension of a parameter: `n = x.shape[0]`, `n, m = x.shape`."""
    found: dict[str, tuple[str, int]] = {}
    for node in walk(function.node):
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            continue
        target, value = node.targets[0], node.value
        if isinstance(target, ast.Name):
            dimension = _dimension(value, names)
            if dimension is not None:
                found[target.id] = dimension
        elif isinstance(target, ast.Tuple) and _measured(value) in names:
            for axis, part in enumerate(target.elts):
                if isinstance(part, ast.Name):
                    found[part.id] = (_measured(value), axis)
    return {name: place for name, place in found.items() if not _is_rebound(function, name, 1)}


def _is_rebound(function: Function, name: str, often: int = 0) -> bool:
    stores = 0
    for node in walk(function.node):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store):
            stores += 1
    return stores > often


def _guarded(root: ast.AST) -> set[str]:
    """Names that are compared with None or have a substitute."""
    found: set[str] = set()
    for node in walk(root):
        parts: list[ast.expr] = []
        if isinstance(node, ast.BoolOp):
            parts = node.values
        elif isinstance(node, ast.Compare) and any(
            isinstance(c, ast.Constant) and c.value is None for c in node.comparators
        ):
            parts = [node.left]
        found.update(part.id for part in parts if isinstance(part, ast.Name))
    return found


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""

"""The nodes below a node of a syntax tree: `ast.iter_child_nodes` and `ast.walk` at a fraction of their time.

Contexts (`ast.Load`) and operators, which the parser shares between all places, are left out.
"""

from __future__ import annotations

import ast

from flake8_hybridize.source.compact import COMPACT

_NO_NODES = frozenset(
    "ctx op ops id attr arg kind type_comment module level conversion simple is_async asname kwd_attrs "
    "type_ignores".split()
)
_WITH_GAPS = frozenset((ast.Dict, ast.arguments, COMPACT[ast.Dict], COMPACT[ast.arguments]))
"""Kinds of nodes with None in their lists: `{**other}`, keyword-only parameters without a default."""


class _Fields(dict[type[ast.AST], tuple[str, ...]]):
    """The fields of each kind of node that may hold other nodes."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        plain = issubclass(kind, (ast.Constant, ast.Global, ast.Nonlocal))
        found = self[kind] = () if plain else tuple(name for name in kind._fields if name not in _NO_NODES)
        return found


_FIELDS = _Fields()


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes directly below, in the order of the fields."""
    found: list[ast.AST] = []
    kind = type(node)
    for name in _FIELDS[kind]:
        value = getattr(node, name, None)
        if value is None:
            continue
        if type(value) is list:
            found += value
        elif isinstance(value, ast.AST):
            found.append(value)
    return [child for child in found if child is not None] if kind in _WITH_GAPS else found


def walk(root: ast.AST) -> list[ast.AST]:
    """The node and all below it, level by level."""
    found = [root]
    for node in found:
        if _FIELDS[type(node)]:
            found += children(node)
    return found


def parents(root: ast.AST) -> dict[ast.AST, ast.AST]:
    """The node around each node below, level by level."""
    found: dict[ast.AST, ast.AST] = {}
    waiting = [root]
    for node in waiting:
        below = children(node)
        found.update(dict.fromkeys(below, node))
        waiting += below
    return found

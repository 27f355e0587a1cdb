"""The nodes below a node of a syntax tree: `ast.iter_child_nodes` and `ast.walk` at a fraction of their time.

Contexts (`ast.Load`) and operators, which the parser shares between all places, are left out.
"""

from __future__ import annotations

import ast

_NO_NODES = frozenset(
    "ctx op ops id attr arg kind type_comment module level conversion simple is_async asname kwd_attrs "
    "type_ignores".split()
)
_WITH_GAPS = (ast.Dict, ast.arguments)
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
    for name in _FIELDS[type(node)]:
        value = getattr(node, name, None)
        if type(value) is list:
            found += value
        elif isinstance(value, ast.AST):
            found.append(value)
    return [child for child in found if child is not None] if isinstance(node, _WITH_GAPS) else found


def walk(root: ast.AST) -> list[ast.AST]:
    """The node and all below it, level by level."""
    found = [root]
    for node in found:
        found += children(node)
    return found

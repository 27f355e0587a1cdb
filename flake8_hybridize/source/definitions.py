"""Which lines belong to which function definition."""

from __future__ import annotations

import ast

from flake8_hybridize.source.tree import walk


def first_lines(tree: ast.Module) -> dict[int, int]:
    """For the line of each `def`: the line where its decorators start, its own without any."""
    return {
        node.lineno: min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        for node in walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }

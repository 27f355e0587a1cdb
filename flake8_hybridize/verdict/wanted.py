"""Tests that want an error: what fails there is meant to."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.model.module import Function, Module, last_part
from flake8_hybridize.source.tree import walk
from flake8_hybridize.verdict.callers import Callers


def is_wanted(callers: Callers, module: Module, node: ast.AST, function: Function | None) -> bool:
    """Whether `with pytest.raises(…)` or `assertRaises` stands around the place, or around all calls of the function."""
    spans = list(_spans(module))
    if not spans or _is_within(spans, node):
        return bool(spans)
    sites = callers.calls(function) if function is not None else []
    return bool(sites) and all(site.module is module and _is_within(spans, site.call.node) for site in sites)


def _spans(module: Module) -> Iterator[tuple[int, int]]:
    """First and last lines of the blocks that wait for an error."""
    for node in walk(module.tree):
        if isinstance(node, ast.With) and any(_waits(item.context_expr) for item in node.items):
            yield node.lineno, node.end_lineno or node.lineno


def _waits(node: ast.expr) -> bool:
    name = last_part(node) if isinstance(node, ast.Call) else ""
    return name == "raises" or name.startswith(("assertRaises", "assert_raises"))


def _is_within(spans: list[tuple[int, int]], node: ast.AST) -> bool:
    line: int = node.lineno  # type: ignore[attr-defined]
    return any(first <= line <= last for first, last in spans)

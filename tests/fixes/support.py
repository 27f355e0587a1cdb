"""What the tests of fixes share: finding nodes, applying one fix, a small analysis, odd files."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable, Sequence
from typing import TypeVar

from flake8_hybridize.fixes.decorators import add_decorator, remove_decorator
from flake8_hybridize.fixes.edits import parsed, splice
from flake8_hybridize.fixes.keywords import modernise_keyword
from flake8_hybridize.fixes.prints import print_to_tf
from flake8_hybridize.results import Applicability, Confidence, Finding, Fix, Severity
from flake8_hybridize.source.text import Source

Node = TypeVar("Node", bound=ast.AST)


def source_of(text: str, path: str = "module.py") -> Source:
    """A source with this text; a text that starts with a line break and a blank is dedented first."""
    return Source(path, textwrap.dedent(text[1:]) if text.startswith("\n ") else text)


def first(source: Source, kind: type[Node], where: Callable[[Node], bool] = lambda _: True) -> Node:
    """The first node of a kind in the order of the text."""
    found = [node for node in ast.walk(source.tree()) if isinstance(node, kind) and where(node)]
    return min(found, key=lambda node: (getattr(node, "lineno", 0), getattr(node, "col_offset", 0)))


def call_of(source: Source, name: str) -> ast.Call:
    """The first call of what is written as `name`."""
    return first(source, ast.Call, lambda node: ast.unparse(node.func) == name)


def function_named(source: Source, name: str) -> ast.FunctionDef:
    return first(source, ast.FunctionDef, lambda node: node.name == name)


def applied(source: Source, fix: Fix | None) -> str:
    """The text after one fix, which must exist and leave valid Python."""
    assert fix is not None
    text = splice(source.text, fix.edits)
    assert parsed(text) is not None, text
    return text


def finding_at(
    source: Source, code: str, node: ast.stmt | ast.expr | ast.keyword, fix: Fix | None
) -> Finding:
    """A finding at the start of a node."""
    column = source.positions.character_column(node.lineno, node.col_offset) + 1
    return Finding(
        code,
        source.path,
        node.lineno,
        column,
        node.lineno,
        column + 1,
        "message",
        "function",
        Confidence.PROVED,
        Severity.WARNING,
        fix,
    )


def small_analysis(source: Source) -> Sequence[Finding]:
    """Findings by name alone: `step…` wants a decorator, `plain…` none, `print` and old arguments go."""
    found = []
    for node in ast.walk(source.tree()):
        if isinstance(node, ast.FunctionDef):
            found += _of_function(source, node)
        elif isinstance(node, ast.Call):
            found += _of_call(source, node)
    return found


def _of_function(source: Source, node: ast.FunctionDef) -> list[Finding]:
    hybrid = [decorator for decorator in node.decorator_list if "function" in ast.unparse(decorator)]
    if node.name.startswith("step") and not hybrid:
        return [finding_at(source, "HYB101", node, add_decorator(source, node, Applicability.SAFE))]
    if node.name.startswith("plain") and hybrid:
        fix = remove_decorator(source, node, hybrid[0], Applicability.SAFE)
        return [finding_at(source, "HYB301", hybrid[0], fix)]
    return []


def _of_call(source: Source, node: ast.Call) -> list[Finding]:
    if isinstance(node.func, ast.Name) and node.func.id == "print":
        return [finding_at(source, "HYB201", node, print_to_tf(source, node))]
    old = "experimental_relax_shapes"
    keyword = next((keyword for keyword in node.keywords if keyword.arg == old), None)
    return [finding_at(source, "HYB401", keyword, modernise_keyword(source, node, old))] if keyword else []

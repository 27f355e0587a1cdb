"""Which expression denotes TensorFlow at a place of a module, and the import it needs, if any.

Usable is an import that certainly ran before the place and whose name nothing else binds: not one
under `try`, `if` or `TYPE_CHECKING`, not a star import, not `tensorflow.compat.v1`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from flake8_hybridize.fixes.import_lines import insert_import
from flake8_hybridize.fixes.scopes import (
    bindings,
    enclosing_scopes,
    names_read,
    rebound_by_declaration,
    top_statement,
)
from flake8_hybridize.results import Edit
from flake8_hybridize.source.text import Source

ROOT = "tensorflow"
NAMES = ("tf", ROOT)
_MODULES = frozenset({ROOT, "tensorflow.compat.v2"})
_FUNCTIONS = frozenset(f"{module}.function" for module in _MODULES)


@dataclass(frozen=True, slots=True)
class Reference:
    """An expression, and the edits that make it mean what it should."""

    text: str
    edits: tuple[Edit, ...] = ()


def tensorflow_reference(source: Source, at: ast.AST) -> Reference | None:
    """How `tensorflow` itself is written at this node: `tf`, with an import where there is none yet.

    None where no name is certain to mean it and none can be imported.
    """
    name = _usable(source.tree(), at, _MODULES.__contains__)
    return Reference(name) if name is not None else _inserted(source, at)


def function_reference(source: Source, function: ast.stmt) -> Reference | None:
    """How `tensorflow.function` is written as a decorator of this function."""
    name = _usable(source.tree(), function, _FUNCTIONS.__contains__)
    if name is not None:
        return Reference(name)
    module = tensorflow_reference(source, function)
    return Reference(f"{module.text}.function", module.edits) if module else None


def imported_names(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Each name that an import statement binds, with the dotted name it then stands for."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            root = alias.name.partition(".")[0]
            yield (alias.asname, alias.name) if alias.asname else (root, root)
    elif isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            yield alias.asname or alias.name, f"{module}.{alias.name}"


def _usable(tree: ast.Module, at: ast.AST, wanted: Callable[[str], bool]) -> str | None:
    scopes = enclosing_scopes(tree, at)
    candidates = {name for scope in scopes for name, dotted in _imported(scope) if wanted(dotted)}
    ordered = sorted(candidates, key=lambda name: (name != NAMES[0], name))
    return next((name for name in ordered if _certain(tree, scopes, name, at, wanted)), None)


@lru_cache(maxsize=64)
def _imported(scope: ast.AST) -> frozenset[tuple[str, str]]:
    nodes = (node for found in bindings(scope).values() for node in found)
    return frozenset(pair for node in nodes for pair in imported_names(node))


def _certain(
    tree: ast.Module, scopes: list[ast.AST], name: str, at: ast.AST, wanted: Callable[[str], bool]
) -> bool:
    scope = next(scope for scope in scopes if name in bindings(scope))
    if not isinstance(scope, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    found = bindings(scope)[name]
    certain = all(node in scope.body and _imports_only(node, name, wanted) for node in found)
    return certain and name not in rebound_by_declaration(tree) and _line(found[0]) < _line(at)


def _imports_only(node: ast.AST, name: str, wanted: Callable[[str], bool]) -> bool:
    meanings = [dotted for bound, dotted in imported_names(node) if bound == name]
    return bool(meanings) and all(map(wanted, meanings))


def _line(node: ast.AST) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min(getattr(part, "lineno", 0) for part in (node, *decorators))


def _inserted(source: Source, at: ast.AST) -> Reference | None:
    """A new module-level import, unless the module has its own ways with TensorFlow."""
    tree = source.tree()
    scopes = enclosing_scopes(tree, at)
    if not scopes or _special_import(tree):
        return None
    name = next((name for name in NAMES if _free(tree, scopes, name)), None)
    if name is None:
        return None
    anchor = top_statement(tree, at)
    if anchor is None:
        return None
    statement = f"import {ROOT}" if name == ROOT else f"import {ROOT} as {name}"
    edit = insert_import(source, statement, anchor)
    return Reference(name, (edit,)) if edit else None


@lru_cache(maxsize=4)
def _special_import(tree: ast.Module) -> bool:
    """Whether the module has its own ways with TensorFlow.

    It imports it late, conditionally or as version 1, or calls something else `tf`: a lazy loader, or
    a module that stands in for it, as in TensorFlow Probability's NumPy and JAX substrates.
    """
    return NAMES[0] in bindings(tree) or any(
        node not in tree.body or dotted.startswith("tensorflow.compat.v1")
        for node in ast.walk(tree)
        for _, dotted in imported_names(node)
        if dotted.partition(".")[0] == ROOT
    )


def _free(tree: ast.Module, scopes: list[ast.AST], name: str) -> bool:
    return (
        not any(name in bindings(scope) for scope in scopes)
        and name not in rebound_by_declaration(tree)
        and name not in names_read(tree)
    )

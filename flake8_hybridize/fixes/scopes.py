"""What a name means at a place: which scopes enclose it and what binds the name in each."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
SCOPES = (ast.Module, ast.ClassDef, *FUNCTIONS, *COMPREHENSIONS)
Bindings = dict[str, list[ast.AST]]


@lru_cache(maxsize=4)
def parents(tree: ast.Module) -> dict[ast.AST, ast.AST]:
    """The parent of every node; contexts and operators, which `ast` shares, are left out."""
    found: dict[ast.AST, ast.AST] = {}
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            if child._fields or isinstance(child, ast.Pass | ast.Break | ast.Continue):
                found[child] = node
    return found


def enclosing_scopes(tree: ast.Module, node: ast.AST) -> list[ast.AST]:
    """The scopes around a node, innermost first, the module last.

    A decorator or a default value lies outside the function it belongs to. Class bodies are listed
    even where Python would skip them: a name bound there is best avoided.
    """
    up = parents(tree)
    scopes: list[ast.AST] = []
    while node in up:
        parent = up[node]
        if isinstance(parent, SCOPES) and _inside(parent, node):
            scopes.append(parent)
        node = parent
    return scopes


def _inside(scope: ast.AST, child: ast.AST) -> bool:
    if isinstance(scope, ast.Lambda):
        return child is scope.body
    if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return child in scope.body
    return True


@lru_cache(maxsize=64)
def bindings(scope: ast.AST) -> Bindings:
    """What binds each name in a scope, without what nested scopes bind for themselves."""
    found: Bindings = {}
    for name, node in _bound(scope):
        found.setdefault(name, []).append(node)
    return found


def _bound(scope: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    stack: list[ast.AST] = list(_own_children(scope))
    while stack:
        node = stack.pop()
        yield from binds(node)
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            stack.extend(_outer_children(node))
        elif isinstance(node, COMPREHENSIONS) and node is not scope:
            for inner in ast.walk(node):
                if isinstance(inner, ast.NamedExpr):
                    yield inner.target.id, inner
        else:
            stack.extend(ast.iter_child_nodes(node))


def _own_children(scope: ast.AST) -> Iterator[ast.AST]:
    if isinstance(scope, ast.Lambda):
        yield from (scope.args, scope.body)
    elif isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
        yield scope.args
        yield from scope.body
    elif isinstance(scope, ast.ClassDef | ast.Module):
        yield from scope.body
    elif isinstance(scope, COMPREHENSIONS):
        yield from scope.generators


def _outer_children(
    node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
) -> Iterator[ast.AST]:
    if isinstance(node, ast.ClassDef):
        yield from (*node.decorator_list, *node.bases, *node.keywords)
        return
    yield from node.args.defaults
    yield from (default for default in node.args.kw_defaults if default is not None)
    if not isinstance(node, ast.Lambda):
        yield from node.decorator_list


def binds(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """The names that this node itself binds."""
    if isinstance(node, ast.Name):
        if not isinstance(node.ctx, ast.Load):
            yield node.id, node
    elif isinstance(node, ast.arg):
        yield node.arg, node
    elif isinstance(node, ast.Import | ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name.partition(".")[0], node
    elif isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        yield node.name, node
    elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
        if node.name:
            yield node.name, node
    elif isinstance(node, ast.MatchMapping) and node.rest:
        yield node.rest, node


@lru_cache(maxsize=4)
def rebound_by_declaration(tree: ast.Module) -> frozenset[str]:
    """Names that some function declares `global` or `nonlocal`, and so may rebind from within."""
    declared = (node for node in ast.walk(tree) if isinstance(node, ast.Global | ast.Nonlocal))
    return frozenset(name for node in declared for name in node.names)


def statement_of(tree: ast.Module, node: ast.AST) -> ast.stmt | None:
    """The innermost statement a node belongs to."""
    up = parents(tree)
    while not isinstance(node, ast.stmt):
        if node not in up:
            return None
        node = up[node]
    return node


def block_of(tree: ast.Module, statement: ast.stmt) -> list[ast.stmt] | None:
    """The list of statements that holds this one."""
    parent = parents(tree).get(statement)
    for _, value in ast.iter_fields(parent) if parent is not None else ():
        if isinstance(value, list) and statement in value:
            return value
    return None


def function_of(tree: ast.Module, node: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """The innermost function whose body holds the node."""
    for scope in enclosing_scopes(tree, node):
        if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
            return scope
    return None


def top_statement(tree: ast.Module, node: ast.AST) -> ast.stmt | None:
    """The statement of the module itself that a node belongs to."""
    up = parents(tree)
    while node in up and up[node] is not tree:
        node = up[node]
    return node if isinstance(node, ast.stmt) and node in up else None


@lru_cache(maxsize=4)
def names_read(tree: ast.Module) -> frozenset[str]:
    """Every name that is read somewhere in the module."""
    names = (node for node in ast.walk(tree) if isinstance(node, ast.Name))
    return frozenset(name.id for name in names if isinstance(name.ctx, ast.Load))


@lru_cache(maxsize=16)
def imported_modules(tree: ast.Module) -> frozenset[str]:
    """The dotted names that the module's imports speak of, wherever they are written."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return frozenset(found)

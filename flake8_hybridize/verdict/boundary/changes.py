"""What the code around the calls of a function binds or changes between two of these calls."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from flake8_hybridize.model.build import changed_by
from flake8_hybridize.model.module import Function, Module
from flake8_hybridize.source.tree import children
from flake8_hybridize.tensors.engine import Engine
from flake8_hybridize.tensors.observations import Call, Store
from flake8_hybridize.tensors.values import IMPORT, INSTANCE, UNKNOWN
from flake8_hybridize.verdict.boundary.base import Border
from flake8_hybridize.verdict.boundary.makings import is_traced
from flake8_hybridize.verdict.boundary.variation import dotted, loops_of
from flake8_hybridize.verdict.callers import Site

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_MOST = 50
Scope = Function | Module


class Change(NamedTuple):
    """One place: `path` (`rate`, `trainer.rate`) is bound anew, or with `content` what it holds is changed."""

    node: ast.AST
    path: str
    content: bool


class Stretch(NamedTuple):
    """The statements of a scope that run between two calls, with the calls (`sites`) of the function there."""

    scope: Scope
    nodes: frozenset[ast.AST]
    sites: tuple[Site, ...]

    @property
    def module(self) -> Module:
        """The module of the scope."""
        return self.scope if isinstance(self.scope, Module) else self.scope.module


def stretches(known: Border, function: Function) -> Iterator[Stretch]:
    """Where eager code calls the function, or what calls it, more than once."""
    waiting, done = [function], {function}
    by_scope: dict[Scope, list[Site]] = {}
    while waiting and len(done) < _MOST:
        for site in known.callers.calls(waiting.pop()):
            scope = site.caller or site.module
            if is_traced(known, site.caller) or scope is function:
                continue
            by_scope.setdefault(scope, []).append(site)
            if site.caller is not None and site.caller not in done:
                done.add(site.caller)
                waiting.append(site.caller)
    for scope, sites in by_scope.items():
        nodes = _between(known, scope, sites, function)
        if nodes:
            yield Stretch(scope, nodes, tuple(sites))


def _between(known: Border, scope: Scope, sites: list[Site], function: Function) -> frozenset[ast.AST]:
    """What runs in the outermost loops around the calls, and between the first call and the last."""
    made_in = set(loops_of(known, scope, function.node))
    outermost: dict[ast.AST, None] = {}
    for site in sites:
        loops = [loop for loop in loops_of(known, scope, site.call.node) if loop not in made_in]
        outer = next((loop for loop in loops if not isinstance(loop, _COMPREHENSIONS)), None)
        if outer is not None:
            outermost[outer] = None
    lines = [site.call.node.lineno for site in sites]
    span = (min(lines), max(lines)) if not made_in and min(lines) < max(lines) else (0, 0)
    return known.once(("between", scope, *outermost, span), lambda: _nodes(known, scope, outermost, span))


def _nodes(
    known: Border, scope: Scope, loops: Iterable[ast.AST], span: tuple[int, int]
) -> frozenset[ast.AST]:
    """Nodes in the loops, and those of the scope in lines between the two of `span`."""
    found = {node for loop in loops for node in own_nodes([loop])}
    first, last = span
    if first < last:
        body = scope.node.body if isinstance(scope, Function) else scope.tree.body
        roots = body if isinstance(body, list) else [body]
        nodes = known.of_syntax(("nodes", scope), lambda: list(own_nodes(roots)))
        found.update(node for node in nodes if first < getattr(node, "lineno", 0) < last)
    return frozenset(found)


def own_nodes(roots: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The nodes below, those of nested scopes and the targets of comprehensions left out."""
    stack = list(roots)
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, _SCOPES):
            stack += [child for child in children(node) if not isinstance(child, ast.comprehension)]


def changes(known: Border, stretch: Stretch) -> dict[str, list[Change]]:
    """What the nodes of the stretch bind, and whose content they change, by the last part of the name."""
    return known.once(("changes", stretch.nodes), lambda: _by_name(_changes(stretch.nodes)))


def _by_name(found: Iterable[Change]) -> dict[str, list[Change]]:
    """The changes in source order, since that of a set of nodes is another in each run."""
    named: dict[str, list[Change]] = {}
    for change in sorted(found, key=lambda change: (change.node.lineno, change.node.col_offset)):  # type: ignore[attr-defined]
        if change.path != "?":
            named.setdefault(change.path.rpartition(".")[2], []).append(change)
    return named


def _changes(nodes: Iterable[ast.AST]) -> Iterator[Change]:
    for node in nodes:
        if isinstance(node, ast.Name | ast.Attribute) and not isinstance(node.ctx, ast.Load):
            yield Change(node, _path(node), False)
        elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            yield Change(node, _path(_whole(node)), True)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield Change(node, node.name, False)
        elif isinstance(node, ast.Call):
            yield from _by_call(node)


def _whole(node: ast.expr) -> ast.expr:
    while isinstance(node, ast.Subscript):
        node = node.value
    return node


def _path(node: ast.expr) -> str:
    """`a.b` as written; `?.b` where the receiver is no plain name."""
    return dotted(node) or (f"?.{node.attr}" if isinstance(node, ast.Attribute) else "?")


def _by_call(node: ast.Call) -> Iterator[Change]:
    func = node.func
    for changed in changed_by(node):
        yield Change(node, _path(_whole(changed)), True)
    if isinstance(func, ast.Name) and func.id == "setattr" and len(node.args) == 3:
        name = node.args[1]
        if isinstance(name, ast.Constant) and isinstance(name.value, str):
            yield Change(node, f"{dotted(node.args[0]) or '?'}.{name.value}", False)


def stores(known: Border, stretch: Stretch) -> list[tuple[Function, Store]]:
    """Attributes that functions which run in the stretch store in objects of others."""
    key = ("stores", stretch.scope, stretch.nodes)
    return known.once(key, lambda: list(_stores(known, _called_in(known, stretch))))


def _stores(known: Border, called: Iterable[Function]) -> Iterator[tuple[Function, Store]]:
    for function in called:
        for seen in known.program.body(function).facts.seen(Store):
            if function.is_method and seen.base.param == 0:
                continue
            if seen.how == "attribute" and seen.base.kinds & (INSTANCE | UNKNOWN):
                yield function, seen


def _called_in(known: Border, stretch: Stretch) -> dict[Function, None]:
    """The project's functions that run in the stretch."""
    body = known.program.module_body if isinstance(stretch.scope, Module) else known.program.body
    seen = body(stretch.scope).facts.observations  # type: ignore[arg-type]
    waiting = [
        f for call in seen if isinstance(call, Call) and call.node in stretch.nodes for f in call.functions
    ]
    found = dict.fromkeys(waiting)
    while waiting and len(found) < _MOST:
        called = known.program.body(waiting.pop()).facts.called()
        fresh = [f for f in called if f not in found]
        found.update(dict.fromkeys(fresh))
        waiting += fresh
    return found


def global_of(engine: Engine, function: Function, node: ast.expr) -> tuple[Module, str] | None:
    """The module, and the name there, of the global that `node` in the function means; None if it is none."""
    module = function.module
    if isinstance(node, ast.Attribute):
        base = engine.scope_value(module, function, node.value)
        return (base.ref, node.attr) if base.kinds & IMPORT and isinstance(base.ref, Module) else None
    if not isinstance(node, ast.Name):
        return None
    scope: Function | None = function
    while scope is not None:
        if node.id in scope.local_names:
            return None
        scope = scope.parent
    imports = (statement for statement in module.tree.body if isinstance(statement, ast.ImportFrom))
    for statement in imports:
        for alias in statement.names:
            if (alias.asname or alias.name) == node.id:
                base = engine.imported(module, statement.module or "", statement.level)
                return (base.ref, alias.name) if isinstance(base.ref, Module) else None
    return module, node.id

"""Builds a `Module` from a tree: one walk that files every node under the scope that owns it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from flake8_hybridize.model.module import Class, Function, FunctionNode, Module, last_part, parameters
from flake8_hybridize.source.compact import COMPACT, for_nodes
from flake8_hybridize.source.tree import children

Scope = Module | Function | Class
MUTATORS = frozenset(
    "append extend insert remove pop popitem clear update setdefault add discard appendleft popleft extendleft rotate "
    "move_to_end sort reverse fill".split()
)
# Functions that change the content of their first argument.
_FILLERS = frozenset(
    "copyto putmask fill_diagonal put_along_axis shuffle heappush heappop heapify heapreplace heappushpop".split()
)
_CHANGING = MUTATORS | _FILLERS


def build_module(name: str, path: str, tree: ast.Module, is_package: bool = False) -> Module:
    """The model of one file; `tree` is read, never changed."""
    module = Module(name=name, path=path, tree=tree, is_package=is_package)
    _Builder(module).run()
    return module


class _Builder:
    """Walks with an explicit stack, so that depth of nesting costs no recursion."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.stack: list[tuple[ast.AST, Scope]] = []

    def run(self) -> None:
        self.push(self.module.tree.body, self.module)
        while self.stack:
            node, scope = self.stack.pop()
            handler = _HANDLERS.get(type(node))
            if handler is not None:
                handler(self, node, scope)
            else:
                self.push_children(node, scope)
        self.share()

    def share(self) -> None:
        """Makes one set of those that are equal, which nobody changes from now on: most are empty or of one name."""
        known: dict[frozenset[Any], set[Any]] = {}

        def one(found: set[Any]) -> set[Any]:
            return known.setdefault(frozenset(found), found)

        for function in self.module.functions:
            function.local_names, function.loads = one(function.local_names), one(function.loads)
            function.global_names, function.nonlocal_names = (
                one(function.global_names),
                one(function.nonlocal_names),
            )
            function.self_stores, function.self_reads = one(function.self_stores), one(function.self_reads)
        loads, bases = self.module.attribute_loads, self.module.attribute_bases
        loads.update([(name, one(readers)) for name, readers in loads.items()])
        if not self.module.star_imports:
            kept = ((name, names & self.module.names) for name, names in bases.items())
            self.module.attribute_bases = {name: one(names) for name, names in kept if names}

    def push(self, nodes: list[ast.stmt] | list[ast.expr], scope: Scope) -> None:
        self.stack += [(node, scope) for node in reversed(nodes)]

    def push_children(self, node: ast.AST, scope: Scope) -> None:
        self.stack += [(child, scope) for child in reversed(children(node)) if type(child) not in _CONSTANTS]

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
        bind(scope, node.name)
        function = self.new_function(node, node.name, scope)
        function.is_async = isinstance(node, ast.AsyncFunctionDef)
        if isinstance(scope, Class):
            scope.methods.setdefault(node.name, function)
            if not _is_overload_or_setter(node):
                scope.methods[node.name] = function
        elif isinstance(scope, Function):
            scope.nested[node.name] = function
        else:
            self.module.top[node.name] = function
        self.push(node.body, function)
        outside = [*node.decorator_list, *_defaults(node.args)]
        self.push([expr for expr in outside if expr is not None], scope)

    def lambda_(self, node: ast.Lambda, scope: Scope) -> None:
        function = self.new_function(node, "<lambda>", scope)
        self.stack.append((node.body, function))
        self.push([expr for expr in _defaults(node.args) if expr is not None], scope)

    def new_function(self, node: FunctionNode, name: str, scope: Scope) -> Function:
        prefix = "" if isinstance(scope, Module) else scope.qualname + "."
        parent = scope if isinstance(scope, Function) else scope.parent if isinstance(scope, Class) else None
        function = Function(
            module=self.module,
            qualname=prefix + name,
            name=name,
            node=node,
            parent=parent,
            owner=scope if isinstance(scope, Class) else None,
            params=parameters(node),
        )
        if parent is not None:
            parent.has_inner = True
        function.local_names.update(param.name for param in function.params)
        self.module.functions.append(function)
        self.module.by_node[node] = function
        return function

    def class_(self, node: ast.ClassDef, scope: Scope) -> None:
        bind(scope, node.name)
        prefix = "" if isinstance(scope, Module) else scope.qualname + "."
        parent = scope if isinstance(scope, Function) else None
        cls = Class(module=self.module, qualname=prefix + node.name, name=node.name, node=node, parent=parent)
        self.module.classes.append(cls)
        self.module.by_node[node] = cls
        if isinstance(scope, Module):
            self.module.top[node.name] = cls
        self.push(node.body, cls)
        self.push([*node.decorator_list, *node.bases, *(k.value for k in node.keywords)], scope)

    def name(self, node: ast.Name, scope: Scope) -> None:
        if isinstance(node.ctx, ast.Load):
            while isinstance(scope, Function):
                scope.loads.add(node.id)
                scope = scope.parent or self.module
        else:
            bind(scope, node.id)
            if isinstance(scope, Function) and (
                node.id in scope.global_names or node.id in scope.nonlocal_names
            ):
                self.module.global_writes.setdefault(node.id, []).append(scope)

    def subscript(self, node: ast.Subscript, scope: Scope) -> None:
        if not isinstance(node.ctx, ast.Load):
            self.changed(node.value, scope)
        self.stack.append((node.slice, scope))
        self.stack.append((node.value, scope))

    def call(self, node: ast.Call, scope: Scope) -> None:
        called = last_part(node.func)
        if node.keywords or called in _CHANGING:
            for changed in changed_by(node):
                self.changed(changed, scope)
        if called.endswith("function"):
            self.module.makes_functions = True
        if isinstance(node.func, ast.Name) and node.func.id == "setattr" and len(node.args) == 3:
            name = node.args[1].value if isinstance(node.args[1], ast.Constant) else "*"
            self.writes_attribute(str(name), scope)
        self.push_children(node, scope)

    def changed(self, node: ast.expr, scope: Scope) -> None:
        if not isinstance(scope, Function):
            return
        if isinstance(node, ast.Name):
            if node.id not in scope.local_names:
                self.module.item_stores.setdefault(node.id, []).append(scope)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            self.module.item_stores.setdefault(f".{node.attr}", []).append(scope)

    def attribute(self, node: ast.Attribute, scope: Scope) -> None:
        if isinstance(node.value, ast.Name):
            self.module.attribute_bases.setdefault(node.attr, set()).add(node.value.id)
        if not isinstance(node.ctx, ast.Load):
            self.module.attribute_stores.setdefault(node.attr, []).append(node)
            self.self_store(node, scope)
            self.writes_attribute(node.attr, scope)
        else:
            reader = scope if isinstance(scope, Function) else None
            if isinstance(node.value, ast.Name):
                self.self_read(node.attr, node.value.id, reader)
            self.module.attribute_loads.setdefault(node.attr, set()).add(reader)
        self.stack.append((node.value, scope))

    def writes_attribute(self, name: str, scope: Scope) -> None:
        if isinstance(scope, Function):
            self.module.attribute_writers.setdefault(name, []).append(scope)

    def self_read(self, attribute: str, receiver: str, scope: Function | None) -> None:
        while scope is not None:
            if scope.params and scope.params[0].name == receiver:
                scope.self_reads.add(attribute)
            scope = scope.parent

    def self_store(self, node: ast.Attribute, scope: Scope) -> None:
        method = scope
        while isinstance(method, Function) and method.owner is None and method.parent is not None:
            method = method.parent
        if not isinstance(method, Function) or method.owner is None or not method.params:
            return
        if isinstance(node.value, ast.Name) and node.value.id == method.params[0].name:
            stores = method.owner.stores.setdefault(node.attr, [])
            if method not in stores:
                stores.append(method)
            method.self_stores.add(node.attr)

    def import_(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        for alias in node.names:
            bind(scope, alias.asname or alias.name.partition(".")[0])
            if alias.name == "*" and isinstance(node, ast.ImportFrom) and node.module and not node.level:
                self.module.star_imports.append(node.module)

    def global_(self, node: ast.Global, scope: Scope) -> None:
        if isinstance(scope, Function):
            scope.global_names.update(node.names)
            scope.local_names.difference_update(node.names)

    def nonlocal_(self, node: ast.Nonlocal, scope: Scope) -> None:
        if isinstance(scope, Function):
            scope.nonlocal_names.update(node.names)
            scope.local_names.difference_update(node.names)

    def yield_(self, node: ast.Yield | ast.YieldFrom, scope: Scope) -> None:
        if isinstance(scope, Function):
            scope.is_generator = True
        self.push_children(node, scope)

    def loop(self, node: ast.AST, scope: Scope) -> None:
        if not isinstance(scope, Class):
            scope.has_loops = True
        self.push_children(node, scope)

    def try_(self, node: ast.Try, scope: Scope) -> None:
        self.module.has_finally = self.module.has_finally or bool(node.finalbody)
        self.push_children(node, scope)

    def handler(self, node: ast.ExceptHandler, scope: Scope) -> None:
        if node.name:
            bind(scope, node.name)
        self.push_children(node, scope)

    def assign(self, node: ast.Assign, scope: Scope) -> None:
        if isinstance(scope, Class):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    scope.assigns[target.id] = node.value
        self.push_children(node, scope)

    def ann_assign(self, node: ast.AnnAssign, scope: Scope) -> None:
        if isinstance(scope, Class) and isinstance(node.target, ast.Name):
            scope.assigns[node.target.id] = node.value
            scope.annotations[node.target.id] = node.annotation
        parts: list[ast.expr] = [node.target] if node.value is None else [node.value, node.target]
        self.push(parts, scope)

    def pattern(self, node: ast.MatchAs | ast.MatchStar, scope: Scope) -> None:
        if node.name:
            bind(scope, node.name)
        self.push_children(node, scope)


def changed_by(node: ast.Call) -> list[ast.expr]:
    """What the call changes the content of, as far as its name says: `x` of `x.append(…)`, `np.add(…, out=x)`."""
    found = [keyword.value for keyword in node.keywords if keyword.arg == "out"]
    if isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
        found.append(node.func.value)
    elif last_part(node.func) in _FILLERS and node.args:
        found.append(node.args[0])
    return found


def bind(scope: Scope, name: str) -> None:
    """Files `name` as bound in `scope`, unless the scope declared it global or nonlocal."""
    if isinstance(scope, Function):
        if name not in scope.global_names and name not in scope.nonlocal_names:
            scope.local_names.add(name)
    elif isinstance(scope, Module):
        scope.names.add(name)


def _defaults(args: ast.arguments) -> list[ast.expr | None]:
    return [*args.defaults, *args.kw_defaults]


def _is_overload_or_setter(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Attribute) and decorator.attr in ("setter", "deleter", "overload"):
            return True
        if isinstance(decorator, ast.Name) and decorator.id == "overload":
            return True
    return False


_CONSTANTS = frozenset((ast.Constant, COMPACT[ast.Constant]))
_HANDLERS: dict[type[ast.AST], Callable[..., None]] = {
    ast.FunctionDef: _Builder.function,
    ast.AsyncFunctionDef: _Builder.function,
    ast.Lambda: _Builder.lambda_,
    ast.ClassDef: _Builder.class_,
    ast.Name: _Builder.name,
    ast.Attribute: _Builder.attribute,
    ast.Subscript: _Builder.subscript,
    ast.Call: _Builder.call,
    ast.Import: _Builder.import_,
    ast.ImportFrom: _Builder.import_,
    ast.Global: _Builder.global_,
    ast.Nonlocal: _Builder.nonlocal_,
    ast.Yield: _Builder.yield_,
    ast.YieldFrom: _Builder.yield_,
    **dict.fromkeys((ast.For, ast.AsyncFor, ast.While), _Builder.loop),
    **dict.fromkeys((ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp), _Builder.loop),
    ast.Try: _Builder.try_,
    ast.ExceptHandler: _Builder.handler,
    ast.Assign: _Builder.assign,
    ast.AnnAssign: _Builder.ann_assign,
    ast.MatchAs: _Builder.pattern,
    ast.MatchStar: _Builder.pattern,
    ast.Constant: lambda *_: None,
}
_HANDLERS.update(for_nodes(_HANDLERS))

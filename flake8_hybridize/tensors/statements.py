"""One handler per kind of statement."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flake8_hybridize.model.module import Class, Function, Module
from flake8_hybridize.source.compact import for_nodes
from flake8_hybridize.source.tree import walk
from flake8_hybridize.tensors import narrowing
from flake8_hybridize.tensors.annotations import annotation_value
from flake8_hybridize.tensors.assumptions import assumptions
from flake8_hybridize.tensors.contexts import entered, see_protocol
from flake8_hybridize.tensors.decorators import decorated
from flake8_hybridize.tensors.flow import merge
from flake8_hybridize.tensors.loops import for_, while_
from flake8_hybridize.tensors.observations import (
    Augmented,
    Branch,
    Catch,
    Define,
    Leave,
    Statement,
    Syntax,
)
from flake8_hybridize.tensors.operators import binary
from flake8_hybridize.tensors.targets import assign, delete
from flake8_hybridize.tensors.values import (
    CLASS,
    IMPORT,
    NO,
    NONE_VALUE,
    UNDEFINED,
    UNKNOWN,
    UNKNOWN_VALUE,
    Value,
    either,
    replace,
    tensorness,
)

if TYPE_CHECKING:
    from flake8_hybridize.tensors.interpret import Frame


def _expr(frame: Frame, node: ast.Expr) -> None:
    if isinstance(node.value, ast.Constant):
        return
    value = frame.evaluate(node.value)
    frame.see(Statement(node, frame.where, value))


def _assign(frame: Frame, node: ast.Assign) -> None:
    value = frame.evaluate(node.value)
    for target in node.targets:
        assign(frame, target, value, node.value)


def _ann_assign(frame: Frame, node: ast.AnnAssign) -> None:
    if node.value is not None:
        value = frame.evaluate(node.value)
        if value.kinds == UNKNOWN and not value.deps:
            value = annotation_value(frame.engine, frame.module, node.annotation, "positional") or value
        assign(frame, node.target, value, node.value)


def _aug_assign(frame: Frame, node: ast.AugAssign) -> None:
    right = frame.evaluate(node.value)
    load = _as_load(node.target)
    before = frame.evaluate(load)

    value = binary(frame, node, before, right, node.op)
    if isinstance(node.target, ast.Name):
        frame.see(Augmented(node, frame.where, node.target.id, before, right))
    assign(frame, node.target, value, node.value, augmented=True, before=before)


def _as_load(node: ast.expr) -> ast.expr:
    if isinstance(node, ast.Name):
        return ast.copy_location(ast.Name(node.id, ast.Load()), node)
    if isinstance(node, ast.Attribute):
        return ast.copy_location(ast.Attribute(node.value, node.attr, ast.Load()), node)
    assert isinstance(node, ast.Subscript)
    return ast.copy_location(ast.Subscript(node.value, node.slice, ast.Load()), node)


def _return(frame: Frame, node: ast.Return) -> None:
    value = frame.evaluate(node.value) if node.value is not None else NONE_VALUE
    frame.observe_return(node, value)
    frame.env = None


def _raise(frame: Frame, node: ast.Raise) -> None:
    with frame.within(context=(*frame.where.context, "message")):
        value = frame.evaluate(node.exc) if node.exc is not None else UNKNOWN_VALUE
    frame.see(Leave(node, frame.where, "raise", value))
    frame.env = None


def _break(frame: Frame, node: ast.Break) -> None:
    frame.see(Leave(node, frame.where, "break", NONE_VALUE))
    if frame.loop_exits and frame.env is not None:
        frame.loop_exits[-1][0].append(frame.env)
    frame.env = None


def _continue(frame: Frame, node: ast.Continue) -> None:
    if frame.loop_exits and frame.env is not None:
        frame.loop_exits[-1][1].append(frame.env)
    frame.env = None


def _if(frame: Frame, node: ast.If) -> None:
    value = frame.evaluate(node.test)
    test = narrowing.test(frame, node.test, value, "if")
    truth = narrowing.known_truth(node.test, value)
    if truth is not None:
        frame.block(node.body if truth else node.orelse)
        return
    before = {} if test == NO else dict(frame.env or {})
    guard = narrowing.guard(frame, node.test) or narrowing.clears_its_flag(node)
    granted = assumptions(frame, node.test, True), assumptions(frame, node.test, False)

    def then() -> None:
        narrowing.assume(frame, node.test, True)
        with frame.within(guarded=frame.where.guarded or guard, assumed=frame.where.assumed + granted[0]):
            frame.block(node.body)

    def other() -> None:
        narrowing.assume(frame, node.test, False)
        with frame.within(assumed=frame.where.assumed + granted[1]):
            frame.block(node.orelse)

    ends = frame.branches(test, then, other)
    if test != NO:
        frame.see(Branch(node, frame.where, test, before, *ends))
    if narrowing.leaves_when_done(frame.function, node):
        frame.where = replace(frame.where, guarded=True)


def _try(frame: Frame, node: ast.Try) -> None:
    handlers = tuple((handler, tuple(_caught(frame, handler.type))) for handler in node.handlers)
    names = tuple(name for _, caught in handlers for name in caught)
    start = dict(frame.env or {})
    with frame.within(handlers=(*frame.where.handlers, *names)):
        frame.block(node.body)
    if names:
        frame.see(Catch(node, frame.where, handlers))
    middle = merge(start, frame.env)
    if frame.env is not None:
        frame.block(node.orelse)
    end = frame.env
    for handler in node.handlers:
        frame.enter(dict(middle or {}))
        if handler.name:
            frame.bind(handler.name, UNKNOWN_VALUE)
        with frame.within(context=(*frame.where.context, "except")):
            frame.block(handler.body)
        end = merge(end, frame.env)
    frame.env = end
    if node.finalbody:
        alive = frame.env is not None
        if not alive:
            frame.enter(dict(middle or {}))
        frame.block(node.finalbody)
        if not alive:
            frame.env = None


def _caught(frame: Frame, node: ast.expr | None) -> list[str]:
    if node is None:
        return ["builtins.BaseException"]
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    values = [frame.engine.scope_value(frame.module, frame.function, part) for part in parts]
    return [exception_name(value) for value in values]


def exception_name(value: Value) -> str:
    """Dotted name of an exception class, of a package or of the project; `?` if it is not known."""
    if isinstance(value.ref, Class):
        return f"{value.ref.module.name}.{value.ref.qualname}"
    return value.ref if isinstance(value.ref, str) else "?"


def _with(frame: Frame, node: ast.With | ast.AsyncWith) -> None:

    outer = frame.where
    for item in node.items:
        value = frame.evaluate(item.context_expr)
        see_protocol(frame, item.context_expr, value)
        bound, frame.where = entered(frame, value)
        if item.optional_vars is not None:
            assign(frame, item.optional_vars, bound, item.context_expr)
    frame.block(node.body)
    frame.where = outer


def _function(frame: Frame, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:

    function = frame.module.by_node.get(node)
    if not isinstance(function, Function):
        return
    value = decorated(frame, function)
    if frame.function is not None:
        frame.see(Define(node, frame.where, value))
    frame.bind(node.name, value)


def _class(frame: Frame, node: ast.ClassDef) -> None:
    cls = frame.module.by_node.get(node)
    if cls is not None:
        frame.bind(node.name, Value(CLASS, ref=cls))


def _import(frame: Frame, node: ast.Import) -> None:
    for alias in node.names:
        if alias.asname:
            frame.bind(alias.asname, frame.engine.imported(frame.module, alias.name))
        else:
            root = alias.name.partition(".")[0]
            frame.bind(root, frame.engine.imported(frame.module, root))


def _import_from(frame: Frame, node: ast.ImportFrom) -> None:
    base = frame.engine.imported(frame.module, node.module or "", node.level)
    for alias in node.names:
        if alias.name == "*":
            _star(frame, base)
            continue
        value: Value | None = UNKNOWN_VALUE
        if base.kinds & IMPORT:
            value = frame.engine.exported(base.ref, alias.name, frame.module)
        if value is not None:
            frame.bind(alias.asname or alias.name, value)


def _star(frame: Frame, base: Value) -> None:
    if isinstance(base.ref, Module):
        values = frame.engine.globals(base.ref)
        listed = values.get("__all__", UNDEFINED).items
        public = [name for name in values if not name.startswith("_")]
        for name in public if listed is None else [item.const for item in listed]:
            value = frame.engine.exported(base.ref, name, frame.module)
            if value is not None:
                frame.bind(name, value)


def _match(frame: Frame, node: ast.Match) -> None:
    subject = frame.evaluate(node.subject)
    frame.see(Syntax(node, frame.where, "match"))
    test = tensorness(subject)
    start, end = dict(frame.env or {}), frame.env
    for case in node.cases:
        frame.enter(dict(start))
        for name in [
            n.name for n in walk(case.pattern) if isinstance(n, (ast.MatchAs, ast.MatchStar)) and n.name
        ]:
            frame.bind(name, UNKNOWN_VALUE)
        with frame.within(tensor_if=either(frame.where.tensor_if, test)):
            frame.block(case.body)
        end = merge(end, frame.env)
    frame.env = end


def _assert(frame: Frame, node: ast.Assert) -> None:
    narrowing.test(frame, node.test, frame.evaluate(node.test), "assert")
    narrowing.assume(frame, node.test, True)
    if node.msg is not None:
        with frame.within(context=(*frame.where.context, "message")):
            frame.evaluate(node.msg)


def _delete(frame: Frame, node: ast.Delete) -> None:
    for target in node.targets:
        delete(frame, target)


STATEMENTS: dict[type[ast.stmt], Callable[[Frame, Any], None]] = {
    ast.Expr: _expr,
    ast.Assign: _assign,
    ast.AnnAssign: _ann_assign,
    ast.AugAssign: _aug_assign,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Break: _break,
    ast.Continue: _continue,
    ast.If: _if,
    ast.For: for_,
    ast.AsyncFor: for_,
    ast.While: while_,
    ast.Try: _try,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Match: _match,
    ast.Assert: _assert,
    ast.Delete: _delete,
}
if hasattr(ast, "TryStar"):
    STATEMENTS[ast.TryStar] = _try
STATEMENTS.update(for_nodes(STATEMENTS))

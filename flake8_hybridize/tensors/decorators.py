"""How decorators and `tf.function(...)` calls make functions hybrid."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_hybridize.knowledge.wrappers import HYBRID_MAKERS
from flake8_hybridize.model.module import Class, Function, Module
from flake8_hybridize.source.tree import walk
from flake8_hybridize.tensors.observations import Call, Leave
from flake8_hybridize.tensors.refs import Hybrid, Partial
from flake8_hybridize.tensors.substitution import Bindings
from flake8_hybridize.tensors.values import CALLABLE, PARAM, UNKNOWN_VALUE, Value, outside

if TYPE_CHECKING:
    from flake8_hybridize.tensors.engine import Engine
    from flake8_hybridize.tensors.interpret import Frame

PROPERTIES = frozenset({"builtins.property", "functools.cached_property", "abc.abstractproperty"})


@dataclass(frozen=True, slots=True)
class Decoration:
    """A decorator that makes its function hybrid: its node, its keyword arguments, whose wrapper it is."""

    node: ast.expr
    arguments: tuple[tuple[str, ast.expr], ...]
    wrapper: str = ""


def decorator_target(engine: Engine, function: Function, node: ast.expr) -> Value:
    """What the decorator expression refers to, without its arguments."""
    if isinstance(node, ast.Call):
        node = node.func
    return engine.scope_value(function.module, function.parent, node)


def decorator_functions(engine: Engine, function: Function) -> list[Function]:
    """The functions of the project that are called with the function as its decorators."""
    found = []
    for node in function.decorators:
        ref = decorator_target(engine, function, node).ref
        if isinstance(node, ast.Call) and isinstance(ref, Function):
            ref = engine.facts(ref).returns.ref
        if isinstance(ref, Function):
            found.append(ref)
    return found


def hybrid_decoration(engine: Engine, function: Function) -> Decoration | None:
    """The decorator that makes `function` hybrid, or None."""
    for node in function.decorators:
        found = _decoration(engine, function.module, function.parent, node)
        if found is not None:
            return found
    return None


def _decoration(engine: Engine, module: Module, scope: Function | None, node: ast.expr) -> Decoration | None:
    if isinstance(node, ast.IfExp):
        ways = (_decoration(engine, module, scope, way) for way in (node.body, node.orelse))
        made = next(filter(None, ways), None)
        return None if made is None else Decoration(node, made.arguments, made.wrapper or "a condition")
    if isinstance(node, ast.Call):
        target = engine.scope_value(module, scope, node.func)
        if target.ref == "functools.partial" and node.args:
            inner = _decoration(engine, module, scope, node.args[0])
            return (
                None
                if inner is None
                else Decoration(node, (*inner.arguments, *keywords(node)), inner.wrapper)
            )
        made = makes_hybrid(engine, target)
        if made is None:
            return None
        return Decoration(node, (*made.arguments, *keywords(node)), made.wrapper)
    target = engine.scope_value(module, scope, node)
    made = makes_hybrid(engine, target)
    return None if made is None else Decoration(node, made.arguments, made.wrapper)


def makes_hybrid(engine: Engine, target: Value) -> Decoration | None:
    """Whether calling `target` with a function gives a `tf.function` of it."""
    ref = target.ref
    nowhere = ast.Constant(None)
    if isinstance(ref, Function):
        engine.reads.note(ref)
    if isinstance(ref, str):
        known = ref in HYBRID_MAKERS or ref in engine.wrappers
        return Decoration(nowhere, (), "" if ref == "tensorflow.function" else ref) if known else None
    if isinstance(ref, Function) and f"{ref.module.name}.{ref.qualname}" in engine.wrappers:
        return Decoration(nowhere, (), ref.qualname)
    if isinstance(ref, Partial):
        inner = makes_hybrid(engine, ref.target)
        if inner is None:
            return None
        extra = tuple((name, value.extra) for name, value in ref.kwargs if isinstance(value.extra, ast.expr))
        return Decoration(nowhere, (*inner.arguments, *extra), inner.wrapper)
    if isinstance(ref, Hybrid) and ref.target is None:
        return Decoration(nowhere, ref.arguments, "")
    if isinstance(ref, Function) and _may_wrap(ref):
        for function in _with_inner(ref):
            made = _made_in(engine, function)
            if made is not None:
                return Decoration(nowhere, made.arguments, ref.qualname)
    return None


def _with_inner(function: Function) -> list[Function]:
    """The function, what it defines, and what that defines: a decorator with arguments has three levels."""
    found = [function]
    for _ in range(2):
        found += [f for f in function.module.functions if f.parent in found and f not in found]
    return found


def wrappers_of(engine: Engine, function: Function) -> list[tuple[Function, Bindings]]:
    """What runs in place of the function, with its own object: what the project's decorators define, or are called as."""
    found: list[tuple[Function, Bindings]] = []
    for node in function.decorators:
        target = decorator_target(engine, function, node).ref
        if isinstance(target, Class):
            called = engine.find_method(target, "__call__")
            found += [(called, {0: outside(engine.instance(target), function.name)})] if called else []
        if isinstance(target, Function) and target is not function:
            engine.reads.note(target)
            found += [(inner, {}) for inner in _with_inner(target)[1:] if _calls_what_is_given(inner)]
    return found


def _calls_what_is_given(inner: Function) -> bool:
    """Whether it calls a parameter of a function around it."""
    given: set[str] = set()
    around = inner.parent
    while around is not None:
        given.update(param.name for param in around.params)
        around = around.parent
    calls = (node.func for node in walk(inner.node) if isinstance(node, ast.Call))
    return any(isinstance(func, ast.Name) and func.id in given for func in calls)


def _made_in(engine: Engine, function: Function) -> Hybrid | None:
    """The `tf.function` that the body returns, or that it calls in place of what its decorator was given."""
    for seen in engine.facts(function).observations:
        if isinstance(seen, Leave) and seen.how == "return" and isinstance(seen.value.ref, Hybrid):
            return seen.value.ref
        if isinstance(seen, Call) and isinstance(seen.callee.ref, Hybrid) and function.parent is not None:
            target = seen.callee.ref.target
            if target is not None and target.origin == PARAM and not _calls_itself(function, target):
                return seen.callee.ref
    return None


def _calls_itself(function: Function, target: Value) -> bool:
    """Whether the body also calls what is wrapped as it is, and so may run eagerly."""
    params = function.parent.params if function.parent is not None else ()
    wrapped = params[target.param].name if 0 <= target.param < len(params) else ""
    calls = (node for node in walk(function.node) if isinstance(node, ast.Call))
    return any(isinstance(node.func, ast.Name) and node.func.id == wrapped for node in calls)


def _may_wrap(function: Function) -> bool:
    return bool(function.params) and not function.is_lambda and "function" in _mentions(function)


def _mentions(function: Function) -> frozenset[str]:
    return frozenset(
        [*(n.attr for n in walk(function.node) if isinstance(n, ast.Attribute)), *function.loads]
    )


def keywords(node: ast.Call) -> tuple[tuple[str, ast.expr], ...]:
    """Keyword arguments of a call by name; the second positional argument of tf.function is its signature."""
    named = [(k.arg, k.value) for k in node.keywords if k.arg is not None]
    return tuple(named)


def decorated(frame: Frame, function: Function) -> Value:
    """The value a `def` statement binds: the function, or unknown where a decorator replaces it."""
    for node in function.decorators:
        target = decorator_target(frame.engine, function, node)
        if target.ref in PROPERTIES:
            return Value(CALLABLE, ref=function, extra="property")
        if target.ref in ("contextlib.contextmanager",):
            return Value(CALLABLE, ref=function, extra="contextmanager")
        if isinstance(node, ast.Call):
            frame.evaluate(node)
    if function.is_generator and not function.decorators:
        return Value(CALLABLE, ref=function)
    return Value(CALLABLE, ref=function) if function is not None else UNKNOWN_VALUE

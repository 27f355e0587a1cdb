"""HYB239: a decorated method of an object that nothing keeps; it is gone when the method is traced.

Run on TensorFlow 2.21: also Keras layers and other objects that refer to themselves go, as soon as Python collects
cycles, which tracing makes it do. Objects that hand themselves on while they are made stay, and a method that does
not use its object does not miss it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, OWN, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, text_of
from flake8_hybridize.model.module import Class, Function
from flake8_hybridize.source.tree import walk
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.values import FRESH, INSTANCE
from flake8_hybridize.verdict.boundary.base import Border, border
from flake8_hybridize.verdict.callers import Site

RULE = DETECTORS.declare(
    Rule(
        code="HYB239",
        name="temp-instance",
        summary="a decorated method is called on an object that is not kept",
        category=Category.RAISES,
        names=("TEMP_INSTANCE",),
    )
)
MAX_DEPTH = 3


@border
def temporary(known: Border, function: Function) -> Iterator[Signal]:
    """`Class(...).method(x)`; calling the object itself keeps it alive."""
    if not function.is_method or function.name.startswith("__") or function.has_decorator("classmethod"):
        return
    if known.program.decoration(function) is None and known.program.is_hybrid(function):
        return
    if not function.params or function.params[0].name not in function.loads:
        return
    for site in known.callers.calls(function):
        func = site.call.node.func
        if (
            isinstance(func, ast.Attribute)
            and isinstance(func.value, ast.Call)
            and _is_gone(known, site, func.value)
        ):
            what = f"is called on {text_of(func.value)}, which is gone when it is traced"
            node = site.call.node if site.module is function.module else function.node
            yield Signal(RULE, "TEMP_INSTANCE", node, what, "keep the object in a name", what, param=OWN)


def _is_gone(known: Border, site: Site, made: ast.Call) -> bool:
    """Whether the receiver is an object that the call `made` makes and nobody else holds."""
    receiver = site.call.receiver
    if receiver is None or not receiver.kinds & INSTANCE or receiver.origin != FRESH:
        return False
    if not isinstance(receiver.ref, Class):
        return False
    body = known.program.body(site.caller) if site.caller else known.program.module_body(site.module)
    return _makes(known, body, made, 0) and not _hands_itself_on(known, receiver.ref)


def _makes(known: Border, body: Body, node: ast.expr | None, depth: int) -> bool:
    """Whether the expression makes an object itself: by its class, or by a function that returns what it makes."""
    call = next((s for s in body.facts.seen(Call) if s.node is node), None)
    if call is None or depth > MAX_DEPTH:
        return False
    return call.created is not None or (
        bool(call.functions) and all(_is_factory(known, function, depth) for function in call.functions)
    )


def _is_factory(known: Border, function: Function, depth: int) -> bool:
    if function.is_lambda or function.decorators:
        return False
    returns = [node for node in walk(function.node) if isinstance(node, ast.Return)]
    body = known.program.body(function)
    return bool(returns) and all(_makes(known, body, node.value, depth + 1) for node in returns)


def _hands_itself_on(known: Border, cls: Class) -> bool:
    """Whether making the object may store it, or a method of it, somewhere."""
    engine = known.program.engine
    if engine.has_unknown_base(cls) or cls.node.decorator_list:
        return True
    waiting, seen = (
        [base.methods.get("__init__") for base in engine.mro(cls) if isinstance(base, Class)],
        set(),
    )
    while waiting:
        method = waiting.pop()
        if method is None or method in seen:
            continue
        if _lets_go(method):
            return True
        seen.add(method)
        waiting += [engine.find_method(cls, name) for name in method.self_reads]
    return False


def _lets_go(method: Function) -> bool:
    """Whether `self`, or a method of it, is given to somebody; stored in an attribute of its own it is not held."""
    if not method.params:
        return False
    name, nodes = method.params[0].name, list(walk(method.node))
    owned = {node.value for node in nodes if isinstance(node, ast.Attribute)}
    if any(isinstance(node, ast.Name) and node.id == name and node not in owned for node in nodes):
        return True
    given = {
        part for node in nodes if isinstance(node, ast.Call) for arg in _arguments(node) for part in walk(arg)
    }
    return method.has_inner or any(_is_method_of(method, name, node) for node in given)


def _arguments(node: ast.Call) -> list[ast.expr]:
    return [*node.args, *(keyword.value for keyword in node.keywords)]


def _is_method_of(method: Function, name: str, node: ast.AST) -> bool:
    """Whether the node is `self.method`, an object that holds `self`."""
    if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name) or node.value.id != name:
        return False
    return method.owner is not None and node.attr in method.owner.methods

"""Errors of a function that somebody in sight looks at: what an operation raises in eager code, tracing raises as another class."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.fixes.scene import Scene
from flake8_hybridize.fixes.scopes import parents
from flake8_hybridize.model.module import Function, last_part
from flake8_hybridize.verdict.callers import Site

_ALL = ("Exception", "BaseException")
_OF_OTHERS = ("KeyboardInterrupt", "SystemExit", "GeneratorExit")
"""What no operation raises."""
_SHOWN = frozenset(("exc_info", "format_exc", "print_exc", "exception"))
_WAITING = ("raises", "suppress", "warns")
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def is_caught(scene: Scene, function: Function) -> bool:
    """Whether a caller, or a caller of it, catches some errors and not all, or looks at what it caught."""
    return any(map(_is_guarded, _sites(scene, function, set())))


def _sites(scene: Scene, function: Function, done: set[Function]) -> Iterator[Site]:
    done.add(function)
    for site in scene.context.callers.calls(function):
        yield site
        if site.caller is not None and site.caller not in done:
            yield from _sites(scene, site.caller, done)


def _is_guarded(site: Site) -> bool:
    up = parents(site.module.tree)
    node: ast.AST = site.call.node
    while node in up and not isinstance(node, _SCOPES):
        inner, node = node, up[node]
        if isinstance(node, ast.Try) and inner in node.body and any(map(_tells, node.handlers)):
            return True
        if isinstance(node, ast.With) and inner in node.body and any(map(_waits, node.items)):
            return True
    return False


def _tells(handler: ast.ExceptHandler) -> bool:
    """Whether the handler can tell one error from another."""
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = [last_part(node) for node in caught if node is not None]
    if names and all(name in _OF_OTHERS for name in names):
        return False
    if names and not set(names).intersection(_ALL):
        return True
    used = (node for statement in handler.body for node in ast.walk(statement))
    return any(
        (isinstance(node, ast.Name) and node.id == handler.name)
        or (isinstance(node, ast.Attribute) and node.attr in _SHOWN)
        for node in used
    )


def _waits(item: ast.withitem) -> bool:
    """`pytest.raises(E)`, `self.assertRaises(E)`, `contextlib.suppress(E)`."""
    call = item.context_expr
    name = last_part(call) if isinstance(call, ast.Call) else ""
    if not isinstance(call, ast.Call) or not (name in _WAITING or name.startswith("assertRaises")):
        return False
    return name != "suppress" or not {last_part(argument) for argument in call.args}.intersection(_ALL)

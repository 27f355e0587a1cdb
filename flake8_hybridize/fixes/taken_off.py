"""What callers in sight would notice of a decorator that is taken off."""

from __future__ import annotations

import ast

from flake8_hybridize.fixes.scene import Scene
from flake8_hybridize.fixes.scopes import parents
from flake8_hybridize.model.module import Function, last_part
from flake8_hybridize.tensors.observations import Leave
from flake8_hybridize.tensors.values import NONE, Value
from flake8_hybridize.verdict.callers import Site

_CONVERSIONS = ("int", "bool", "range")


def used_as_tensor(scene: Scene, function: Function) -> bool:
    """Whether a call in sight asks the result for an attribute such as `.numpy`."""
    for site in scene.context.callers.calls(function):
        node = site.call.node
        parent = parents(site.module.tree).get(node)
        names = [target.id for target in getattr(parent, "targets", ()) if isinstance(target, ast.Name)]
        around = site.caller.node if site.caller is not None else site.module.tree
        if isinstance(parent, ast.Attribute) or any(_has_attribute(around, name) for name in names):
            return True
    return False


def _has_attribute(root: ast.AST, name: str) -> bool:
    return any(
        isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name
        for node in ast.walk(root)
    )


def hands_tensors_on(scene: Scene, function: Function) -> bool:
    """Whether all that it returns are tensors that it was given, or nothing."""
    leaves = [seen for seen in scene.facts(function).observations if isinstance(seen, Leave)]
    return all(_is_tensors(scene, function, seen.value) for seen in leaves if seen.how == "return")


def _is_tensors(scene: Scene, function: Function, value: Value) -> bool:
    if value.items is not None:
        return all(_is_tensors(scene, function, item) for item in value.items)
    return value.kinds == NONE or scene.is_tensor(value, function)


def is_converted(scene: Scene, function: Function) -> bool:
    """Whether every call is in sight and makes a Python number of the result at once: `int(f(x))`."""
    callers = scene.context.callers
    sites = callers.calls(function)
    return bool(sites) and not callers.hand_overs(function) and all(map(_converts, sites))


def _converts(site: Site) -> bool:
    parent = parents(site.module.tree).get(site.call.node)
    return isinstance(parent, ast.Call) and last_part(parent.func) in _CONVERSIONS and len(parent.args) == 1

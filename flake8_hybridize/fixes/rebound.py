"""Names, attributes and contents that the code around a function gives other values: a graph keeps the first ones.

HYB207 knows where such a change falls between two calls, for Python state. A safe fix does not rely on the order of
calls: what is set once, or while an object is made, may be read.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from flake8_hybridize.fixes.scene import Scene
from flake8_hybridize.fixes.scopes import bindings, enclosing_scopes, function_of, parents
from flake8_hybridize.model.build import changed_by
from flake8_hybridize.model.module import Function, Module, last_part
from flake8_hybridize.tensors.observations import Read
from flake8_hybridize.tensors.values import CONTAINER

BUILDERS = (
    "__init__",
    "__post_init__",
    "__new__",
    "__setattr__",
    "__setstate__",
    "__init_subclass__",
    "build",
)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


class _Changes(NamedTuple):
    """What a module sets: attributes outside of constructors, and names whose content it changes."""

    attributes: frozenset[str]
    contents: frozenset[str]


def rebound_state(scene: Scene, inside: Iterable[Function], modules: Iterable[Module]) -> str:
    """Why what the bodies read may be another thing later; empty if it is set once."""
    found = [_changes(module.tree) for module in modules]
    for function in inside:
        for seen in scene.context.program.body(function).facts.observations:
            if isinstance(seen, Read) and _may_change(function, seen, found):
                return f"`{seen.name}` is set more than once, and a graph keeps what it read first"
    return ""


def _may_change(function: Function, read: Read, found: list[_Changes]) -> bool:
    if read.value.kinds & CONTAINER and any(read.name in changes.contents for changes in found):
        return True
    if read.how == "attribute":
        return any(read.name in changes.attributes for changes in found)
    return _is_bound_again(function, read.name)


def _is_bound_again(function: Function, name: str) -> bool:
    """Whether the scope that binds the name does it more than once, in a loop, or lets a function do it."""
    tree = function.module.tree
    if name in function.module.global_writes:
        return True
    for scope in enclosing_scopes(tree, function.node):
        places = bindings(scope).get(name)
        if places is not None:
            return len(places) > 1 or _is_repeated(tree, scope, places[0])
    return False


def _is_repeated(tree: ast.Module, scope: ast.AST, node: ast.AST) -> bool:
    up = parents(tree)
    while node in up and node is not scope:
        node = up[node]
        if isinstance(node, _LOOPS):
            return True
    return False


@lru_cache(maxsize=16)
def _changes(tree: ast.Module) -> _Changes:
    nodes = list(ast.walk(tree))
    attributes = (
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load) and not _is_made(tree, node)
    )
    return _Changes(frozenset(attributes), frozenset(_contents(tree, nodes)))


def _contents(tree: ast.Module, nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        places: list[ast.expr] = []
        if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            places = [node.value]
        elif isinstance(node, ast.Call):
            places = changed_by(node)
        if places and not _is_made(tree, node):
            yield from map(last_part, places)


def _is_made(tree: ast.Module, node: ast.AST) -> bool:
    """Whether it happens while an object is made."""
    function = function_of(tree, node)
    return function is not None and function.name in BUILDERS

"""Functions of which every call is in sight."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.model.module import Function, Module
from flake8_hybridize.source.tree import walk
from flake8_hybridize.verdict.boundary.base import Border
from flake8_hybridize.verdict.callers import Site


def all_calls(known: Border, function: Function) -> list[Site]:
    """The calls of the function, if there can be no other: nobody else can name it, and all that is done with it is to call it.

    Nobody else can name what is defined in a function, what the name's underscore keeps private, and what is in a
    program (`if __name__ == "__main__"`) that no other file of the project uses.
    """
    sites = known.callers.calls(function)
    if not sites or known.callers.hand_overs(function) or not _is_local(known, function):
        return []
    if any(site.module is not function.module for site in sites):
        return []
    found = known.of_syntax(("named", function), lambda: frozenset(_places(function.module, function.name)))
    return list(sites) if found == {site.call.node.func for site in sites} else []


def _is_local(known: Border, function: Function) -> bool:
    """Whether the name means this function only, and nobody outside of the file can know it."""
    module, engine = function.module, known.program.engine
    names = [*(other.name for other in module.functions), *(cls.name for cls in module.classes)]
    if function.is_lambda or function.decorators or names.count(function.name) > 1:
        return False
    if function.parent is not None and function.owner is None:
        return True
    if not engine.follow_imports:
        return False
    importing = engine.project.importing(module)
    if not function.name.startswith("_") or function.name.endswith("__"):
        return _is_program(module) and not importing
    naming = engine.project.naming(module, function.name)
    return not naming or (function.owner is None and set(naming).isdisjoint(importing))


def _places(module: Module, name: str) -> Iterator[ast.AST]:
    """Wherever the name stands, as a name, an attribute or a text (`getattr(x, "name")`), its definition aside."""
    for node in walk(module.tree):
        if (
            (isinstance(node, ast.Name) and node.id == name)
            or (isinstance(node, ast.Attribute) and node.attr == name)
            or (isinstance(node, ast.Constant) and node.value == name)
            or (isinstance(node, ast.alias) and name in (node.name, node.asname))
        ):
            yield node


def _is_program(module: Module) -> bool:
    """Whether the module is run, not imported."""
    return any(
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Compare)
        and isinstance(node.test.left, ast.Name)
        and node.test.left.id == "__name__"
        for node in module.tree.body
    )

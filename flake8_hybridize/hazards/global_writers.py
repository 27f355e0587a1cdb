"""Who changes a global that a traced function reads: functions that rebind it, and code that has its module."""

from __future__ import annotations

from flake8_hybridize.hazards.attribute_writers import PREPARING
from flake8_hybridize.hazards.body import Body
from flake8_hybridize.model.module import Function, Module
from flake8_hybridize.tensors.observations import Read, Store
from flake8_hybridize.tensors.values import IMPORT


def module_of(read: Read, body: Body) -> Module:
    """The module of the project whose global is read."""
    named = read.base.kinds & IMPORT and isinstance(read.base.ref, Module)
    return read.base.ref if named else body.module


def writers_of_module(read: Read, body: Body) -> list[Function]:
    """Functions that set the global from outside: `settings.scale = 2.0` of an imported module."""
    module = module_of(read, body)
    if not read.base.kinds & IMPORT:
        return []
    body.engine.reads.tables(body.module)
    return [
        function
        for function in dict.fromkeys(body.module.attribute_writers.get(read.name, ()))
        if any(
            seen.how == "attribute" and seen.name == read.name and seen.base.ref is module
            for seen in body.engine.facts(function).seen(Store)
        )
    ]


def global_writers(read: Read, body: Body) -> list[Function]:
    """The functions that put another object under the global; not those that make the program ready."""
    module = module_of(read, body)
    body.engine.reads.tables(module)
    found = [*module.global_writes.get(read.name, ()), *writers_of_module(read, body)]
    return [
        function
        for function in found
        if not (
            PREPARING.match(function.name)
            or function.name in ("main", "_main")
            or _makes_once(body, function, read.name)
        )
    ]


def _makes_once(body: Body, function: Function, name: str) -> bool:
    """Whether the function binds the name under tests only that let it do so once."""
    stores = [
        seen.where.guarded
        for seen in body.engine.facts(function).seen(Store)
        if seen.how in ("global", "nonlocal", "attribute") and seen.name == name
    ]
    return bool(stores) and all(stores)

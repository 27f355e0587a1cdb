"""Who changes an attribute that a traced function reads: methods of its class, and code that has the object."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flake8_hybridize.hazards.body import Body, read_attributes
from flake8_hybridize.model.module import Class, Function
from flake8_hybridize.tensors.attributes import LISTED_ANEW
from flake8_hybridize.tensors.observations import Call, Read, Store
from flake8_hybridize.tensors.values import (
    ARRAY,
    BOOL,
    CLASS,
    CONTAINER,
    FRESH,
    INSTANCE,
    NO_CONSTANT,
    NONE,
    NUMBER,
    STRING,
    TENSOR,
    UNKNOWN,
    Value,
)

STATE = NUMBER | BOOL | STRING | CONTAINER | ARRAY | TENSOR
"""Kinds whose value is a constant of the graph."""
PREPARING = re.compile(
    r"^_*(init|__init|__new|build|setup|setUp|set_up|compile|configure|create|make|load|restore|from_|prepare|register|add_|__set|initialize|reset_"
    r"|set_model|set_params|on_train_begin|on_test_begin)"
)
# Whoever puts a model together does so before it runs.
_ADDING = re.compile(r"^_*(add|append|push|insert|extend|stack|attach|set)")


def attribute_writers(read: Read, body: Body, kinds: int) -> list[Function]:
    """The functions, but those that prepare the object, that change what the attribute holds."""
    cls = read.base.ref
    maker = body.function.parent if body.function is not None else None
    if maker is not None and read.name in maker.self_stores:
        return []  # who sets it makes the function anew, with the new value
    if not (read.base.kinds & (INSTANCE | CLASS) and isinstance(cls, Class)):
        return []
    if holds_objects(read.value):
        grown = [f for f in _content_writers(read.name, body, cls) if not _ADDING.match(f.name)]
        return [f for f in (*grown, *replacing(read, body)) if not _lists_the_same(body, f, read.name)]
    writers = _methods(read.name, body, cls)
    if kinds & (CONTAINER | ARRAY):
        writers += _content_writers(read.name, body, cls)
    return [*writers, *_writers_of_others(read.name, body, cls)]


def replacing(read: Read, body: Body) -> list[Function]:
    """The functions, but those that put the object together, that store another object in the attribute."""
    cls = read.base.ref
    if not (read.base.kinds & (INSTANCE | CLASS) and isinstance(cls, Class)):
        return []
    found = [*_methods(read.name, body, cls), *_writers_of_others(read.name, body, cls)]
    return [f for f in found if not (_ADDING.match(f.name) or f.has_decorator("setter"))]


def _lists_the_same(body: Body, function: Function, name: str) -> bool:
    """Whether all that the function stores there is what a Keras object lists anew: the same variables each time."""
    stores = [
        seen.value
        for seen in body.engine.facts(function).seen(Store)
        if seen.how == "attribute" and seen.name == name
    ]
    return bool(stores) and all(
        value.kinds == CONTAINER and value.place.rpartition(".")[2] in LISTED_ANEW for value in stores
    )


def _methods(name: str, body: Body, cls: Class) -> list[Function]:
    """Methods of the class that set the attribute of their own object."""
    writers: list[Function] = []
    for base in body.engine.mro(cls):
        if isinstance(base, Class):
            writers += [
                method
                for method in base.stores.get(name, ())
                if not _is_preparing(body, base, method) and not _writes_once(body, method, name)
            ]
    return writers


def _content_writers(name: str, body: Body, cls: Class) -> Iterator[Function]:
    """Methods that change the content of the container or array that the attribute holds."""
    for base in body.engine.mro(cls):
        if isinstance(base, Class):
            body.engine.reads.tables(base.module)
            for function in base.module.item_stores.get(f".{name}", ()):
                if function.owner is base and not _is_preparing(body, base, function):
                    yield function


def _writers_of_others(name: str, body: Body, cls: Class) -> Iterator[Function]:
    """Functions that set the attribute of an object that they were given or find: `options.power = 2`, `Config.rate *= 0.5`."""
    for module in dict.fromkeys((body.module, cls.module)):
        body.engine.reads.tables(module)
        for function in dict.fromkeys(module.attribute_writers.get(name, ())):
            owner = function.owner if function.owner is not None else cls
            if not _is_preparing(body, owner, function) and _sets(body, function, name, cls):
                yield function


def writers_of_any(read: Read, body: Body) -> list[Function]:
    """Functions that set attributes of the object under names that they find out: this one, or others."""
    cls = read.base.ref
    if read.how != "attribute" or not isinstance(cls, Class):
        return []
    found = []
    for module in dict.fromkeys((body.module, cls.module)):
        body.engine.reads.tables(module)
        for function in dict.fromkeys(module.attribute_writers.get("*", ())):
            owner = function.owner if function.owner is not None else cls
            if not _is_preparing(body, owner, function) and _sets(body, function, read.name, cls):
                found.append(function)
    return found


def _sets(body: Body, function: Function, name: str, cls: Class) -> bool:
    """Whether the function may set the attribute of an object of the class."""
    return any(_is_of(body, base, cls) for base in _written(body, function, name))


def _written(body: Body, function: Function, name: str) -> Iterator[Value]:
    """The objects of which the function sets the attribute; its own only where it finds the name out."""
    for seen in body.engine.facts(function).observations:
        if isinstance(seen, Store) and seen.how == "attribute" and seen.name == name:
            if not (function.is_method and seen.base.param == 0 and seen.base.kinds & INSTANCE):
                yield seen.base
        elif isinstance(seen, Call) and seen.target == "builtins.setattr" and len(seen.args) > 1:
            yield from (base for base in seen.args[:1] if seen.args[1].const in (name, NO_CONSTANT))


def _is_of(body: Body, base: Value, cls: Class) -> bool:
    """Whether the object, which the function did not make itself, may be one of the class, or the class."""
    other = base.ref
    if not base.kinds & (INSTANCE | CLASS) or not isinstance(other, Class) or base.origin == FRESH:
        return False
    return other in body.engine.mro(cls) or cls in body.engine.mro(other)


def _writes_once(body: Body, method: Function, name: str) -> bool:
    """Whether the method sets the attribute under tests only that let it do so once."""
    stores = [
        seen.where.guarded
        for seen in body.engine.facts(method).seen(Store)
        if seen.how == "attribute" and seen.name == name
    ]
    return bool(stores) and all(stores)


def holds_objects(value: Value) -> bool:
    """A container of variables, layers or objects, whose state a graph follows."""
    if not value.kinds & CONTAINER:
        return False
    parts = value.items if value.items is not None else (value.elem,) if value.elem is not None else ()
    return any(part.kinds & ~(STATE | UNKNOWN | NONE) for part in parts)


def _is_preparing(body: Body, cls: Class, method: Function) -> bool:
    if PREPARING.match(method.name):
        return True
    init = cls.methods.get("__init__")
    if init is not None:
        body.engine.reads.note(init)
    return init is not None and method.name in read_attributes(init)

"""HYB207: Python state read while tracing and changed later."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, read_attributes
from flake8_hybridize.hazards.keys import key_read, may_write
from flake8_hybridize.model.module import Class, Function, Module
from flake8_hybridize.results import Confidence
from flake8_hybridize.tensors.observations import Read, Store
from flake8_hybridize.tensors.values import (
    ARRAY,
    BOOL,
    CONTAINER,
    IMPORT,
    INSTANCE,
    NONE,
    NUMBER,
    STRING,
    TENSOR,
    UNKNOWN,
    Value,
)

RULE = DETECTORS.declare(
    Rule(
        code="HYB207",
        name="stale-read",
        summary="Python state read in a traced function keeps the value of the first call",
        category=Category.DIFFERS,
        names=("STALE_READ",),
    )
)
STATE = NUMBER | BOOL | STRING | CONTAINER | ARRAY | TENSOR
"""Kinds whose value is a constant of the graph."""
_PREPARING = re.compile(
    r"^_*(init|__init|__new|build|setup|setUp|set_up|compile|configure|create|make|load|restore|from_|prepare|register|add_|__set|initialize|reset_"
    r"|set_model|set_params|on_train_begin|on_test_begin)"
)


@DETECTORS.on(Read)
def stale(read: Read, body: Body) -> Iterator[Signal]:
    """A number, flag, text, container, array or tensor that some other function changes."""
    kinds = read.value.kinds & ~NONE
    if not kinds or kinds & ~(STATE | UNKNOWN) or body.function is None or read.where.guarded:
        return
    writers = _writers(read, body, kinds)
    if not writers or not _is_first(read, body):
        return
    what = f"reads {read.value.place or read.name} while tracing, but {writers[0].qualname} ({_line(writers[0], body)}) changes it later"
    yield Signal(
        RULE, "STALE_READ", read.node, what, "use a tf.Variable or an argument", f"{read.name} changes",
        confidence=Confidence.GUESS, param=0 if _is_own(read, body) else -1,
        writers=() if read.value.kinds & NONE and kinds & UNKNOWN else writers,
    )  # fmt: skip


def _line(writer: Function, body: Body) -> str:
    file = PurePath(writer.module.path).name if writer.module is not body.module else ""
    return f"{file} line {writer.line}".strip()


def _is_first(read: Read, body: Body) -> bool:
    """Whether the body reads this state here for the first time; once is enough to say it."""
    known = body.shared.setdefault("stale reads", {})
    assert isinstance(known, dict)
    state = read.value.place or read.name, key_read(body, read.node)
    return known.setdefault(state, read.node) is read.node


def _is_own(read: Read, body: Body) -> bool:
    return read.how == "attribute" and read.base.param == 0 and body.is_method


def _writers(read: Read, body: Body, kinds: int) -> tuple[Function, ...]:
    if read.how == "attribute":
        found = _attribute_writers(read, body, kinds)
    else:
        module = (
            read.base.ref if read.base.kinds & IMPORT and isinstance(read.base.ref, Module) else body.module
        )
        body.engine.reads.tables(module)
        found = list(module.global_writes.get(read.name, ()))
        if kinds & (CONTAINER | ARRAY | UNKNOWN):
            of_package = read.base.kinds & IMPORT and isinstance(read.base.ref, str)
            found += module.item_stores.get(f".{read.name}" if of_package else read.name, ())
    key = key_read(body, read.node)
    for writer in found:
        body.engine.reads.note(writer)
    return tuple(
        writer
        for writer in dict.fromkeys(found)
        if writer is not body.function and may_write(body.engine, writer, read.name, key)
    )


def _attribute_writers(read: Read, body: Body, kinds: int) -> list[Function]:
    cls = read.base.ref
    maker = body.function.parent if body.function is not None else None
    if maker is not None and read.name in maker.self_stores:
        return []  # who sets it makes the function anew, with the new value
    if not (read.base.kinds & INSTANCE and isinstance(cls, Class)) or holds_objects(read.value):
        return []
    writers: list[Function] = []
    for base in body.engine.mro(cls):
        if isinstance(base, Class):
            writers += [
                method
                for method in base.stores.get(read.name, ())
                if not _is_preparing(body, base, method) and not _writes_once(body, method, read.name)
            ]
            if kinds & (CONTAINER | ARRAY):
                body.engine.reads.tables(base.module)
                stores = base.module.item_stores.get(f".{read.name}", ())
                writers += [f for f in stores if f.owner is base and not _is_preparing(body, base, f)]
    return writers


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
    if _PREPARING.match(method.name):
        return True
    init = cls.methods.get("__init__")
    if init is not None:
        body.engine.reads.note(init)
    return init is not None and method.name in read_attributes(init)

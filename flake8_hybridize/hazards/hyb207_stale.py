"""HYB207: Python state read while tracing and changed later."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, read_attributes
from flake8_hybridize.model.module import Class, Function, Module
from flake8_hybridize.results import Applicability, Confidence
from flake8_hybridize.tensors.observations import Read
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
)

RULE = DETECTORS.declare(
    Rule(
        code="HYB207",
        name="stale-read",
        summary="Python state read in a traced function keeps the value of the first call",
        category=Category.DIFFERS,
        names=("STALE_READ",),
        fix=Applicability.DISPLAY,
    )
)
_STATE = NUMBER | BOOL | STRING | CONTAINER | ARRAY | TENSOR
_PREPARING = re.compile(
    r"^_*(init|__init|__new|build|setup|set_up|compile|configure|create|make|load|restore|from_|prepare|register|add_|__set|initialize|reset_)"
)


@DETECTORS.on(Read)
def stale(read: Read, body: Body) -> Iterator[Signal]:
    """A number, flag, text, container, array or tensor that some other function changes."""
    kinds = read.value.kinds & ~NONE
    if not kinds or kinds & ~(_STATE | UNKNOWN) or body.function is None or read.where.guarded:
        return
    writer = _writer(read, body, kinds)
    if writer is None:
        return
    sure = not kinds & UNKNOWN
    what = f"reads {read.value.place or read.name} while tracing, but {writer.qualname} (line {writer.line}) changes it later"
    yield Signal(
        RULE, "STALE_READ", read.node, what, "use a tf.Variable or an argument", f"{read.name} changes",
        confidence=Confidence.LIKELY if sure else Confidence.GUESS, param=0 if _is_own(read, body) else -1,
    )  # fmt: skip


def _is_own(read: Read, body: Body) -> bool:
    return read.how == "attribute" and read.base.param == 0 and body.is_method


def _writer(read: Read, body: Body, kinds: int) -> Function | None:
    assert body.function is not None
    if read.how == "attribute":
        return _attribute_writer(read, body, kinds)
    module = read.base.ref if read.base.kinds & IMPORT and isinstance(read.base.ref, Module) else body.module
    writers = list(module.global_writes.get(read.name, ()))
    if kinds & (CONTAINER | ARRAY):
        writers += module.item_stores.get(read.name, ())
    return _first_other(writers, body.function)


def _attribute_writer(read: Read, body: Body, kinds: int) -> Function | None:
    cls = read.base.ref
    if not (read.base.kinds & INSTANCE and isinstance(cls, Class)):
        return None
    writers: list[Function] = []
    for base in body.engine.mro(cls):
        if isinstance(base, Class):
            writers += [method for method in base.stores.get(read.name, ()) if not _is_preparing(base, method)]
            if kinds & (CONTAINER | ARRAY):
                stores = base.module.item_stores.get(f".{read.name}", ())
                writers += [f for f in stores if f.owner is base and not _is_preparing(base, f)]
    assert body.function is not None
    return _first_other(writers, body.function)


def _is_preparing(cls: Class, method: Function) -> bool:
    if _PREPARING.match(method.name):
        return True
    init = cls.methods.get("__init__")
    return init is not None and method.name in read_attributes(init)


def _first_other(writers: list[Function], function: Function) -> Function | None:
    return next((writer for writer in writers if writer is not function), None)


"""HYB207: Python state read while tracing and changed later."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from flake8_hybridize.hazards.attribute_writers import STATE, attribute_writers, replacing, writers_of_any
from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body
from flake8_hybridize.hazards.global_writers import global_writers, module_of, writers_of_module
from flake8_hybridize.hazards.keys import key_read, may_write
from flake8_hybridize.model.module import Function
from flake8_hybridize.results import Confidence
from flake8_hybridize.tensors.observations import Read
from flake8_hybridize.tensors.values import (
    ARRAY,
    CONTAINER,
    IMPORT,
    NONE,
    UNKNOWN,
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


@DETECTORS.on(Read)
def stale(read: Read, body: Body) -> Iterator[Signal]:
    """A number, flag, text, container, array or tensor that some other function changes, or an object that it replaces."""
    kinds = read.value.kinds & ~NONE
    if not kinds or body.function is None or read.where.guarded:
        return
    objects = bool(kinds & ~(STATE | UNKNOWN))
    writers = _replacing(read, body) if objects else _writers(read, body, kinds)
    known = writers or (() if objects else tuple(writers_of_any(read, body)))
    if not known or not _is_first(read, body):
        return
    what = f"reads {read.value.place or read.name} while tracing, but {known[0].qualname} ({_line(known[0], body)}) changes it later"
    yield Signal(
        RULE, "STALE_READ", read.node, what, "use a tf.Variable or an argument", f"{read.name} changes",
        confidence=Confidence.GUESS, param=0 if _is_own(read, body) else -1,
        writers=() if read.value.kinds & NONE and kinds & UNKNOWN else writers, state=read.name,
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


def _replacing(read: Read, body: Body) -> tuple[Function, ...]:
    """The functions that put another object in the place of the one that is read."""
    found = replacing(read, body) if read.how == "attribute" else global_writers(read, body)
    for writer in found:
        body.engine.reads.note(writer)
    return tuple(writer for writer in dict.fromkeys(found) if writer is not body.function)


def _writers(read: Read, body: Body, kinds: int) -> tuple[Function, ...]:
    if read.how == "attribute":
        found = attribute_writers(read, body, kinds)
    else:
        module = module_of(read, body)
        body.engine.reads.tables(module)
        found = [*module.global_writes.get(read.name, ()), *writers_of_module(read, body)]
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

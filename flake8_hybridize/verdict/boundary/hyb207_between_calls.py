"""HYB207: what the function reads is changed by the code around its calls, from one call to the next."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from flake8_hybridize.hazards.attribute_writers import STATE, holds_objects
from flake8_hybridize.hazards.base import OWN, Signal
from flake8_hybridize.hazards.hyb207_stale import RULE
from flake8_hybridize.hazards.hyb235_tape import RULE as FROZEN_STEP
from flake8_hybridize.hazards.keys import key_read, key_written
from flake8_hybridize.model.module import Class, Function, Module
from flake8_hybridize.results import Confidence
from flake8_hybridize.source.tree import walk
from flake8_hybridize.tensors.observations import Call, Read, Store
from flake8_hybridize.tensors.values import (
    ARRAY,
    CONTAINER,
    IMPORT,
    INSTANCE,
    NO_CONSTANT,
    NONE,
    UNKNOWN,
    Value,
)
from flake8_hybridize.verdict.boundary.base import Border, border
from flake8_hybridize.verdict.boundary.changes import (
    Change,
    Scope,
    Stretch,
    changes,
    global_of,
    own_nodes,
    stores,
    stretches,
)
from flake8_hybridize.verdict.boundary.variation import dotted
from flake8_hybridize.verdict.messages import line_in

_MOST = 100
_Load = tuple[int, ast.Name | ast.Attribute, Function]


class _Reading(NamedTuple):
    """A name or attribute that is read: `scope` binds the first name of `path`.

    `reader` reads it; `entry` is the place in the traced function itself that leads there.
    """

    node: ast.expr
    path: str
    scope: Scope | None
    reader: Function
    entry: ast.AST


@border
def changed_between_calls(known: Border, function: Function) -> Iterator[Signal]:
    """A name, attribute or content that is bound or changed in a loop around the calls, or between two of them."""
    found: dict[ast.AST, Signal] = {}
    for stretch in stretches(known, function):
        done = changes(known, stretch)
        reached = _reachable(known, function)
        readers = {reader for reader, _ in reached}
        stored = [(writer, store) for writer, store in stores(known, stretch) if writer not in readers]
        if not done and not stored:
            continue
        names = {*done, *(store.name for _, store in stored)}
        for reading in _readings(known, stretch.scope, reached, names):
            signal = _judged(
                known, function.module, stretch, reading, done.get(_name(reading.node), []), stored
            )
            if signal is not None and not _is_known(known, reading):
                found.setdefault(reading.entry, signal)
    yield from found.values()


def _reachable(known: Border, function: Function) -> list[tuple[Function, ast.AST | None]]:
    """The function and all that it calls, each with the call in the function itself that leads there."""
    found: dict[Function, ast.AST | None] = {function: None}
    waiting: list[Function] = [function]
    while waiting and len(found) < _MOST:
        caller = waiting.pop()
        for seen in known.program.body(caller).seen(Call):
            for callee in seen.functions:
                if callee not in found:
                    found[callee] = found[caller] or seen.node
                    waiting.append(callee)
    return list(found.items())


def _readings(
    known: Border, around: Scope, reached: list[tuple[Function, ast.AST | None]], names: set[str]
) -> Iterator[_Reading]:
    """Reads of these names, plain names only where they are those of the scope `around` the calls."""
    binders = {name: _binder_in(around, name) for name in names}
    for function, entry in reached:
        loads = known.of_syntax(("loads", function), partial(_loads_by_name, function))
        for _, node, reader in sorted(load for name in names & loads.keys() for load in loads[name]):
            root: ast.expr = node
            while isinstance(root, ast.Attribute):
                root = root.value
            scope = _binder(reader, root.id) if isinstance(root, ast.Name) else None
            if root is node and scope is not binders[_name(node)]:
                continue
            yield _Reading(node, dotted(node), scope, reader, entry or node)


def _loads_by_name(function: Function) -> dict[str, list[_Load]]:
    """The same by the last part of the name, each with its place among all."""
    found: dict[str, list[_Load]] = {}
    for index, (node, reader) in enumerate(_loads(function)):
        found.setdefault(_name(node), []).append((index, node, reader))
    return found


def _loads(function: Function) -> list[tuple[ast.Name | ast.Attribute, Function]]:
    """Names and attributes that are read in the function or in those nested in it."""
    found: list[tuple[ast.Name | ast.Attribute, Function]] = []
    body = function.node.body
    waiting: list[tuple[ast.AST, Function]] = [
        (node, function) for node in own_nodes(body if isinstance(body, list) else [body])
    ]
    while waiting:
        node, reader = waiting.pop()
        inner = function.module.by_node.get(node)
        if isinstance(inner, Function):
            below = inner.node.body
            waiting += [(n, inner) for n in own_nodes(below if isinstance(below, list) else [below])]
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
            found.append((node, reader))
    return found


def _name(node: ast.expr) -> str:
    """The last part of a name or attribute."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _binder(reader: Function, name: str) -> Scope:
    scope: Function | None = reader
    while scope is not None:
        if name in scope.local_names:
            return scope
        scope = scope.parent
    return reader.module


def _judged(
    known: Border,
    here: Module,
    stretch: Stretch,
    reading: _Reading,
    done: list[Change],
    stored: list[tuple[Function, Store]],
) -> Signal | None:
    read = _observed(known, reading)
    if read is not None and read.where.guarded:
        return None
    for change in done:
        sure = _same(known, stretch, reading, read, change)
        if sure is not None:
            surely = sure and read is not None and _is_sure(read)
            place = line_in(stretch.module, change.node, here)
            return _signal(reading, place, Confidence.LIKELY if surely else Confidence.GUESS)
    name = reading.node.attr if isinstance(reading.node, ast.Attribute) else ""
    for writer, store in stored:
        if store.name == name and read is not None and _related(known, read.base, store.base):
            surely = _is_sure(read) and _same_global(known, reading, writer, store)
            place = line_in(writer.module, store.node, here)
            return _signal(reading, place, Confidence.LIKELY if surely else Confidence.GUESS)
    return None


def _is_sure(read: Read) -> bool:
    return bool(read.value.kinds & ~NONE) and _is_state(read.value)


def _same_global(known: Border, reading: _Reading, writer: Function, store: Store) -> bool:
    """Whether both are attributes of what one global of a module holds."""
    if not (isinstance(reading.node, ast.Attribute) and isinstance(store.node, ast.Attribute)):
        return False
    engine = known.program.engine
    place = global_of(engine, reading.reader, reading.node.value)
    return place is not None and place == global_of(engine, writer, store.node.value)


def _is_known(known: Border, reading: _Reading) -> bool:
    """Whether the read is the step of a summary, of which HYB235 speaks."""
    own = known.program.own(reading.reader)
    return any(signal.rule is FROZEN_STEP and reading.node in walk(signal.node) for signal in own)


def _is_state(value: Value) -> bool:
    return not value.kinds & ~(STATE | NONE) and not holds_objects(value)


def _observed(known: Border, reading: _Reading) -> Read | None:
    body = known.program.body(reading.reader)
    reads = known.once(("reads", reading.reader), lambda: {seen.node: seen for seen in body.seen(Read)})
    return reads.get(reading.node)


def _same(
    known: Border, stretch: Stretch, reading: _Reading, read: Read | None, change: Change
) -> bool | None:
    """Whether the change surely (True) or perhaps (False) is one of what is read; None if it is not."""
    if change.content and (
        read is None or not read.value.kinds & (CONTAINER | ARRAY) or holds_objects(read.value)
    ):
        return None
    if read is not None and _other_key(known, reading, change):
        return None
    if reading.path == change.path and _binder_in(stretch.scope, change.path) is reading.scope:
        return True
    root, _, name = change.path.rpartition(".")
    if not root or not isinstance(reading.node, ast.Attribute) or reading.node.attr != name:
        return None
    base = _value(known, stretch.scope, root)
    if read is None or not _related(known, read.base, base):
        return None
    receiver = _is_receiver(reading) and any(_receiver(site.call.node) == root for site in stretch.sites)
    return receiver or (bool(base.kinds & IMPORT) and read.base.ref is base.ref)


def _other_key(known: Border, reading: _Reading, change: Change) -> bool:
    """Whether one key of a container is read and another one is written."""
    keys = key_read(known.program.body(reading.reader), reading.node), key_written(change.node)
    return NO_CONSTANT not in keys and keys[0] != keys[1]


def _binder_in(scope: Scope, path: str) -> Scope:
    name = path.partition(".")[0]
    return _binder(scope, name) if isinstance(scope, Function) else scope


def _value(known: Border, scope: Scope, path: str) -> Value:
    engine = known.program.engine
    node = ast.parse(path.replace("?", "_"), mode="eval").body
    if isinstance(scope, Function):
        return engine.scope_value(scope.module, scope, node)
    return engine.scope_value(scope, None, node)


def _is_receiver(reading: _Reading) -> bool:
    """Whether it is an attribute of the object that the method is called on."""
    reader = reading.reader
    return reader.is_method and bool(reader.params) and reading.path.startswith(f"{reader.params[0].name}.")


def _receiver(call: ast.Call) -> str:
    return dotted(call.func.value) if isinstance(call.func, ast.Attribute) else ""


def _related(known: Border, first: Value, second: Value) -> bool:
    """Whether both may be the same object: instances of one line of classes, or nothing is known of one."""
    if first.kinds & IMPORT and second.kinds & IMPORT:
        return first.ref is second.ref
    unknown = [value for value in (first, second) if value.kinds == UNKNOWN or not value.kinds]
    if unknown:
        return all(value in unknown or value.kinds & (INSTANCE | UNKNOWN) for value in (first, second))
    if not (isinstance(first.ref, Class) and isinstance(second.ref, Class)):
        return False
    mro = known.program.engine.mro
    return first.ref in mro(second.ref) or second.ref in mro(first.ref)


def _signal(reading: _Reading, place: str, confidence: Confidence) -> Signal:
    what = f"reads {reading.path} while tracing, but {place} changes it between the calls"
    return Signal(
        RULE, "STALE_READ", reading.entry, what, "use a tf.Variable or an argument", f"{reading.path} changes",
        confidence=confidence, param=OWN, path=(reading.reader.qualname,) if reading.entry is not reading.node else (),
        at=reading.node.lineno, about=reading.node,
    )  # fmt: skip

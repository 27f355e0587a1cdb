"""HYB207: what the function reads is changed by the code around its calls, from one call to the next."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from flake8_hybridize.hazards.base import OWN, Signal
from flake8_hybridize.hazards.hyb207_stale import RULE, STATE, holds_objects
from flake8_hybridize.hazards.hyb235_tape import RULE as FROZEN_STEP
from flake8_hybridize.model.module import Class, Function
from flake8_hybridize.results import Confidence
from flake8_hybridize.tensors.observations import Call, Read, Store
from flake8_hybridize.tensors.values import ARRAY, CONTAINER, IMPORT, INSTANCE, NONE, UNKNOWN, Value
from flake8_hybridize.verdict.boundary.base import Border, border
from flake8_hybridize.verdict.boundary.changes import (
    Change,
    Scope,
    Stretch,
    called_in,
    changes,
    own_nodes,
    stretches,
)
from flake8_hybridize.verdict.boundary.variation import dotted

_MOST = 100


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
        done = [change for change in changes(stretch.nodes) if change.path != "?"]
        reached = _reachable(known, function)
        stores = list(_stores(known, stretch, {reader for reader, _ in reached}))
        if not done and not stores:
            continue
        names = {change.path.rpartition(".")[2] for change in done} | {store.name for store in stores}
        for reading in _readings(reached, names):
            signal = _judged(known, stretch, reading, done, stores)
            if signal is not None and not _is_known(known, reading):
                found.setdefault(reading.entry, signal)
    yield from found.values()


def _reachable(known: Border, function: Function) -> list[tuple[Function, ast.AST | None]]:
    """The function and all that it calls, each with the call in the function itself that leads there."""
    found: dict[Function, ast.AST | None] = {function: None}
    waiting: list[Function] = [function]
    while waiting and len(found) < _MOST:
        caller = waiting.pop()
        for seen in known.program.body(caller).facts.observations:
            if isinstance(seen, Call):
                for callee in seen.functions:
                    if callee not in found:
                        found[callee] = found[caller] or seen.node
                        waiting.append(callee)
    return list(found.items())


def _readings(reached: list[tuple[Function, ast.AST | None]], names: set[str]) -> Iterator[_Reading]:
    for function, entry in reached:
        for node, reader in _loads(function, names):
            root: ast.expr = node
            while isinstance(root, ast.Attribute):
                root = root.value
            scope = _binder(reader, root.id) if isinstance(root, ast.Name) else None
            yield _Reading(node, dotted(node), scope, reader, entry or node)


def _loads(function: Function, names: set[str]) -> Iterator[tuple[ast.Name | ast.Attribute, Function]]:
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
        elif isinstance(node, ast.Name | ast.Attribute) and _is_load(node, names):
            yield node, reader


def _is_load(node: ast.Name | ast.Attribute, names: set[str]) -> bool:
    name = node.id if isinstance(node, ast.Name) else node.attr
    return name in names and isinstance(node.ctx, ast.Load)


def _binder(reader: Function, name: str) -> Scope:
    scope: Function | None = reader
    while scope is not None:
        if name in scope.local_names:
            return scope
        scope = scope.parent
    return reader.module


def _stores(known: Border, stretch: Stretch, own: set[Function]) -> Iterator[Store]:
    """Attributes that functions called in the stretch store in objects of others."""
    for function in called_in(known, stretch) - own:
        for seen in known.program.body(function).facts.observations:
            if not isinstance(seen, Store) or (function.is_method and seen.base.param == 0):
                continue
            if seen.how == "attribute" and seen.base.kinds & (INSTANCE | UNKNOWN):
                yield seen


def _judged(
    known: Border, stretch: Stretch, reading: _Reading, done: list[Change], stores: list[Store]
) -> Signal | None:
    read = _observed(known, reading)
    if read is not None and read.where.guarded:
        return None
    for change in done:
        sure = _same(known, stretch, reading, read, change)
        if sure is not None:
            surely = sure and read is not None and bool(read.value.kinds & ~NONE) and _is_state(read.value)
            return _signal(reading, change.node, Confidence.LIKELY if surely else Confidence.GUESS)
    name = reading.node.attr if isinstance(reading.node, ast.Attribute) else ""
    for store in stores:
        if store.name == name and read is not None and _related(known, read.base, store.base):
            return _signal(reading, store.node, Confidence.GUESS)
    return None


def _is_known(known: Border, reading: _Reading) -> bool:
    """Whether the read is the step of a summary, of which HYB235 speaks."""
    own = known.program.own(reading.reader)
    return any(signal.rule is FROZEN_STEP and reading.node in ast.walk(signal.node) for signal in own)


def _is_state(value: Value) -> bool:
    return not value.kinds & ~(STATE | NONE) and not holds_objects(value)


def _observed(known: Border, reading: _Reading) -> Read | None:
    facts = known.program.body(reading.reader).facts
    reads = [seen for seen in facts.observations if isinstance(seen, Read) and seen.node is reading.node]
    return reads[-1] if reads else None


def _same(
    known: Border, stretch: Stretch, reading: _Reading, read: Read | None, change: Change
) -> bool | None:
    """Whether the change surely (True) or perhaps (False) is one of what is read; None if it is not."""
    if change.content and (
        read is None or not read.value.kinds & (CONTAINER | ARRAY) or holds_objects(read.value)
    ):
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


def _signal(reading: _Reading, changed: ast.AST, confidence: Confidence) -> Signal:
    line = getattr(changed, "lineno", 0)
    what = f"reads {reading.path} while tracing, but line {line} changes it between the calls"
    return Signal(
        RULE, "STALE_READ", reading.entry, what, "use a tf.Variable or an argument", f"{reading.path} changes",
        confidence=confidence, param=OWN, path=(reading.reader.qualname,) if reading.entry is not reading.node else (),
        at=reading.node.lineno, about=reading.node,
    )  # fmt: skip

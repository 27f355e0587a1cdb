"""Which keys of a container are read and written: another key is another state."""

from __future__ import annotations

import ast
from typing import Any

from flake8_hybridize.hazards.body import Body
from flake8_hybridize.model.module import Function
from flake8_hybridize.tensors.engine import Engine
from flake8_hybridize.tensors.observations import Call, Index, Store
from flake8_hybridize.tensors.values import CONTAINER, NO_CONSTANT, UNKNOWN, Value

_KEYED = ("get", "getenv", "setdefault", "pop")
Key = Any


def key_read(body: Body, node: ast.AST) -> Key:
    """The constant key for which the container at `node` is asked; `NO_CONSTANT` where it is none, or all are read."""
    found = body.shared.get("keys read")
    if found is None:
        found = body.shared["keys read"] = dict(_keys_read(body))
    assert isinstance(found, dict)
    return found.get(node, NO_CONSTANT)


def _keys_read(body: Body) -> list[tuple[ast.AST, Key]]:
    found: list[tuple[ast.AST, Key]] = []
    for index in body.seen(Index):
        found.append((index.node.value, _constant(index.index)))
    for call in body.seen(Call):
        if call.method in _KEYED and call.args and isinstance(call.node.func, ast.Attribute):
            asked = call.node.func if call.target == "os.getenv" else call.node.func.value
            found.append((asked, _constant(call.args[0])))
    return found


def may_write(engine: Engine, writer: Function, name: str, key: Key) -> bool:
    """Whether the function may change what the container `name` has under this key."""
    if key is NO_CONSTANT:
        return True
    written: list[Key] = []
    for seen in engine.facts(writer).observations:
        if isinstance(seen, Store) and seen.how in ("item", "delete") and _is_of(seen.base, name):
            written.append(NO_CONSTANT if seen.key is None else seen.key.const)
        elif isinstance(seen, Call) and seen.receiver is not None and _is_of(seen.receiver, name):
            if seen.method in ("setdefault", "pop") and seen.args:
                written.append(seen.args[0].const)
            elif seen.api is not None and seen.api.effect == "state":
                written.append(NO_CONSTANT)
        elif isinstance(seen, Store) and seen.name == name:
            written.append(NO_CONSTANT)
    return not written or any(other is NO_CONSTANT or other == key for other in written)


def key_written(node: ast.AST) -> Key:
    """The constant key of a store `container[key]`."""
    inner = node.slice if isinstance(node, ast.Subscript) else None
    direct = isinstance(node, ast.Subscript) and not isinstance(node.value, ast.Subscript)
    return inner.value if direct and isinstance(inner, ast.Constant) else NO_CONSTANT


def _is_of(base: Value, name: str) -> bool:
    return bool(base.kinds & (CONTAINER | UNKNOWN)) and base.place.rpartition(".")[2] == name


def _constant(value: Value) -> Key:
    return value.const if isinstance(value.const, (str, int)) else NO_CONSTANT

"""Whether all that bodies compute with is known: a safe fix relies on nothing that was taken for granted."""

from __future__ import annotations

from collections.abc import Iterable

from flake8_hybridize.fixes.scene import Scene
from flake8_hybridize.model.module import Class, Function
from flake8_hybridize.tensors.observations import Branch, Call, Index, Operation, Read
from flake8_hybridize.tensors.values import (
    EAGER_NUMBER,
    INSTANCE,
    NO,
    NUMBER,
    TENSORLIKE,
    UNKNOWN,
    Value,
)

_ATTRIBUTE_HOOKS = ("__getattr__", "__getattribute__")


def unknown_values(scene: Scene, inside: Iterable[Function]) -> str:
    """Why the bodies may do more than what was seen of them; empty if everything in them is known."""
    for function in inside:
        for seen in scene.context.program.body(function).facts.observations:
            if isinstance(seen, Call) and not _is_known_call(seen):
                return f"what the call in line {seen.node.lineno} does depends on a value that is not known"
            if isinstance(seen, Operation | Index) and any(map(_is_open, _sides(seen))):
                line: int = seen.node.lineno  # type: ignore[attr-defined]
                return f"line {line} computes with a value that is not known"
            if isinstance(seen, Read) and _runs_code(scene, seen):
                return f"reading `{seen.name}` runs code that the analysis does not follow"
    return ""


def _is_known_call(call: Call) -> bool:
    known = bool(call.functions) or call.created is not None or call.api is not None
    return known and not any(map(_is_unknown, (*call.args, *call.kwargs.values())))


def _sides(seen: Operation | Index) -> tuple[Value, Value]:
    return (seen.left, seen.right) if isinstance(seen, Operation) else (seen.base, seen.index)


def _is_open(value: Value) -> bool:
    """Nothing is known of it, or its class says what an operator does."""
    return _is_unknown(value) or bool(value.kinds & INSTANCE and isinstance(value.ref, Class))


def _is_unknown(value: Value) -> bool:
    """Unknown, and not because it is a parameter, of which the callers tell."""
    return bool(value.kinds & UNKNOWN) and not value.deps and value.param < 0


def _runs_code(scene: Scene, read: Read) -> bool:
    if read.how != "attribute":
        return False
    mro = scene.context.program.engine.mro
    owner, value = read.base.ref, read.value.ref
    hooked = isinstance(owner, Class) and any(
        hook in base.methods for base in mro(owner) if isinstance(base, Class) for hook in _ATTRIBUTE_HOOKS
    )
    described = isinstance(value, Class) and any(
        "__get__" in base.methods for base in mro(value) if isinstance(base, Class)
    )
    return hooked or (described and bool(read.value.kinds & INSTANCE))


def numbers_become_tensors(scene: Scene, inside: Iterable[Function]) -> str:
    """Why a Python number would be a tensor in the graph; empty if none is."""
    for function in inside:
        for seen in scene.context.program.body(function).facts.observations:
            if isinstance(seen, Call) and seen.result.extra == EAGER_NUMBER:
                return f"the number that line {seen.node.lineno} makes of a tensor is a tensor in a graph"
            if isinstance(seen, Operation) and _mixes(seen):
                line: int = seen.node.lineno  # type: ignore[attr-defined]
                return f"line {line} computes with a counter that is a tensor in a graph"
            if isinstance(seen, Branch) and seen.test != NO and _chooses_number(seen):
                return f"line {seen.node.lineno} chooses a number, which is a tensor in a graph"
    return ""


def _mixes(seen: Operation) -> bool:
    for number, other in ((seen.left, seen.right), (seen.right, seen.left)):
        if number.extra == EAGER_NUMBER and other.kinds & TENSORLIKE and other.dtype != number.dtype:
            return True
    return False


def _chooses_number(seen: Branch) -> bool:
    then, other = seen.then or {}, seen.other or {}
    return any(
        value is not seen.before.get(name) and value.kinds == NUMBER
        for names in (then, other)
        for name, value in names.items()
        if name in then and name in other
    )

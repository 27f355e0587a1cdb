"""What callable values refer to, beside plain project functions, classes and dotted API names."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from flake8_hybridize.model.module import Function
from flake8_hybridize.tensors.values import Value


@dataclass(frozen=True, slots=True)
class Bound:
    """A method of `receiver`: of the project (`function`) or of a known kind (`name` alone)."""

    receiver: Value
    name: str
    function: Function | None = None


@dataclass(frozen=True, slots=True)
class Partial:
    """`functools.partial(target, *args, **kwargs)`."""

    target: Value
    args: tuple[Value, ...]
    kwargs: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Hybrid:
    """What `tf.function(target)` returns; `target` is None for the decorator still waiting for it."""

    target: Value | None
    node: ast.AST
    arguments: tuple[tuple[str, ast.expr], ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """A class made by `collections.namedtuple`, with its fields where they are known; the `ref` of its tuples, too."""

    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Super:
    """`super()` inside a method of `owner`, bound to `receiver`."""

    receiver: Value
    owner: object


def function_of(value: Value) -> Function | None:
    """The project function behind a callable value."""
    ref = value.ref
    while True:
        if isinstance(ref, Function):
            return ref
        if isinstance(ref, Bound) and ref.function is not None:
            return ref.function
        if isinstance(ref, (Partial, Hybrid)) and ref.target is not None:
            ref = ref.target.ref
        else:
            return None

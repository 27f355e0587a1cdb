"""What a type annotation says about a value."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_hybridize.knowledge import lookup
from flake8_hybridize.model.module import Class, Module
from flake8_hybridize.tensors.iteration import NEST
from flake8_hybridize.tensors.values import (
    ARRAY_VALUE,
    BOOL_VALUE,
    CALLABLE_VALUE,
    CONTAINER,
    NONE_VALUE,
    NUMBER_VALUE,
    OUTER,
    STRING_VALUE,
    TENSOR_VALUE,
    UNKNOWN,
    Value,
    join,
    of_kind,
)

if TYPE_CHECKING:
    from flake8_hybridize.tensors.engine import Engine

_PLAIN = {
    "int": NUMBER_VALUE, "float": NUMBER_VALUE, "complex": NUMBER_VALUE, "bool": BOOL_VALUE, "str": STRING_VALUE,
    "bytes": STRING_VALUE, "None": NONE_VALUE,
}  # fmt: skip
_CONTAINERS = frozenset(
    "list tuple dict set List Tuple Dict Set Sequence Iterable Mapping MutableMapping Collection NamedTuple".split()
)
_DICTS = frozenset("dict Dict Mapping MutableMapping".split())
_TENSOR_NAMES = frozenset(
    "Tensor RaggedTensor SparseTensor TensorType TensorLike TFTensor TensorLikeType FloatTensor EagerTensor IndexedSlices".split()
)
_ARRAY_NAMES = frozenset("ndarray ArrayLike NDArray".split())


def annotation_value(engine: Engine, module: Module, node: ast.expr, param_kind: str) -> Value | None:
    """The value an annotation promises; None where it says nothing that is known."""
    value = _read(engine, module, node, 0)
    if value is None:
        return None
    if param_kind == "kwargs":
        return Value(CONTAINER, elem=value)
    return value


def _read(engine: Engine, module: Module, node: ast.expr, depth: int) -> Value | None:
    if depth > 6:
        return None
    if isinstance(node, ast.Constant):
        return _constant(engine, module, node, depth)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _union(engine, module, [node.left, node.right], depth)
    if isinstance(node, ast.Subscript):
        return _subscript(engine, module, node, depth)
    if isinstance(node, ast.Name) and node.id in _PLAIN:
        return _PLAIN[node.id]
    if isinstance(node, (ast.Name, ast.Attribute)):
        return _named(engine, module, node)
    return None


def _constant(engine: Engine, module: Module, node: ast.Constant, depth: int) -> Value | None:
    if node.value is None:
        return NONE_VALUE
    if isinstance(node.value, str):
        try:
            parsed = ast.parse(node.value, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        return _read(engine, module, parsed, depth + 1)
    return None


def _union(engine: Engine, module: Module, nodes: list[ast.expr], depth: int) -> Value | None:
    parts = [_read(engine, module, part, depth + 1) for part in nodes]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts) or not known:
        return None
    value = known[0]
    for part in known[1:]:
        value = join(value, part)
    return value


def _subscript(engine: Engine, module: Module, node: ast.Subscript, depth: int) -> Value | None:
    name = _last(node.value)
    inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if name == "Optional":
        return _union(engine, module, [inner[0], ast.Constant(None)], depth)
    if name == "Union":
        return _union(engine, module, list(inner), depth)
    if name in ("Final", "ClassVar", "Annotated", "Required", "NotRequired"):
        return _read(engine, module, inner[0], depth + 1)
    if name in _CONTAINERS:
        return _container(engine, module, name, list(inner), depth)
    if name in ("Callable", "Type", "type"):
        return CALLABLE_VALUE if name == "Callable" else None
    if name == "Literal":
        return (
            STRING_VALUE
            if all(isinstance(i, ast.Constant) and isinstance(i.value, str) for i in inner)
            else None
        )
    return _named(engine, module, node.value)


def _container(engine: Engine, module: Module, name: str, inner: list[ast.expr], depth: int) -> Value:
    if name in _DICTS:
        inner = inner[-1:]
    parts = [
        _read(engine, module, part, depth + 1) or Value(UNKNOWN) for part in inner if not _is_ellipsis(part)
    ]
    if name in ("tuple", "Tuple") and len(parts) == len(inner) and parts:
        return Value(CONTAINER, items=tuple(parts), origin=OUTER)
    elem = None
    for part in parts:
        part = NEST if part is TENSOR_VALUE else part  # `Sequence[tf.Tensor]` is said of structures as well
        elem = part if elem is None else join(elem, part)
    return Value(CONTAINER, elem=elem, extra="dict" if name in _DICTS else None)


def _named(engine: Engine, module: Module, node: ast.expr) -> Value | None:
    last = _last(node)
    if last in _TENSOR_NAMES:
        return None if engine.scope_value(module, None, node).ref == "typing.Any" else TENSOR_VALUE
    if last in _ARRAY_NAMES:
        return ARRAY_VALUE
    if last in _CONTAINERS:
        return Value(CONTAINER)
    if last == "Callable":
        return CALLABLE_VALUE
    value = engine.scope_value(module, None, node)
    if isinstance(value.ref, Class):
        return engine.instance(value.ref)
    if isinstance(value.ref, str):
        api = lookup.api(value.ref)
        if (
            api is not None
            and value.ref.rpartition(".")[2][:1].isupper()
            and api.returns not in ("unknown", "same", "", "class", "callable")
        ):
            found = of_kind(api.returns)
            return Value(found.kinds, ref=value.ref, elem=found.elem)
    return None


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is Ellipsis

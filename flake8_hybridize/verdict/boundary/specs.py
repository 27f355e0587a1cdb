"""Signatures as written, and the shapes and dtypes of arguments as far as the syntax around a call tells them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from flake8_hybridize.model.module import Function, Module
from flake8_hybridize.source.tree import walk
from flake8_hybridize.tensors.engine import Engine
from flake8_hybridize.verdict.boundary.variation import statements

UNKNOWN_SIZE = -1
MAX_DEPTH = 6
Shape = tuple["int | None", ...]


@dataclass(frozen=True, slots=True)
class Spec:
    """A tensor's shape (None: of any rank; a None in it is open, -1 not known) and dtype (empty: not known)."""

    shape: Shape | None
    dtype: str


@dataclass(frozen=True, slots=True)
class Nest:
    """A list, tuple or dict of a signature; `kind` is list, tuple or dict."""

    kind: str
    items: tuple[Structure, ...]


Structure = Spec | Nest | None


class Reader:
    """Reads expressions of one scope: a function, or the module's own statements."""

    def __init__(self, engine: Engine, module: Module, scope: Function | None) -> None:
        self.engine = engine
        self.module = module
        self.scope = scope

    # ------------------------------------------------------------------ names
    def target(self, node: ast.expr) -> str:
        """Dotted name of the API that the expression refers to."""
        ref = self.engine.scope_value(self.module, None, node).ref
        return ref if isinstance(ref, str) else ""

    def resolved(self, node: ast.expr) -> tuple[ast.expr, Reader]:
        """The expression behind a name that is bound once, and who reads it."""
        reader, depth = self, 0
        while isinstance(node, ast.Name) and depth < MAX_DEPTH:
            found = reader._bound(node.id)
            if found is None:
                break
            (node, reader), depth = found, depth + 1
        return node, reader

    def _bound(self, name: str) -> tuple[ast.expr, Reader] | None:
        if self.scope is not None and name in self.scope.local_names:
            body = self.scope.node.body
            values = _values_of(name, body) if isinstance(body, list) else []
            is_param = any(param.name == name for param in self.scope.params)
            return (values[0], self) if len(values) == 1 and values[0] is not None and not is_param else None
        values = _values_of(name, self.module.tree.body)
        if len(values) == 1 and values[0] is not None:
            return values[0], Reader(self.engine, self.module, None)
        return None

    # ------------------------------------------------------------------ signatures
    def signature(self, node: ast.expr) -> tuple[Structure, ...] | None:
        """The entries of an `input_signature`; None where it cannot be read."""
        node, reader = self.resolved(node)
        if not isinstance(node, (ast.List, ast.Tuple)) or any(isinstance(e, ast.Starred) for e in node.elts):
            return None
        return tuple(reader.structure(item) for item in node.elts)

    def structure(self, node: ast.expr) -> Structure:
        """One entry of a signature."""
        node, reader = self.resolved(node)
        if isinstance(node, (ast.List, ast.Tuple)):
            kind = "list" if isinstance(node, ast.List) else "tuple"
            return Nest(kind, tuple(reader.structure(item) for item in node.elts))
        if isinstance(node, ast.Dict):
            return Nest("dict", tuple(reader.structure(item) for item in node.values))
        if isinstance(node, ast.Call) and reader.target(node.func) == "tensorflow.TensorSpec":
            shape, dtype = given(node, 0, "shape"), given(node, 1, "dtype")
            return Spec(reader.shape(shape), reader.dtype(dtype) if dtype is not None else "float32")
        return None

    def shape(self, node: ast.expr | None) -> Shape | None:
        """A shape as written; None for any rank, `(-1,)` inside for sizes that are not known."""
        if node is None:
            return None
        node, reader = self.resolved(node)
        if isinstance(node, (ast.List, ast.Tuple)):
            return tuple(reader.size(item) for item in node.elts)
        return None

    def size(self, node: ast.expr) -> int | None:
        """One dimension."""
        node, _ = self.resolved(node)
        if isinstance(node, ast.Constant):
            value = node.value
            if value is None or (isinstance(value, int) and value >= 0):
                return value
        return UNKNOWN_SIZE

    def dtype(self, node: ast.expr | None) -> str:
        """Name of a dtype; empty where it is not known."""
        if node is None:
            return ""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        const = self.engine.scope_value(self.module, self.scope, node).const
        return const if isinstance(const, str) else ""

    # ------------------------------------------------------------------ arguments
    def tensor(self, node: ast.expr, depth: int = 0) -> Spec | None:
        """Shape and dtype of an expression that surely is a tensor; None where nothing is known."""
        node, reader = self.resolved(node)
        if depth > MAX_DEPTH:
            return None
        if isinstance(node, ast.Call):
            return reader._call(node, depth)
        if isinstance(node, ast.BinOp):
            return reader._binary(node, depth)
        if isinstance(node, ast.Subscript):
            return reader._sliced(node, depth)
        return None

    def _call(self, node: ast.Call, depth: int) -> Spec | None:
        name = self.target(node.func)
        last = name.rpartition(".")[2]
        if not name.startswith("tensorflow."):
            return None
        if last in _FILLED:
            return self._filled(node, last)
        first = node.args[0] if node.args else None
        if last == "constant" and first is not None:
            literal = self._literal(first)
            written = self.dtype(given(node, 1, "dtype"))
            return literal and replace(literal, dtype=written or literal.dtype)
        if last == "eye" and first is not None:
            size = self.size(first)
            return Spec((size, size), self.dtype(given(node, 3, "dtype")) or "float32")
        if (
            last in ("cast", "reshape", "linspace", "identity", "abs", "square", "zeros_like", "ones_like")
            and first is not None
        ):
            return self._derived(node, last, self.tensor(first, depth + 1))
        return None

    def _filled(self, node: ast.Call, last: str) -> Spec | None:
        shape_node = given(node, 0, "shape") or given(node, 0, "dims")
        if last == "fill":
            value = given(node, 1, "value")
            literal = self._literal(value) if value is not None else None
            return Spec(self.shape(shape_node), literal.dtype if literal else "")
        shape = self.shape(shape_node)
        written = given(node, 99, "dtype") or (given(node, 1, "dtype") if last in ("zeros", "ones") else None)
        return (
            Spec(shape, self.dtype(written) if written is not None else "float32")
            if shape is not None
            else None
        )

    def _derived(self, node: ast.Call, last: str, source: Spec | None) -> Spec | None:
        if last == "linspace":
            size = given(node, 2, "num")
            dtype = source.dtype if source is not None else "float32"
            return Spec((self.size(size),), dtype) if size is not None else None
        if last == "reshape":
            shape = given(node, 1, "shape")
            return Spec(self.shape(shape), source.dtype if source is not None else "")
        if last == "cast":
            return Spec(source.shape if source is not None else None, self.dtype(given(node, 1, "dtype")))
        return source

    def _literal(self, node: ast.expr) -> Spec | None:
        """A nested list of numbers."""
        node, reader = self.resolved(node)
        if isinstance(node, (ast.List, ast.Tuple)):
            parts = [reader._literal(item) for item in node.elts]
            first = parts[0] if parts else None
            if first is None or first.shape is None:
                return None
            dtypes = {part.dtype for part in parts if part is not None}
            dtype = first.dtype if len(dtypes) == 1 else "float32" if dtypes <= {"float32", "int32"} else ""
            return Spec((len(parts), *first.shape), dtype)
        if isinstance(node, ast.UnaryOp):
            return reader._literal(node.operand)
        if isinstance(node, ast.Constant):
            return Spec((), _PYTHON_DTYPES.get(type(node.value), ""))
        return Spec((), "") if isinstance(node, (ast.Name, ast.BinOp)) else None

    def _binary(self, node: ast.BinOp, depth: int) -> Spec | None:
        left, right = self.tensor(node.left, depth + 1), self.tensor(node.right, depth + 1)
        if left is None or right is None:
            known, other = (left, node.right) if left is not None else (right, node.left)
            return (
                known if isinstance(other, (ast.Constant, ast.UnaryOp)) else known and Spec(None, known.dtype)
            )
        same = left.shape == right.shape and left.shape is not None and UNKNOWN_SIZE not in left.shape
        return Spec(left.shape if same else None, left.dtype or right.dtype)

    def _sliced(self, node: ast.Subscript, depth: int) -> Spec | None:
        source = self.tensor(node.value, depth + 1)
        if source is None:
            return None
        index = node.slice
        if source.shape is None or not isinstance(index, ast.Slice):
            return Spec(None, source.dtype)
        return Spec((UNKNOWN_SIZE, *source.shape[1:]), source.dtype)


_FILLED = frozenset(
    (
        "zeros",
        "ones",
        "fill",
        "normal",
        "uniform",
        "stateless_normal",
        "stateless_uniform",
        "truncated_normal",
        "stateless_truncated_normal",
    )
)
_PYTHON_DTYPES: dict[type, str] = {float: "float32", int: "int32", bool: "bool", str: "string"}


def given(node: ast.Call, position: int, name: str) -> ast.expr | None:
    """The argument called `name`, or at `position`."""
    for keyword in node.keywords:
        if keyword.arg == name:
            return keyword.value
    return node.args[position] if position < len(node.args) else None


def _values_of(name: str, body: list[ast.stmt]) -> list[ast.expr | None]:
    """What is assigned to the name in these statements; None for what is no plain assignment."""
    found: list[ast.expr | None] = []
    for node in statements(body):
        for target, value in _bindings(node):
            if isinstance(target, ast.Name) and target.id == name:
                found.append(value)
            elif not isinstance(target, ast.Name) and any(
                isinstance(part, ast.Name) and part.id == name and isinstance(part.ctx, ast.Store)
                for part in walk(target)
            ):
                found.append(None)
    return found


def _bindings(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    if isinstance(node, ast.Assign):
        yield from ((target, node.value) for target in node.targets)
    elif isinstance(node, ast.AnnAssign):
        yield node.target, node.value
    elif isinstance(node, (ast.AugAssign, ast.For, ast.AsyncFor)):
        yield node.target, None
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        yield from ((item.optional_vars, None) for item in node.items if item.optional_vars is not None)

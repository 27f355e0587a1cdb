"""Signatures as written, and the shapes and dtypes of arguments as far as the syntax around a call tells them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flake8_hybridize.model.module import Function, Module
from flake8_hybridize.source.compact import for_nodes
from flake8_hybridize.tensors.engine import Engine
from flake8_hybridize.tensors.records import replace
from flake8_hybridize.verdict.boundary.bound import Bound, bindings
from flake8_hybridize.verdict.boundary.variation import argument
from flake8_hybridize.verdict.callers import Site

UNKNOWN_SIZE = -1
MAX_DEPTH = 6
Shape = tuple["int | None", ...]


@dataclass(frozen=True, slots=True)
class Spec:
    """A tensor's shape (None: of any rank; a None in it is open or varies, -1 is not known) and dtype (empty: not known)."""

    shape: Shape | None
    dtype: str


@dataclass(frozen=True, slots=True)
class Nest:
    """A list, tuple or dict of a signature; `kind` is list, tuple or dict."""

    kind: str
    items: tuple[Structure, ...]


Structure = Spec | Nest | None


Calls = Callable[[Function], "list[Site]"]


def _no_calls(function: Function) -> list[Site]:
    return []


@dataclass(frozen=True)
class Reader:
    """Reads expressions of one scope: a function, or the module's own statements (None).

    `calls` gives all calls there are of a function, none where others may be: with it a parameter is what the one
    call of its function passes. `structures` says what some names are, such as the parameters of a callback.
    """

    engine: Engine
    module: Module
    scope: Function | None
    calls: Calls = _no_calls
    structures: Mapping[str, Structure] = field(default_factory=dict)

    # ------------------------------------------------------------------ names
    def target(self, node: ast.expr) -> str:
        """Dotted name of the API that the expression refers to."""
        ref = self.engine.scope_value(self.module, None, node).ref
        return ref if isinstance(ref, str) else ""

    def resolved(self, node: ast.expr) -> tuple[ast.expr, Reader]:
        """The expression behind a name that is bound once, and who reads it."""
        reader, depth = self, 0
        while isinstance(node, ast.Name) and depth < MAX_DEPTH:
            found = reader.bound(node.id)
            part = found[0].expression() if found is not None else None
            if found is None or part is None:
                break
            node, reader, depth = part, found[1], depth + 1
        return node, reader

    def bound(self, name: str) -> tuple[Bound, Reader] | None:
        """The only binding of the name that is in sight, and who reads it."""
        if name in self.structures:
            return None
        scope = self.scope
        while scope is not None and name not in scope.local_names:
            scope = scope.parent
        if self.module.global_writes.get(name):
            return None
        found = bindings(self.module.tree if scope is None else scope.node).get(name, ())
        index = scope.param_index(name) if scope is not None else None
        if scope is not None and index is not None:
            return self._passed(scope, index) if not found else None
        only = found[0] if len(found) == 1 else None
        return (only, self._of(self.module, scope)) if only is not None else None

    def _passed(self, function: Function, index: int) -> tuple[Bound, Reader] | None:
        """What the one call of the function gives the parameter."""
        sites = self.calls(function)
        node = argument(sites[0], index) if len(sites) == 1 else None
        return (Bound(node), self._of(sites[0].module, sites[0].caller)) if node is not None else None

    def _of(self, module: Module, scope: Function | None) -> Reader:
        """A reader of another scope."""
        structures = self.structures if module is self.module and scope is self.scope else {}
        return Reader(self.engine, module, scope, self.calls, structures)

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
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) and node.value in DTYPES else ""
        const = self.engine.scope_value(self.module, self.scope, node).const
        return const if isinstance(const, str) and const in DTYPES else ""

    # ------------------------------------------------------------------ arguments
    def tensor(self, node: ast.expr, depth: int = 0) -> Spec | None:
        """Shape and dtype of an expression that surely is a tensor; None where nothing is known."""
        node, reader = self.resolved(node)
        if depth > MAX_DEPTH:
            return None
        read = _READ.get(type(node))
        return read(reader, node, depth) if read is not None else None

    def _name(self, node: ast.Name, depth: int) -> Spec | None:
        """An element of a dataset, or what the name was said to be."""
        from flake8_hybridize.verdict.boundary.elements import of_name

        found = self.structures.get(node.id) or of_name(self, node.id)
        return found if isinstance(found, Spec) else None

    def _call(self, node: ast.Call, depth: int) -> Spec | None:
        name = self.target(node.func)
        last = name.rpartition(".")[2]
        first = node.args[0] if node.args else None
        if name in _FILLED:
            return self._filled(node, last)
        if name == "tensorflow.constant" and first is not None:
            return self._constant(node, first)
        if name == "tensorflow.eye" and first is not None and len(node.args) == 1:
            columns = given(node, 1, "num_columns") or first
            dtype = given(node, 99, "dtype")
            batched = given(node, 99, "batch_shape") is not None
            shape = None if batched else (self.size(first), self.size(columns))
            return Spec(shape, self.dtype(dtype) if dtype is not None else "float32")
        if name in _DERIVED and first is not None:
            return self._derived(node, last, first, self.tensor(first, depth + 1))
        return None

    def _constant(self, node: ast.Call, first: ast.expr) -> Spec | None:
        literal = self.literal(first)
        dtype, shape = given(node, 1, "dtype"), given(node, 2, "shape")
        if literal is None:
            return None
        written = self.dtype(dtype) if dtype is not None else literal.dtype
        return Spec(self.shape(shape) if shape is not None else literal.shape, written)

    def _filled(self, node: ast.Call, last: str) -> Spec | None:
        shape = self.shape(given(node, 0, "shape") or given(node, 0, "dims"))
        if last == "fill":
            value = given(node, 1, "value")
            literal = self.literal(value) if value is not None else None
            return Spec(shape, literal.dtype if literal else "")
        written = given(node, _DTYPE_AT[last], "dtype")
        dtype = self.dtype(written) if written is not None else "float32"
        return Spec(shape, dtype) if shape is not None else None

    def _derived(self, node: ast.Call, last: str, first: ast.expr, source: Spec | None) -> Spec | None:
        if last == "linspace":
            size, start = given(node, 2, "num"), source or self.literal(first)
            floating = start is not None and start.dtype.startswith("float")
            return Spec((self.size(size),), start.dtype) if size is not None and start and floating else None
        if last == "reshape":
            return Spec(self.shape(given(node, 1, "shape")), source.dtype if source is not None else "")
        if last == "cast":
            return Spec(source.shape if source is not None else None, self.dtype(given(node, 1, "dtype")))
        dtype = given(node, 1, "dtype") if last.endswith("_like") else None
        return source and replace(source, dtype=self.dtype(dtype) if dtype is not None else source.dtype)

    def literal(self, node: ast.expr) -> Spec | None:
        """A number, or a nested list of numbers, as `tf.constant` takes it."""
        node, reader = self.resolved(node)
        if isinstance(node, (ast.List, ast.Tuple)):
            parts = [reader.literal(item) for item in node.elts]
            first = parts[0] if parts else None
            if first is None or first.shape is None:
                return None
            dtypes = {part.dtype if part is not None else "" for part in parts}
            dtype = first.dtype if len(dtypes) == 1 else "float32" if dtypes <= {"float32", "int32"} else ""
            return Spec((len(parts), *first.shape), dtype)
        if isinstance(node, ast.UnaryOp):
            return reader.literal(node.operand)
        if isinstance(node, ast.Constant):
            fits = not isinstance(node.value, int) or node.value < 2**31
            return Spec((), _PYTHON_DTYPES.get(type(node.value), "") if fits else "")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return _CONVERTED.get(reader.target(node.func))
        return None

    def _binary(self, node: ast.BinOp, depth: int) -> Spec | None:
        left, right = self.tensor(node.left, depth + 1), self.tensor(node.right, depth + 1)
        if left is None or right is None:
            return self._with_number(node, left or right, node.right if left is not None else node.left)
        dtype = _operated(node.op, left.dtype or right.dtype)
        return Spec(None if isinstance(node.op, ast.MatMult) else _broadcast(left.shape, right.shape), dtype)

    def _with_number(self, node: ast.BinOp, known: Spec | None, other: ast.expr) -> Spec | None:
        """A tensor and something else, which becomes a tensor of the same dtype."""
        if known is None:
            return None
        alone = isinstance(other, (ast.Constant, ast.UnaryOp))
        return Spec(known.shape if alone else None, _operated(node.op, known.dtype))

    def _sliced(self, node: ast.Subscript, depth: int) -> Spec | None:
        source = self.tensor(node.value, depth + 1)
        if source is None:
            return None
        index = node.slice
        if source.shape is None or not isinstance(index, ast.Slice):
            return Spec(None, source.dtype)
        moving = any(isinstance(end, (ast.Name, ast.BinOp)) for end in (index.lower, index.upper))
        first = None if moving and index.step is None else UNKNOWN_SIZE
        return Spec((first, *source.shape[1:]), source.dtype) if source.shape else None


def _broadcast(left: Shape | None, right: Shape | None) -> Shape | None:
    """The shape of what is computed from tensors of two shapes, where both have one rank."""
    if left is None or right is None or len(left) != len(right):
        return None
    return tuple(a if a == b and a is not None else UNKNOWN_SIZE for a, b in zip(left, right))


def _operated(op: ast.operator, dtype: str) -> str:
    """The dtype of an operation: true division makes floats of whole numbers."""
    return "" if isinstance(op, ast.Div) and not dtype.startswith(("float", "bfloat", "complex")) else dtype


_READ: dict[type[ast.AST], Callable[..., Spec | None]] = {
    ast.Name: Reader._name,
    ast.Call: Reader._call,
    ast.BinOp: Reader._binary,
    ast.Subscript: Reader._sliced,
}
_READ.update(for_nodes(_READ))
_DTYPE_AT = {
    "zeros": 1,
    "ones": 1,
    "fill": 99,
    "normal": 3,
    "uniform": 3,
    "truncated_normal": 3,
    "stateless_normal": 4,
    "stateless_uniform": 4,
    "stateless_truncated_normal": 4,
}
"""Where the dtype stands among the arguments."""
_FILLED = frozenset(
    f"tensorflow.{'random.' if place > 1 and name != 'fill' else ''}{name}"
    for name, place in _DTYPE_AT.items()
)
_DERIVED = frozenset(
    f"tensorflow.{name}"
    for name in "cast reshape linspace identity square math.square zeros_like ones_like stop_gradient".split()
)
_PYTHON_DTYPES: dict[type, str] = {float: "float32", int: "int32", bool: "bool", str: "string"}
_CONVERTED = {
    "builtins.float": Spec((), "float32"),
    "builtins.int": Spec((), "int32"),
    "builtins.len": Spec((), "int32"),
    "builtins.bool": Spec((), "bool"),
}
DTYPES = frozenset(
    "bfloat16 float16 float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool string complex64 complex128".split()
)


def given(node: ast.Call, position: int, name: str) -> ast.expr | None:
    """The argument called `name`, or at `position`."""
    for keyword in node.keywords:
        if keyword.arg == name:
            return keyword.value
    return node.args[position] if position < len(node.args) else None

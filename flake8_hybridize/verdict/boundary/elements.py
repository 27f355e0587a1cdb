"""Elements of datasets, and the arrays and tensors that datasets are made of, as far as the expressions tell."""

from __future__ import annotations

import ast
from collections.abc import Callable

from flake8_hybridize.model.module import Function
from flake8_hybridize.verdict.boundary.batches import count
from flake8_hybridize.verdict.boundary.bound import bindings
from flake8_hybridize.verdict.boundary.specs import UNKNOWN_SIZE, Nest, Reader, Shape, Spec, Structure, given

MAX_DEPTH = 12
_KEEPING = frozenset("shuffle prefetch cache repeat take skip with_options filter shard".split())
"""Methods of a dataset that leave its elements as they are."""


# ---------------------------------------------------------------------- names
def of_name(reader: Reader, name: str) -> Structure:
    """What a name is that a loop over a dataset binds, or `next` of its iterator."""
    found = reader.bound(name)
    if found is None:
        return None
    bound, owner = found
    structure = _iterated(owner, bound.value) if bound.looped else _drawn(owner, bound.value)
    for index in bound.path:
        if not isinstance(structure, Nest) or structure.kind != "tuple" or index >= len(structure.items):
            return None
        structure = structure.items[index]
    return structure


def _iterated(reader: Reader, node: ast.expr) -> Structure:
    """What a loop over the expression gives in each round."""
    if isinstance(node, ast.Call) and reader.target(node.func) == "builtins.enumerate" and node.args:
        return Nest("tuple", (None, _iterated(reader, node.args[0])))
    return element(reader, node)


def _drawn(reader: Reader, node: ast.expr) -> Structure:
    """`next(iter(dataset))`."""
    inner = node
    for name in ("next", "iter"):
        if not isinstance(inner, ast.Call) or len(inner.args) != 1:
            return None
        if reader.target(inner.func) != f"builtins.{name}":
            return None
        inner = inner.args[0]
        if name == "next":
            inner, reader = reader.resolved(inner)
    return element(reader, inner)


# ---------------------------------------------------------------------- datasets
def element(reader: Reader, node: ast.expr, depth: int = 0) -> Structure:
    """The element of a dataset; None where a part of it is not known."""
    node, reader = reader.resolved(node)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or depth > MAX_DEPTH:
        return None
    name = reader.target(node.func)
    if name.startswith("tensorflow.data.Dataset."):
        return _made(reader, node, name.rpartition(".")[2], depth)
    method = node.func.attr
    inner = element(reader, node.func.value, depth + 1)
    if inner is None or method in _KEEPING:
        return inner
    if method == "batch":
        return _batched(inner, _batch_size(reader, node))
    return _mapped(reader, node, inner) if method == "map" else None


def _made(reader: Reader, node: ast.Call, maker: str, depth: int) -> Structure:
    first = node.args[0] if len(node.args) == 1 and not node.keywords else None
    if maker == "range" and node.args and not node.keywords:
        return Spec((), "int64")
    if first is None:
        return None
    if maker == "zip" and isinstance(first, ast.Tuple):
        return _nest(tuple(element(reader, part, depth + 1) for part in first.elts))
    whole = _whole(reader, first)
    return whole if maker == "from_tensors" else _each(whole, _row) if maker == "from_tensor_slices" else None


def _nest(parts: tuple[Structure, ...]) -> Structure:
    return Nest("tuple", parts) if all(part is not None for part in parts) else None


def _whole(reader: Reader, node: ast.expr) -> Structure:
    """What is sliced into rows: a tuple of such, an array, a tensor or a list of numbers."""
    node, reader = reader.resolved(node)
    if isinstance(node, ast.Tuple):
        return _nest(tuple(_whole(reader, part) for part in node.elts))
    if isinstance(node, ast.List):
        return reader.literal(node)
    return reader.tensor(node) or array(reader, node)


def _each(structure: Structure, change: Callable[[Spec], Structure]) -> Structure:
    if isinstance(structure, Nest):
        return _nest(tuple(_each(part, change) for part in structure.items))
    return change(structure) if structure is not None else None


def _row(spec: Spec) -> Structure:
    if spec.shape is None:
        return spec
    return Spec(spec.shape[1:], spec.dtype) if spec.shape else None


def _batched(structure: Structure, size: int | None) -> Structure:
    return _each(
        structure, lambda spec: Spec((size, *spec.shape) if spec.shape is not None else None, spec.dtype)
    )


def _batch_size(reader: Reader, node: ast.Call) -> int | None:
    """How many elements every batch has; None where the last one may have fewer."""
    first, drop = given(node, 0, "batch_size"), given(node, 1, "drop_remainder")
    size = reader.size(first) if first is not None else None
    if size is None or size < 1:
        return UNKNOWN_SIZE
    if isinstance(drop, ast.Constant) and drop.value is True:
        return size
    assert isinstance(node.func, ast.Attribute)
    elements = count(reader, node.func.value)
    full = elements is not None and elements % size == 0
    return size if drop is None and (full or _never_ends(reader, node.func.value)) else None


def _never_ends(reader: Reader, node: ast.expr) -> bool:
    """Whether the dataset is `….repeat()`, shuffled and the like."""
    node, reader = reader.resolved(node)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    if node.func.attr == "repeat":
        return not node.args and not node.keywords
    return node.func.attr in ("shuffle", "prefetch", "with_options", "map") and _never_ends(
        reader, node.func.value
    )


def _mapped(reader: Reader, node: ast.Call, inner: Structure) -> Structure:
    """What the function that is mapped over the elements returns."""
    callback, names, body, reader = _callback(reader, node)
    parts = inner.items if isinstance(inner, Nest) and inner.kind == "tuple" else (inner,)
    if callback is None or body is None or len(names) != len(parts):
        return None
    if not bindings(callback.node).keys().isdisjoint(names):  # a parameter that is bound again is no element
        return None
    inside = Reader(reader.engine, reader.module, callback, reader.calls, dict(zip(names, parts)))
    return _result(inside, body)


def _callback(reader: Reader, node: ast.Call) -> tuple[Function | None, list[str], ast.expr | None, Reader]:
    """The mapped function, the names of its parameters, what it returns, and who reads it."""
    first = node.args[0] if node.args else None
    if isinstance(first, ast.Name):
        bound = reader.module.top.get(first.id)
        first = bound.node if isinstance(bound, Function) and not bound.decorators else None  # type: ignore[assignment]
    function = reader.module.by_node.get(first) if first is not None else None
    if not isinstance(function, Function) or any(param.kind != "positional" for param in function.params):
        return None, [], None, reader
    return function, [param.name for param in function.params], _returned(function), reader


def _returned(function: Function) -> ast.expr | None:
    """The expression of the only `return`, at the end of a body without branches and loops."""
    body = function.node.body
    if not isinstance(body, list):
        return body
    last = body[-1]
    straight = all(isinstance(statement, (ast.Assign, ast.AnnAssign, ast.Expr)) for statement in body[:-1])
    return last.value if isinstance(last, ast.Return) and straight else None


def _result(reader: Reader, node: ast.expr) -> Structure:
    node, reader = reader.resolved(node)
    if isinstance(node, ast.Tuple):
        return _nest(tuple(_result(reader, part) for part in node.elts))
    return reader.tensor(node)


# ---------------------------------------------------------------------- arrays
def array(reader: Reader, node: ast.expr) -> Spec | None:
    """Shape and dtype of a NumPy array."""
    node, reader = reader.resolved(node)
    if isinstance(node, ast.BinOp):
        left, other = array(reader, node.left), node.right
        floating = left is not None and left.dtype.startswith("float")
        return left if floating and isinstance(other, ast.Constant) else None
    if not isinstance(node, ast.Call):
        return None
    name = reader.target(node.func)
    if not name and isinstance(node.func, ast.Attribute):
        return _of_method(reader, node, node.func)
    if name in _MADE:
        written = given(node, 1, "dtype")
        shape = given(node, 0, "shape")
        return Spec(_shape(reader, shape), reader.dtype(written) if written is not None else "float64")
    if name in ("numpy.float32", "numpy.float64") and len(node.args) == 1:
        inner = array(reader, node.args[0])
        return Spec(inner.shape, name.removeprefix("numpy.")) if inner is not None else None
    if name in ("numpy.random.rand", "numpy.random.randn") and not node.keywords:
        return Spec(tuple(map(reader.size, node.args)), "float64") if node.args else None
    last = name.removeprefix("numpy.random.")
    return _random(reader, node, last) if name.startswith("numpy.random.") else None


_MADE = ("numpy.zeros", "numpy.ones", "numpy.empty")
_SIZE_AT = {"normal": 2, "uniform": 2, "random": 0, "random_sample": 0, "standard_normal": 0}


def _random(reader: Reader, node: ast.Call, last: str) -> Spec | None:
    if last not in _SIZE_AT or any(keyword.arg == "dtype" for keyword in node.keywords):
        return None
    shape = _shape(reader, given(node, _SIZE_AT[last], "size"))
    return Spec(shape, "float64") if shape is not None else None


def _of_method(reader: Reader, node: ast.Call, func: ast.Attribute) -> Spec | None:
    """`x.astype(dtype)`, `rng.normal(size=…)`."""
    if func.attr == "astype" and node.args:
        inner = array(reader, func.value)
        return Spec(inner.shape if inner is not None else None, reader.dtype(node.args[0]))
    maker, owner = reader.resolved(func.value)
    if isinstance(maker, ast.Call) and owner.target(maker.func) in _GENERATORS:
        return _random(reader, node, func.attr)
    return None


_GENERATORS = ("numpy.random.default_rng", "numpy.random.RandomState")


def _shape(reader: Reader, node: ast.expr | None) -> Shape | None:
    """A shape as NumPy takes it: a number, too."""
    if node is None:
        return None
    node, reader = reader.resolved(node)
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return (node.value,)
    return reader.shape(node)

"""How many batches a dataset surely has, read from the expressions that make it."""

from __future__ import annotations

import ast

from flake8_hybridize.model.module import Function
from flake8_hybridize.verdict.boundary.base import Border
from flake8_hybridize.verdict.boundary.specs import UNKNOWN_SIZE, Reader, given
from flake8_hybridize.verdict.boundary.variation import argument

_SAME_COUNT = frozenset(("shuffle", "prefetch", "cache", "map", "with_options"))
MAX_DEPTH = 8


def batch_count(known: Border, function: Function, node: ast.expr) -> int | None:
    """Number of elements of the dataset that `node`, read in the function, stands for; None if not known."""
    index = function.param_index(node.id) if isinstance(node, ast.Name) else None
    if index is not None:
        return _of_argument(known, function, index)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and function.owner is not None:
        return _of_attribute(known, function, node.attr)
    return count(Reader(known.program.engine, function.module, function), node)


def count(reader: Reader, node: ast.expr) -> int | None:
    """Number of elements of the dataset that the expression makes; None if not known."""
    return _count(reader, node, 0)


def _of_argument(known: Border, function: Function, index: int) -> int | None:
    """The most that any call passes."""
    counts = []
    for site in known.callers.calls(function):
        node = argument(site, index)
        counts.append(
            None if node is None else count(Reader(known.program.engine, site.module, site.caller), node)
        )
    known_counts = [count for count in counts if count is not None]
    return max(known_counts) if counts and len(known_counts) == len(counts) else None


def _of_attribute(known: Border, function: Function, name: str) -> int | None:
    """Of `self.name`, if the constructor stores a parameter of its own there."""
    assert function.owner is not None
    stores = function.owner.stores.get(name, [])
    if len(stores) != 1 or stores[0].name != "__init__":
        return None
    stored = known.program.engine.facts(stores[0]).stores.get(name)
    return _of_argument(known, stores[0], stored.param) if stored is not None and stored.param >= 0 else None


def _count(reader: Reader, node: ast.expr, depth: int) -> int | None:
    node, reader = reader.resolved(node)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or depth > MAX_DEPTH:
        return None
    name = reader.target(node.func)
    if name.endswith("Dataset.from_tensor_slices") and node.args:
        return _rows(reader, node.args[0])
    first = node.args[0] if node.args else None
    number = reader.size(first) if first is not None else None
    if name.endswith("Dataset.range"):
        return number if len(node.args) == 1 and number not in (None, UNKNOWN_SIZE) else None
    inner = _count(reader, node.func.value, depth + 1)
    if node.func.attr == "take" and number is not None and number >= 0:
        return number if inner is None else min(number, inner)
    if inner is None or node.func.attr in _SAME_COUNT:
        return inner
    if node.func.attr == "batch" and number not in (None, UNKNOWN_SIZE, 0):
        assert number is not None
        dropped = given(node, 1, "drop_remainder")
        if dropped is not None and not isinstance(dropped, ast.Constant):
            return None
        return inner // number if dropped is not None and dropped.value else -(-inner // number)
    return None


def _rows(reader: Reader, node: ast.expr) -> int | None:
    node, reader = reader.resolved(node)
    if isinstance(node, ast.Tuple):
        return next((rows for rows in (_rows(reader, part) for part in node.elts) if rows is not None), None)
    spec = reader.tensor(node)
    size = spec.shape[0] if spec is not None and spec.shape else None
    return size if size != UNKNOWN_SIZE else None

"""Sizes that data decides on: eager code knows them, a graph has None for them while it is traced.

Run on TensorFlow 2.21: the static shape of what these functions return is open, unless their sizes are Python numbers
or follow from the static shape of something (`tf.shape(x)[0]`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from flake8_hybridize.fixes.scene import Scene, short_name
from flake8_hybridize.model.module import Function
from flake8_hybridize.tensors.observations import Call, Index
from flake8_hybridize.tensors.values import CONTAINER, TENSOR, Value

_ALWAYS = frozenset(
    "boolean_mask unique unique_with_counts dynamic_partition bincount segment_sum segment_mean segment_max segment_min "
    "segment_prod confusion_matrix sequence_mask numpy_function py_function parse_tensor setdiff1d".split()
)
_FAMILIES = (
    "strings.split",
    "strings.bytes_split",
    "strings.unicode_",
    "ragged.",
    "sets.",
    "io.decode_",
    "sparse.",
)
_FROM_IMAGES = frozenset("non_max_suppression crop_to_bounding_box pad_to_bounding_box central_crop".split())
_SIZED = frozenset(
    "ones zeros fill range linspace eye one_hot tile repeat broadcast_to reshape slice pad top_k resize scatter_nd "
    "unsorted_segment_sum unsorted_segment_mean unsorted_segment_max normal uniform truncated_normal categorical gamma "
    "stateless_normal stateless_uniform stateless_truncated_normal stateless_categorical".split()
)
_DATA_FIRST = frozenset(
    "tile repeat broadcast_to reshape slice pad top_k resize unsorted_segment_sum unsorted_segment_mean "
    "unsorted_segment_max scatter_nd one_hot".split()
)
_SHAPES = frozenset(("shape", "get_shape"))
_MEASURING = ("shape", "size", "rank", "len")


def open_sizes(scene: Scene, inside: Iterable[Function]) -> str:
    """Why a static size that eager code has would be None; empty if none is asked for, or none is open."""
    functions = tuple(inside)
    opened = next((line for function in functions for line in _opened(scene, function)), 0)
    if opened and any(_asks(scene, function, function is functions[0]) for function in functions):
        return f"the size of what line {opened} makes depends on data and is not known while tracing"
    return ""


def _opened(scene: Scene, function: Function) -> Iterator[int]:
    """Lines of results whose sizes depend on data."""
    for seen in scene.context.program.body(function).facts.observations:
        if isinstance(seen, Call) and _is_open(scene, function, seen):
            yield seen.node.lineno
        elif isinstance(seen, Index) and scene.is_tensor(seen.index, function):
            parts = seen.node.slice.elts if isinstance(seen.node.slice, ast.Tuple) else [seen.node.slice]
            if any(isinstance(part, ast.Slice) for part in parts) and not _is_measured(
                function, seen.node.slice
            ):
                yield seen.node.lineno


def _is_open(scene: Scene, function: Function, call: Call) -> bool:
    if call.method == "to_tensor" or "dynamic_size" in call.kwargs:
        return True
    if not call.target.startswith("tensorflow."):
        return False
    name = short_name(call.target)
    last = name.rpartition(".")[2]
    if last in _ALWAYS or name.startswith(_FAMILIES) or last in _FROM_IMAGES:
        return True
    if last == "where":
        return len(call.node.args) == 1 and not call.kwargs
    if last not in _SIZED:
        return False
    start = 1 if last in _DATA_FIRST else 0
    given = list(zip(call.node.args[start:], call.args[start:]))
    given += [
        (keyword.value, call.kwargs[keyword.arg])
        for keyword in call.node.keywords
        if keyword.arg in call.kwargs
    ]
    return any(_is_data(scene, function, value) and not _is_measured(function, node) for node, value in given)


def _is_data(scene: Scene, function: Function, value: Value) -> bool:
    if value.kinds & CONTAINER:
        return any(_is_data(scene, function, item) for item in value.items or ())
    return bool(value.kinds & TENSOR) or scene.is_tensor(value, function)


def _is_measured(function: Function, node: ast.AST) -> bool:
    """Whether a shape or size of something is in the expression, or in what its names are given."""
    waiting, names = [node], set[str]()
    while waiting:
        for part in ast.walk(waiting.pop()):
            if isinstance(part, ast.Call | ast.Attribute) and _last(part) in _MEASURING:
                return True
            if isinstance(part, ast.Name) and part.id not in names:
                names.add(part.id)
                waiting += _given_to(function, part.id)
    return False


def _last(node: ast.Call | ast.Attribute) -> str:
    func = node.func if isinstance(node, ast.Call) else node
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def _given_to(function: Function, name: str) -> list[ast.expr]:
    return [
        node.value
        for node in ast.walk(function.node)
        if isinstance(node, ast.Assign)
        for target in node.targets
        for part in ast.walk(target)
        if isinstance(part, ast.Name) and part.id == name
    ]


def _asks(scene: Scene, function: Function, outermost: bool) -> bool:
    """Whether the body reads a static shape, other than that of an argument of the outermost function."""
    bound = {
        node.id
        for node in ast.walk(function.node)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    given = {param.name for param in function.params} - bound if outermost else set()
    for node in ast.walk(function.node):
        if isinstance(node, ast.Attribute) and node.attr in _SHAPES:
            if not (isinstance(node.value, ast.Name) and node.value.id in given) and not _is_function(
                scene, node
            ):
                return True
        elif isinstance(node, ast.Call) and _last(node) in ("len", "unstack", "split"):
            return True
    return False


def _is_function(scene: Scene, node: ast.Attribute) -> bool:
    """Whether it is `tf.shape` itself."""
    return isinstance(node.value, ast.Name) and node.value.id in ("tf", "tensorflow", "np", "numpy")

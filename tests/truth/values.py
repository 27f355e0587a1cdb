"""Pictures of what a program returns, comparable between an eager and a traced run.

A Python number and a tensor of the same value are equal here: the change of type alone is no
difference to a caller who computes with it. A symbolic tensor that left its trace is a leak and
equals nothing.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import tensorflow as tf

RTOL, ATOL = 1e-3, 1e-5
_ADDRESS = re.compile(r"0x[0-9a-f]+")


class Leaked:
    """Stands for a tensor of a graph that is out of scope."""

    def __repr__(self) -> str:
        return "<leaked symbolic tensor>"


class Array:
    """An array with the dtype a caller sees; `dtype` is None for Python values."""

    def __init__(self, value: Any, dtype: str | None) -> None:
        self.value = np.asarray(value)
        self.dtype = dtype

    def __repr__(self) -> str:
        return f"{self.value.tolist()}" + (f" {self.dtype}" if self.dtype else "")


def without_addresses(text: str) -> str:
    """Return the text with memory addresses taken out."""
    return _ADDRESS.sub("0x", text)


def picture(value: Any, seen: tuple[int, ...] = ()) -> Any:
    """Return nested lists, dicts, strings, arrays and `Leaked` that stand for the value."""
    if value is None or isinstance(value, str):
        return None if value is None else without_addresses(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, bool | int | float | complex | np.generic):
        return Array(value, None)
    if id(value) in seen or len(seen) > 8:
        return "…"
    for kinds, draw in _DRAWERS:
        if isinstance(value, kinds):
            return draw(value, (*seen, id(value)))
    return _object(value, (*seen, id(value)))


def _tensor(value: Any, seen: tuple[int, ...]) -> Any:
    if not hasattr(value, "numpy"):
        return Leaked()
    return _array(value.numpy(), seen, value.dtype.name)


def _array(value: Any, seen: tuple[int, ...], dtype: str | None = None) -> Any:
    value = np.asarray(value)
    if value.dtype.kind in "SO":
        texts = [picture(item, seen) for item in value.ravel().tolist()]
        return texts[0] if value.ndim == 0 else texts
    return Array(value, dtype)


def _variable(value: Any, seen: tuple[int, ...]) -> Any:
    return _array(value.numpy(), seen, str(getattr(value.dtype, "name", value.dtype)))


def _sequence(value: Any, seen: tuple[int, ...]) -> Any:
    return [picture(item, seen) for item in value]


def _mapping(value: Any, seen: tuple[int, ...]) -> Any:
    return {without_addresses(str(picture(key, seen))): picture(item, seen) for key, item in value.items()}


def _weights(value: Any, seen: tuple[int, ...]) -> Any:
    return [_variable(variable, seen) for variable in value.variables]


def _object(value: Any, seen: tuple[int, ...]) -> Any:
    if callable(value) or isinstance(value, type(tf)):
        return f"<{type(value).__name__}>"
    if hasattr(value, "__dataclass_fields__") or type(value).__module__.startswith("truth_fixture"):
        return {name: picture(item, seen) for name, item in sorted(vars(value).items())}
    return f"<{type(value).__name__}>"


_DRAWERS: tuple[tuple[Any, Any], ...] = (
    ((tf.Variable, tf.keras.Variable), _variable),
    (tf.RaggedTensor, lambda v, s: picture(v.to_list(), s) if hasattr(v.flat_values, "numpy") else Leaked()),
    (tf.SparseTensor, lambda v, s: [picture(v.indices, s), picture(v.values, s), picture(v.dense_shape, s)]),
    (tf.Tensor, _tensor),
    (np.ndarray, lambda v, s: _array(v, s, v.dtype.name)),
    (tf.TensorShape, lambda v, s: _array(v.as_list(), s)),
    (tf.DType, lambda v, s: v.name),
    (dict, _mapping),
    ((list, tuple), _sequence),
    ((set, frozenset), lambda v, s: sorted(str(picture(item, s)) for item in v)),
    ((tf.keras.layers.Layer, tf.keras.Metric, tf.keras.optimizers.Optimizer, tf.Module), _weights),
    (tf.random.Generator, lambda v, s: picture(v.state, s)),
)


def same(left: Any, right: Any) -> bool:
    """Whether two pictures are equal, numbers within a tolerance."""
    if isinstance(left, Leaked) or isinstance(right, Leaked):
        return False
    left, right = _as_array(left, right), _as_array(right, left)
    if isinstance(left, Array) and isinstance(right, Array):
        return _same_arrays(left, right)
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(same(a, b) for a, b in zip(left, right, strict=True))
    return type(left) is type(right) and bool(left == right)


def _as_array(value: Any, other: Any) -> Any:
    """A list of numbers next to an array: `x.shape` against what a traced function returns for it."""
    if isinstance(value, list) and isinstance(other, Array) and all(isinstance(v, Array) for v in value):
        try:
            return Array([v.value for v in value], None)
        except ValueError:
            return value
    return value


def _same_arrays(left: Array, right: Array) -> bool:
    if left.value.shape != right.value.shape:
        return False
    if left.dtype and right.dtype and left.dtype != right.dtype:
        return False
    kinds = left.value.dtype.kind + right.value.dtype.kind
    if set(kinds) <= set("fiubc"):
        a, b = left.value.astype("complex128"), right.value.astype("complex128")
        return bool(np.allclose(a, b, rtol=RTOL, atol=ATOL, equal_nan=True))
    try:
        return bool(
            np.allclose(left.value.astype("float64"), right.value.astype("float64"), RTOL, ATOL, True)
        )
    except (TypeError, ValueError):
        return bool(np.array_equal(left.value, right.value))

"""The dtypes that the interpreter gives to NumPy expressions are those that NumPy gives."""

from __future__ import annotations

import numpy as np
import pytest

from flake8_hybridize.model.project import Project
from flake8_hybridize.source.text import Source
from flake8_hybridize.tensors.engine import Engine

SETUP = """
import numpy as np
half = np.zeros([2, 2], np.float32)
full = np.ones((2, 2))
whole = np.array([[1, 2], [3, 4]])
bytes_ = np.array([[1, 2], [3, 4]], dtype="uint8")
flags = np.array([[True, False], [False, True]])
rng = np.random.default_rng(0)
np.random.seed(0)
"""
KNOWN = """
half; full; whole; bytes_; flags; np.array([1.0, 2.0]); np.array([1, 2.5]); np.array([[1, 2], [3, 4]])
np.asarray(half); np.array(list(half)); np.array([1, 2], dtype=np.float32); np.array([0.5], "float32")
np.array((1.0, 2)); np.array([half, half]); np.zeros(3); np.ones([2], dtype=int); np.eye(3)
np.eye(3, dtype="float32"); np.full([2], 0.5); np.full([2], 3); np.full([2], 1.0, np.float32)
np.zeros_like(half); np.ones_like(whole, dtype=float); np.linspace(0, 1, 5); np.geomspace(1.0, 8.0, 4)
np.arange(4); np.arange(0.0, 1.0, 0.5); np.arange(4, dtype=np.float32); np.random.rand(3)
np.random.randn(2, 2); np.random.normal(size=3); np.random.normal(0.0, 1.0, 3); np.random.uniform(0, 1, [2])
np.random.randint(0, 5, size=3); np.random.randint(0, 5, 3); rng.normal(size=2); rng.integers(0, 9, 3)
rng.random(4); np.random.permutation(4); np.random.permutation(half); rng.uniform(0.0, 1.0, [2])
np.random.random([2]); np.random.poisson(2.0, 3); np.sin(half); np.sqrt(full); np.exp(whole); np.log(half)
np.mean(whole, axis=0); np.mean(half, axis=0); np.std(full, axis=0); np.sum(whole, axis=0)
np.sum(half, axis=0); np.sum(flags, axis=0); np.argmax(half, axis=0); np.argsort(full)
np.concatenate([half, half]); np.concatenate([half, full]); np.stack([whole, whole], axis=1)
np.vstack([half, whole]); np.where(flags, half, half); np.where(flags, 1.0, 0.0); np.where(flags, full, 0)
np.maximum(half, 0.0); np.clip(half, 0, 1); np.dot(half, half); np.matmul(half, full)
np.expand_dims(half, 0); np.reshape(whole, [4]); np.transpose(half); np.abs(half); np.tile(half, 2)
np.repeat(whole, 2); np.cumsum(full); np.cumsum(flags); np.sum(bytes_, axis=0); np.median(half, axis=0)
np.float32(0.5); np.float64(1); np.int64(2); half[0]; full[0, 0]
half.T; half[:, None]; np.eye(5)[whole]; half.reshape(4); half.copy(); half.flatten()
half.astype("float64"); full.astype(np.float32); whole.astype(float); half.sum(axis=0); whole.mean(axis=0)
half.max(axis=0); half * 2; half * 0.5; half + half; half + full; whole * 2; whole * 0.5; whole / 2
bytes_ / 255.0; half / 255; whole + full; 1.0 - half; half ** 2; -half; flags * full; half + whole
bytes_.astype(np.float32) / 255.0; full @ full; half - half.mean(axis=0)
"""
OPEN = """
np.random.normal(); np.random.uniform(0.0, 1.0); rng.normal(); np.arange(len(half)); np.load
"""


def expressions(text: str) -> list[str]:
    """The expressions of a table."""
    return [part.strip() for part in text.replace("\n", ";").split(";") if part.strip()]


def inferred(expression: str) -> str:
    """What the interpreter says."""
    module = Project(()).add(Source("/nowhere/program.py", f"{SETUP}value = {expression}\n"))
    return Engine(Project(())).globals(module)["value"].dtype


@pytest.mark.parametrize("expression", expressions(KNOWN))
def test_dtype_is_that_of_numpy(expression: str) -> None:
    names: dict[str, object] = {}
    exec(SETUP, names)
    value = eval(expression, names)
    assert inferred(expression) == str(value.dtype)
    assert isinstance(value, (np.ndarray, np.generic))


@pytest.mark.parametrize("expression", expressions(OPEN))
def test_dtype_that_depends_on_more_is_not_known(expression: str) -> None:
    assert inferred(expression) == ""

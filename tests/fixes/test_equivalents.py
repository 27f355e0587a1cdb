"""Every row of the tables of equivalents, computed by NumPy or math and by TensorFlow."""

from __future__ import annotations

import ast
import math
from typing import Any

import pytest

from flake8_hybridize.fixes.equivalents import ARRAY_METHODS, CASTS, MATH, NUMPY
from flake8_hybridize.fixes.numeric import array_method_to_function, tensorflow_equivalent
from flake8_hybridize.fixes.randomness import DRAWS, random_to_tf
from tests.fixes.support import applied, first, source_of

np = pytest.importorskip("numpy")
tf = pytest.importorskip("tensorflow")

IMPORT = "import tensorflow as tf\n"
X = [[0.5, -1.25, 2.0], [3.0, 0.25, -0.75]]
Y = [[1.5, 2.25, 0.5], [-1.0, 0.125, 4.0]]
SQUARE = [[2.0, 0.5], [0.5, 1.0]]

CALLS: dict[str, list[str]] = {
    "add": ["(x, y)"],
    "arccosh": ["(1.5 + abs(x))"],
    "arctan2": ["(x, y)"],
    "argmax": ["(x, 1)", "(a=x, axis=0)"],
    "argmin": ["(x, 1)", "(x, axis=0)"],
    "clip": ["(x, -1.0, 1.0)", "(x, a_min=0.0, a_max=1.0)", "(a=x, a_min=0.0, a_max=1.0)"],
    "concat": ["([x, y])", "((x, y), 1)", "([x, y], axis=1)"],
    "concatenate": ["([x, y])", "((x, y), 1)", "([x, y],\n axis=1,)"],
    "cumprod": ["(x, 1)", "(x, axis=0)"],
    "cumsum": ["(x, 1)", "(a=x, axis=0)"],
    "divide": ["(x, y)"],
    "einsum": ["('ij,kj->ik', x, y)", "('ij->i', x)"],
    "equal": ["(x, y)"],
    "expand_dims": ["(x, 1)", "(x, axis=-1)", "(a=x, axis=0)"],
    "greater": ["(x, y)"],
    "greater_equal": ["(x, y)"],
    "less": ["(x, y)"],
    "less_equal": ["(x, y)"],
    "linalg.cholesky": ["(s)"],
    "linalg.det": ["(s)"],
    "linalg.inv": ["(s)"],
    "linalg.norm": ["(x)", "(x, axis=1)", "(x, axis=-1, keepdims=True)"],
    "linalg.solve": ["(s, s)"],
    "logical_and": ["(x > 0, y > 0)"],
    "logical_not": ["(x > 0)"],
    "logical_or": ["(x > 0, y > 0)"],
    "logical_xor": ["(x > 0, y > 0)"],
    "matmul": ["(s, s)"],
    "maximum": ["(x, y)", "(x, 0)"],
    "minimum": ["(x, y)", "(x, 0.5)"],
    "mod": ["(x, y)"],
    "multiply": ["(x, y)"],
    "not_equal": ["(x, y)"],
    "ones_like": ["(x)", "(a=x)"],
    "power": ["(abs(x), y)", "(x, 2)"],
    "repeat": ["(x, 2)", "(x, 2, axis=1)", "(a=x, repeats=2, axis=0)"],
    "reshape": ["(x, (3, 2))", "(x, [-1])", "(x, -1)", "(x, shape=(6,))"],
    "roll": ["(x, 1, axis=1)", "(a=x, shift=1, axis=0)", "(x, 1, 0)"],
    "squeeze": ["(x[:1])", "(x[:1], axis=0)", "(x[:, :1], 1)"],
    "stack": ["([x, y])", "([x, y], axis=1)", "(arrays=[x, y], axis=-1)"],
    "subtract": ["(x, y)"],
    "transpose": ["(x)", "(x, (1, 0))", "(x, axes=[1, 0])"],
    "true_divide": ["(x, y)"],
    "where": ["(x > 0, x, y)", "(x > 0, 1.0, 0.0)"],
    "zeros_like": ["(x)", "(a=x)"],
    **{
        name: ["(x)", "(x, 1)", "(x, axis=0)", "(a=x, axis=-1, keepdims=True)"]
        for name in ("amax", "amin", "max", "mean", "min", "prod", "std", "sum", "var")
    },
    **{name: ["(x / 8)"] for name in ("arccos", "arcsin", "arctanh")},
    **{name: ["(abs(x))"] for name in ("log", "log1p", "sqrt")},
}

REFUSED = [
    "numpy.sum(x, dtype=int)",
    "numpy.sum(x, 1, int)",
    "numpy.sum(x, axis=None)",
    "numpy.sum(x, where=m)",
    "numpy.sqrt(x, out=y)",
    "numpy.sqrt(x, y)",
    "numpy.sqrt(*x)",
    "numpy.sum(x, **k)",
    "numpy.argmax(x)",
    "numpy.cumsum(x)",
    "numpy.where(x > 0)",
    "numpy.clip(x, 0)",
    "numpy.clip(x, None, 1)",
    "numpy.clip(x, a_min=0)",
    "numpy.std(x, ddof=1)",
    "numpy.round(x, 2)",
    "numpy.linalg.norm(x, 1)",
    "numpy.dot(x, y)",
    "numpy.any(x)",
    "numpy.concatenate(x for x in y)",
    "math.log(x, 2)",
    "math.floor(x)",
    "numpy.float32(x, 1)",
    "scipy.special.erf(x)",
]


def rewritten(call: str, name: str) -> str:
    source = source_of(f"{IMPORT}r = {call}\n")
    fix = tensorflow_equivalent(source, first(source, ast.Call), name)
    return applied(source, fix)


def value(text: str, names: dict[str, Any]) -> Any:
    scope = dict(names)
    exec(compile(text, "m.py", "exec"), scope)  # the tests' own programs
    return scope["r"]


@pytest.mark.parametrize("name", sorted(NUMPY))
def test_numpy(name: str) -> None:
    arrays = {key: np.array(data, "float32") for key, data in (("x", X), ("y", Y), ("s", SQUARE))}
    tensors = {key: tf.constant(array) for key, array in arrays.items()}
    for call in CALLS.get(name, ["(x)"]):
        expected = value(f"r = np.{name}{call}", {"np": np, **arrays})
        result = value(rewritten(f"np.{name}{call}", f"numpy.{name}"), {**tensors})
        assert tf.is_tensor(result), call
        np.testing.assert_allclose(result.numpy(), expected, rtol=1e-5, atol=1e-6, err_msg=call)


@pytest.mark.parametrize("name", sorted(MATH))
def test_math(name: str) -> None:
    call = {"acosh": "(x + 1)", "atan2": "(x, y)", "pow": "(x, y)"}.get(name, "(x)")
    expected = value(f"r = math.{name}{call}", {"math": math, "x": 0.75, "y": 2.5})
    tensors = {"x": tf.constant(0.75), "y": tf.constant(2.5)}
    result = value(rewritten(f"math.{name}{call}", f"math.{name}"), tensors)
    np.testing.assert_allclose(result.numpy(), expected, rtol=1e-5)


@pytest.mark.parametrize("name", sorted(CASTS))
def test_casts(name: str) -> None:
    result = value(rewritten(f"np.{name}(x)", f"numpy.{name}"), {"x": tf.constant([0.0, 1.0, 2.0])})
    assert result.dtype.name == name


@pytest.mark.parametrize("name", sorted(ARRAY_METHODS))
def test_methods(name: str) -> None:
    calls = {"astype": ["('int32')", "(dtype=np.float64)"], "squeeze": ["()", "(axis=0)"]}
    calls |= {"argmax": ["(1)", "(axis=0)"], "argmin": ["(1)", "(axis=0)"]}
    data = np.array([X], "float32")
    for call in calls.get(name, ["()", "(1)", "(axis=0, keepdims=True)"]):
        for receiver in ("x", "(x + 1)", "x\\\n  ", "(\n  x)"):
            source = source_of(f"{IMPORT}r = {receiver}.{name}{call}\n")
            fix = array_method_to_function(source, first(source, ast.Call))
            result = value(applied(source, fix), {"np": np, "x": tf.constant(data)})
            expected = value(f"r = {receiver}.{name}{call}", {"np": np, "x": data})
            np.testing.assert_allclose(result.numpy(), expected, rtol=1e-5)


@pytest.mark.parametrize(
    "call", ["x.argmax()", "x.astype(float)", "x.sum(dtype=t)", "x.any()", "x.mean(None)", "f(x)"]
)
def test_methods_refused(call: str) -> None:
    source = source_of(f"{IMPORT}r = {call}\n")
    assert array_method_to_function(source, first(source, ast.Call)) is None


@pytest.mark.parametrize("call", REFUSED)
def test_refused(call: str) -> None:
    source = source_of(f"{IMPORT}r = {call}\n")
    node = first(source, ast.Call)
    assert tensorflow_equivalent(source, node, ast.unparse(node.func)) is None


def test_names_of_arguments_change_in_place() -> None:
    text = rewritten("np.sum(  # all\n  a = x,\n  axis=1)", "numpy.sum")
    assert text == f"{IMPORT}r = tf.reduce_sum(  # all\n  input_tensor = x,\n  axis=1)\n"


SHAPES = {
    "random.random()": [],
    "random.uniform(1, 3)": [],
    "random.uniform(b=3.0, a=1.0)": [],
    "random.gauss(0, 1)": [],
    "random.gauss(sigma=2.0)": [],
    "random.normalvariate(5.0, 0.5)": [],
    "numpy.random.rand()": [],
    "numpy.random.rand(2, 3)": [2, 3],
    "numpy.random.rand(*shape)": [4, 5],
    "numpy.random.randn(7)": [7],
    "numpy.random.random()": [],
    "numpy.random.random((2, 2))": [2, 2],
    "numpy.random.random_sample(size=3)": [3],
    "numpy.random.uniform()": [],
    "numpy.random.uniform(-1, 1)": [],
    "numpy.random.uniform(1.0, 2.0, x.shape)": [2, 3],
    "numpy.random.uniform(high=2.0, size=[3])": [3],
    "numpy.random.normal(size=(2,))": [2],
    "numpy.random.normal(0.0, 0.1, size=None)": [],
    "numpy.random.standard_normal(4)": [4],
}


@pytest.mark.parametrize("call", SHAPES)
def test_random(call: str) -> None:
    source = source_of(f"{IMPORT}r = {call}\n")
    node = first(source, ast.Call)
    name = ast.unparse(node.func)
    assert name in DRAWS
    text = applied(source, random_to_tf(source, node, name))
    result = value(text, {"shape": (4, 5), "x": tf.constant(X)})
    assert result.shape.as_list() == SHAPES[call]
    assert result.dtype == tf.float32


@pytest.mark.parametrize(
    ("call", "low", "high"),
    [("random.uniform(5, 6)", 5, 6), ("numpy.random.uniform(high=-5.0, low=-6.0)", -6, -5)],
)
def test_random_limits(call: str, low: float, high: float) -> None:
    source = source_of(f"{IMPORT}r = {call}\n")
    node = first(source, ast.Call)
    drawn = value(applied(source, random_to_tf(source, node, ast.unparse(node.func))), {})
    assert low <= float(drawn) <= high


@pytest.mark.parametrize(
    "call",
    [
        "random.randint(1, 6)",
        "random.choice(x)",
        "random.uniform(1)",
        "numpy.random.rand(2, *shape)",
        "numpy.random.uniform(0, 1, n)",
        "numpy.random.uniform(*limits)",
        "numpy.random.normal(size=n)",
        "numpy.random.normal(dtype=d)",
        "numpy.random.randint(3)",
        "numpy.random.standard_normal(3, float)",
    ],
)
def test_random_refused(call: str) -> None:
    source = source_of(f"{IMPORT}r = {call}\n")
    node = first(source, ast.Call)
    assert random_to_tf(source, node, ast.unparse(node.func)) is None

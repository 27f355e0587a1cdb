"""What the curated tables say, tried on the real TensorFlow."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from flake8_hybridize.knowledge import lookup
from flake8_hybridize.knowledge.schema import Api
from flake8_hybridize.knowledge.tables import curated_keras, curated_tensorflow
from flake8_hybridize.knowledge.tables import numpy as numpy_table
from tools.cost_samples import samples
from tools.measure_costs import count_operations

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")
np = pytest.importorskip("numpy")

PER_ELEMENT = {
    **dict.fromkeys(
        (
            "tensorflow.boolean_mask",
            "tensorflow.meshgrid",
            "tensorflow.ragged.boolean_mask",
            "tensorflow.repeat",
            "tensorflow.strings.split",
        ),
        "Python takes most of its time",
    ),
    "tensorflow.cond": "the branch that is taken",
    "tensorflow.data.Dataset.from_tensor_slices": "the sample asks for more",
    "tensorflow.map_fn": "the body runs for each element",
    "tensorflow.numpy_function": "the Python call is the cost",
    "tensorflow.py_function": "the Python call is the cost",
    "tensorflow.tensordot": "depends on the axes",
    "tensorflow.vectorized_map": "traced at every eager call",
}
"""Samples whose cost is not the number of operations in a graph."""


def fact(name: str) -> Api:
    found = lookup.api(name)
    assert found is not None, name
    return found


def resolve(name: str) -> Any:
    value: Any = tf if name.startswith("tensorflow.") else keras
    for part in name.split(".")[1:]:
        value = getattr(value, part)
    return value


def test_costs_are_those_measured() -> None:
    wrong = {}
    for name, (function, arguments) in samples().items():
        measured, known = count_operations(function, arguments), fact(name).cost
        if name not in PER_ELEMENT and abs(measured - known) > max(2, 0.35 * measured):
            wrong[name] = (known, measured)
    assert wrong == {}


def tries() -> list[Any]:
    """Arguments of many kinds; a function takes the first it accepts."""
    floats = tf.constant([[0.3, 0.5], [0.7, 0.9]])
    integers = tf.constant([[1, 2], [3, 4]])
    return [
        floats,
        integers,
        floats > 0.5,
        tf.constant(["a", "b"]),
        tf.complex(floats, floats),
        floats[0],
        integers[0],
    ]


def outcome(name: str, count: int) -> Any:
    """Result of calling a function with `count` equal arguments; None if it takes none of those tried."""
    function = resolve(name)
    for value in tries():
        try:
            return function(*[value] * count)
        except Exception:
            continue
    return None


def flagged(word: str) -> list[tuple[str, Api]]:
    names = [
        *curated_tensorflow.FACTS,
        *(name for name in curated_keras.FACTS if name.startswith("keras.ops.")),
    ]
    return [
        (name, fact(name))
        for name in names
        if word in {flag.partition("=")[0] for flag in fact(name).flags.split()}
    ]


@pytest.mark.parametrize("word", ["dtype", "scalar", "reduces"])
def test_results_have_the_dtype_and_rank_of_the_flags(word: str) -> None:
    wrong, tried = {}, 0
    for name, api in flagged(word):
        result = outcome(name, len(api.tensors.split()) or 1)
        if not isinstance(result, tf.Tensor):
            continue
        tried += 1
        dtype = next(
            (flag.partition("=")[2] for flag in api.flags.split() if flag.startswith("dtype=")), None
        )
        if word == "dtype" and result.dtype.name != dtype:
            wrong[name] = result.dtype.name
        if word in ("scalar", "reduces") and result.shape.rank != 0:
            wrong[name] = str(result.shape)
    assert tried >= 3
    assert wrong == {}


def test_functions_that_return_one_tensor_do() -> None:
    wrong, tried = {}, 0
    for name, api in ((name, fact(name)) for name in curated_tensorflow.FACTS):
        words = api.tensors.split()
        if (
            api.returns not in ("tensor", "tensor*")
            or "class" in api.flags
            or not words
            or "*" in api.tensors
        ):
            continue
        result = outcome(name, len(words))
        if result is None:
            continue
        tried += 1
        one = tf.is_tensor(result) or isinstance(result, (tf.Variable, tf.RaggedTensor, tf.SparseTensor))
        if one != (api.returns == "tensor"):
            wrong[name] = type(result).__name__
    assert tried > 250
    assert wrong == {}


def test_functions_that_convert_raise_on_a_symbolic_tensor() -> None:
    accepted, tried = [], 0

    def body(value: Any) -> Any:
        nonlocal tried
        for name in numpy_table.ROWS:
            api = fact(name)
            required = [word for word in api.parameters.split() if word[-1] != "?" and word[0] != "*"]
            if "converts" not in api.flags.split() or "class" in api.flags.split() or len(required) != 1:
                continue
            function: Any = np
            for part in name.split(".")[1:]:
                function = getattr(function, part)
            tried += 1
            try:
                function(value)
            except Exception:
                continue
            accepted.append(name)
        return value

    tf.function(body, autograph=False)(tf.constant([[1.0, 2.0], [3.0, 5.0]]))
    assert tried > 150
    assert accepted == []


def layers() -> list[tuple[str, Any]]:
    """Layers that can be made without arguments or with an obvious one."""
    arguments: dict[str, tuple[Any, ...]] = {
        "Activation": ("relu",), "CenterCrop": (2, 2), "Dense": (2,), "Dot": (1,), "Embedding": (9, 2),
        "Lambda": (lambda value: value,), "Permute": ((2, 1),), "RepeatVector": (2,), "Rescaling": (2.0,),
        "Reshape": ((-1,),), "Resizing": (2, 2), "Dropout": (0.5,), "GaussianNoise": (0.5,), "LSTM": (2,),
        "GRU": (2,), "Conv1D": (2, 1), "Conv2D": (2, 1),
    }  # fmt: skip
    made = []
    for name in dir(keras.layers):
        cls = getattr(keras.layers, name)
        if not inspect.isclass(cls) or not issubclass(cls, keras.layers.Layer):
            continue
        given = arguments.get(name, (2,) if "Pooling" in name and not name.startswith("Global") else ())
        try:
            made.append((f"keras.layers.{name}", cls(*given)))
        except (TypeError, ValueError, ImportError):
            continue
    return made


def called(layer: Any) -> bool:
    """Calls a layer with the first input it accepts; says whether there was one."""
    vector, square = tf.ones([2, 4]), tf.ones([2, 4, 4])
    image, volume = tf.ones([2, 4, 4, 3]), tf.ones([2, 4, 4, 4, 3])
    for value in (vector, square, image, volume, [vector, vector], tf.constant([["a"]])):
        try:
            layer(value)
        except Exception:
            continue
        return True
    return False


NOT_BUILT_BY_DEFAULT = {
    "keras.layers.Attention": "with use_scale or dropout",
    "keras.layers.Bidirectional": "needs a layer",
    "keras.layers.Layer": "subclasses do",
    "keras.layers.TimeDistributed": "what it wraps does",
    "keras.layers.Wrapper": "what it wraps does",
}
"""Layers flagged as having variables that have none in the simplest case, and when they do."""


def test_layers_have_variables_unless_stateless() -> None:
    wrong, tried = {}, 0
    for name, layer in layers():
        if not called(layer):
            continue
        tried += 1
        stateless = "stateless" in fact(name).flags.split()
        if stateless == bool(layer.variables) and name not in NOT_BUILT_BY_DEFAULT:
            wrong[name] = [variable.path for variable in layer.variables]
    assert tried > 60
    assert wrong == {}


def test_eager_only_methods_raise_in_a_graph() -> None:
    variable, model = tf.Variable(1.0), keras.Sequential([keras.Input([2]), keras.layers.Dense(1)])
    dataset = tf.data.Dataset.range(1)
    receivers = {
        ("variable", "numpy"): variable,
        ("dataset", "as_numpy_iterator"): dataset,
        ("model", "predict"): model,
    }
    for (kind, name), receiver in receivers.items():
        known = lookup.method(kind, name)
        assert known is not None
        assert known.effect in ("eager-only", "keras-loop")
        arguments = [tf.ones([1, 2])] if kind == "model" else []

        def body(receiver: Any = receiver, name: str = name, arguments: Any = arguments) -> Any:
            return getattr(receiver, name)(*arguments)

        with pytest.raises((AttributeError, NotImplementedError, RuntimeError)):
            tf.function(body, autograph=False)()

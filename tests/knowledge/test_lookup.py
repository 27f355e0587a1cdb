"""What the rest of the package asks the tables."""

from __future__ import annotations

import pytest

from flake8_hybridize.knowledge import lookup


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("tensorflow.reduce_sum", "tensorflow.math.reduce_sum"),
        ("tensorflow.math.reduce_sum", "tensorflow.math.reduce_sum"),
        ("tensorflow.compat.v2.reduce_sum", "tensorflow.math.reduce_sum"),
        ("tensorflow.matmul", "tensorflow.linalg.matmul"),
        ("tensorflow.function", "tensorflow.function"),
        ("tensorflow.linalg.norm", "tensorflow.norm"),
        ("tensorflow.python.ops.math_ops.reduce_sum", "tensorflow.math.reduce_sum"),
        ("tensorflow.python.ops.array_ops.concat", "tensorflow.concat"),
        ("tensorflow.python.eager.def_function.function", "tensorflow.function"),
        ("tensorflow.python.eager.backprop.GradientTape", "tensorflow.GradientTape"),
        ("tensorflow.python.eager.polymorphic_function.polymorphic_function.function", "tensorflow.function"),
        ("tensorflow.keras.layers.Dense", "keras.layers.Dense"),
        ("tensorflow.compat.v2.keras.layers.Dense", "keras.layers.Dense"),
        ("tensorflow.python.keras.layers.Dense", "keras.layers.Dense"),
        ("tf_keras.layers.Dense", "keras.layers.Dense"),
        ("keras.api.layers.Dense", "keras.layers.Dense"),
        ("keras.src.layers.core.dense.Dense", "keras.layers.Dense"),
        ("keras.layers.Layer", "keras.Layer"),
        ("tensorflow.keras.models.Model", "keras.Model"),
        ("tensorflow.keras.losses.mse", "keras.losses.mean_squared_error"),
        ("tensorflow.losses.MSE", "keras.losses.mean_squared_error"),
        ("tensorflow.optimizers.Adam", "keras.optimizers.Adam"),
        ("tensorflow.keras.layers.experimental.preprocessing.Normalization", "keras.layers.Normalization"),
        (
            "tensorflow_probability.python.distributions.normal.Normal",
            "tensorflow_probability.distributions.Normal",
        ),
        ("sonnet.src.linear.Linear", "sonnet.Linear"),
        ("tensorflow_addons.optimizers.adabelief.AdaBelief", "tensorflow_addons.optimizers.AdaBelief"),
        ("tensorflow.compat.v1.Session", "tensorflow.compat.v1.Session"),
        ("tensorflow.contrib.layers.fully_connected", "tensorflow.contrib.layers.fully_connected"),
        ("tensorflow.experimental.numpy.sum", "tensorflow.experimental.numpy.sum"),
        ("keras.ops.sum", "keras.ops.sum"),
        ("keras.ops.numpy.sum", "keras.ops.sum"),
        ("keras.backend.sum", "keras.backend.sum"),
        ("numpy.abs", "numpy.absolute"),
        ("mypackage.reduce_sum", "mypackage.reduce_sum"),
        ("reduce_sum", "reduce_sum"),
        ("tensorflow", "tensorflow"),
        ("tensorflowx.keras.layers.Dense", "tensorflowx.keras.layers.Dense"),
        ("", ""),
    ],
)
def test_canonical(name: str, canonical: str) -> None:
    assert lookup.canonical(name) == canonical
    assert lookup.canonical(canonical) == canonical


def test_an_alias_has_the_facts_of_its_name() -> None:
    assert lookup.api("tensorflow.matmul") is lookup.api("tensorflow.matmul")
    assert lookup.api("tensorflow.matmul") == lookup.api("tensorflow.linalg.matmul") is not None
    assert lookup.api("tensorflow.nosuchthing") is None
    assert lookup.api("mypackage.function") is None
    assert lookup.api("print") is None
    assert lookup.api("") is None


@pytest.mark.parametrize(
    ("name", "returns", "effect", "flag"),
    [
        ("tensorflow.Variable", "variable", "", "variables"),
        ("tensorflow.function", "callable", "", "decorator=function"),
        ("tensorflow.print", "none", "", "no-xla"),
        ("tensorflow.py_function", "tensor", "", "host-callback=func"),
        ("tensorflow.map_fn", "tensor", "", "callback=fn"),
        ("tensorflow.while_loop", "tensor*", "", "callback=cond,body"),
        ("tensorflow.is_tensor", "bool", "", "probe"),
        ("tensorflow.random.set_seed", "none", "seed", ""),
        ("tensorflow.random.Generator.from_seed", "generator", "", "variables"),
        ("tensorflow.summary.scalar", "tensor", "summary", "no-xla"),
        ("tensorflow.io.gfile.exists", "bool", "io", ""),
        ("tensorflow.io.write_file", "none", "", "no-xla"),
        ("tensorflow.config.run_functions_eagerly", "none", "config", ""),
        ("tensorflow.data.Dataset.from_tensor_slices", "dataset", "", "no-xla"),
        ("tensorflow.float32", "dtype", "", "constant"),
        ("tensorflow.newaxis", "none", "", "constant"),
        ("tensorflow.errors.InvalidArgumentError", "object", "", "exception"),
        ("tensorflow.TensorShape", "shape", "", "class"),
        ("tensorflow.equal", "tensor", "", "dtype=bool"),
        ("tensorflow.reduce_mean", "tensor", "", "reduces"),
        ("tensorflow.matmul", "tensor", "", "heavy"),
        ("tensorflow.lookup.experimental.MutableHashTable", "table", "state", "no-xla"),
        ("tensorflow.compat.v1.logging.info", "none", "log", ""),
        ("tensorflow.compat.v1.disable_v2_behavior", "none", "config", "v1"),
        ("keras.Input", "symbolic", "", "symbolic"),
        ("keras.layers.ReLU", "layer", "", "stateless"),
        ("keras.layers.Dropout", "layer", "", "layer-variables"),
        ("keras.layers.Dense", "layer", "", "class"),
        ("keras.layers.Dense.from_config", "layer", "", "layer-variables"),
        ("keras.Model", "model", "", "base=model"),
        ("keras.optimizers.Adam", "optimizer", "", "layer-variables"),
        ("keras.optimizers.legacy.Adam", "optimizer", "", "layer-variables"),
        ("keras.metrics.Mean", "metric", "", "variables"),
        ("keras.losses.MeanSquaredError", "loss", "", "class"),
        ("keras.backend.get_value", "array", "eager-only", ""),
        ("keras.ops.convert_to_numpy", "array", "eager-only", ""),
        ("tensorflow_probability.distributions.Normal", "distribution", "", "class"),
        ("sonnet.Linear", "layer", "", "layer-variables"),
        ("tensorflow_addons.metrics.F1Score", "metric", "", "variables"),
        ("numpy.sqrt", "array", "", "converts"),
        ("numpy.random.normal", "array|number", "random", "converts"),
        ("numpy.shape", "shape", "", "static"),
        ("numpy.pi", "number", "", "constant"),
        ("math.sqrt", "number", "", "converts"),
        ("time.time", "number", "time", ""),
        ("random.random", "number", "random", ""),
        ("logging.info", "none", "log", ""),
        ("logging.getLogger", "logger", "", "pure"),
        ("functools.lru_cache", "callable", "", "decorator=cache"),
        ("builtins.print", "none", "print", ""),
        ("builtins.open", "file", "io", ""),
        ("builtins.len", "number", "", "pure"),
        ("matplotlib.pyplot.plot", "object", "plot", "converts"),
        ("wandb.log", "none", "network", ""),
        ("subprocess.run", "object", "process", ""),
    ],
)
def test_facts(name: str, returns: str, effect: str, flag: str) -> None:
    api = lookup.api(name)
    assert api is not None
    assert (api.returns, api.effect) == (returns, effect)
    assert flag == "" or flag in api.flags.split()


@pytest.mark.parametrize(
    ("name", "tensors"),
    [
        ("tensorflow.matmul", "a b"),
        ("tensorflow.exp", "x~"),
        ("tensorflow.pow", "x~ y~"),
        ("tensorflow.add", "x~ y~"),
        ("tensorflow.cast", "x~"),
        ("tensorflow.constant", ""),
        ("tensorflow.convert_to_tensor", ""),
        ("tensorflow.reduce_sum", "input_tensor"),
        ("tensorflow.gather", "params indices"),
        ("tensorflow.concat", "values*"),
        ("tensorflow.stack", "values*~"),
        ("tensorflow.image.resize", "images"),
        ("tensorflow.range", ""),
        ("tensorflow.zeros", ""),
        ("tensorflow.nn.relu", "features"),
        ("tensorflow.one_hot", "indices~"),
        ("tensorflow.io.read_file", "filename~"),
        ("tensorflow.nn.softmax_cross_entropy_with_logits", "labels logits"),
    ],
)
def test_evidence(name: str, tensors: str) -> None:
    api = lookup.api(name)
    assert api is not None
    assert api.tensors == tensors


@pytest.mark.parametrize(
    ("kind", "name", "returns", "effect"),
    [
        ("tensor", "numpy", "array", "eager-only"),
        ("variable", "numpy", "array", "eager-only"),
        ("variable", "assign", "variable", "assign"),
        ("dataset", "map", "dataset", ""),
        ("dataset", "as_numpy_iterator", "pyiterator", "eager-only"),
        ("model", "fit", "object", "keras-loop"),
        ("model", "summary", "none", "print"),
        ("model", "add_loss", "none", "state"),
        ("model", "compile", "none", "config"),
        ("layer", "get_weights", "container", "eager-only"),
        ("optimizer", "apply_gradients", "none", "assign"),
        ("metric", "update_state", "none", "assign"),
        ("metric", "build", "none", "state"),
        ("tape", "gradient", "tensor|tensor*", ""),
        ("array", "astype", "array", ""),
        ("strategy", "run", "unknown", ""),
        ("generator", "normal", "tensor", ""),
        ("tensorarray", "write", "tensorarray", ""),
        ("distribution", "log_prob", "tensor", ""),
        ("string", "format", "string", ""),
        ("container", "append", "none", "state"),
        ("logger", "info", "none", "log"),
        ("rng", "normal", "array|number", "random"),
        ("pyiterator", "__next__", "unknown", "iterator"),
        ("iterator", "get_next", "tensor", ""),
    ],
)
def test_methods(kind: str, name: str, returns: str, effect: str) -> None:
    found = lookup.method(kind, name)
    assert found is not None
    assert (found.returns, found.effect) == (returns, effect)


def test_unknown_methods_and_attributes() -> None:
    assert lookup.method("tensor", "assign") is None, "a variable is a tensor, not the other way round"
    assert lookup.method("tensor", "astype") is None, "only NumPy arrays have it"
    assert lookup.method("nokind", "numpy") is None
    assert lookup.attribute("tensor", "nosuch") is None
    assert lookup.attribute("nokind", "shape") is None


@pytest.mark.parametrize(
    ("kind", "name", "found"),
    [
        ("tensor", "shape", "shape"),
        ("tensor", "dtype", "dtype"),
        ("variable", "ndim", "number"),
        ("model", "trainable_variables", "variable*"),
        ("model", "trainable", "bool"),
        ("optimizer", "iterations", "variable"),
        ("optimizer", "learning_rate", "variable"),
        ("dataset", "element_spec", "spec"),
        ("array", "shape", "container"),
        ("strategy", "num_replicas_in_sync", "number"),
        ("distribution", "event_shape", "shape"),
    ],
)
def test_attributes(kind: str, name: str, found: str) -> None:
    assert lookup.attribute(kind, name) == found


@pytest.mark.parametrize(
    ("name", "policy"),
    [
        ("tensorflow.raw_ops.Add", "tensor"),
        ("tensorflow.math.brand_new", "tensor"),
        ("tensorflow.brand_new", None),
        ("tensorflow.keras.ops.brand_new", "tensor"),
        ("keras.brand_new", None),
        ("tensorflow.compat.v1.placeholder", "v1"),
        ("tensorflow.contrib.layers.linear", "v1"),
        ("tensorflow.Session", "v1"),
        ("tensorflow_probability.brand_new", "tensor"),
        ("tensorflow_probability.substrates.jax.distributions.Normal", None),
        ("numpy.brand_new", "converts"),
        ("scipy.stats.norm.pdf", "converts"),
        ("cv2.resize", "converts"),
        ("os.path.join", "pure"),
        ("os.brand_new", "host"),
        ("itertools.brand_new", "pure"),
        ("mypackage.function", None),
        ("osx.function", None),
        ("", None),
    ],
)
def test_package(name: str, policy: str | None) -> None:
    assert lookup.package(name) == policy


def test_tensor_methods_are_of_tensors_only() -> None:
    assert {"set_shape", "get_shape", "assign_add", "numpy"} <= lookup.TENSOR_METHODS
    for name in lookup.TENSOR_METHODS:
        assert lookup.method("variable", name) or lookup.attribute("variable", name), name
        for kind in ("array", "string", "container", "number", "dataset", "layer", "model"):
            assert lookup.method(kind, name) is None, (kind, name)
    assert not lookup.TENSOR_METHODS & {"shape", "dtype", "sum", "mean", "assign", "eval", "item"}

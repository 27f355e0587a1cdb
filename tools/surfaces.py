"""The surfaces of the packages that the knowledge tables cover, from what is installed."""

from __future__ import annotations

import importlib
import inspect
import types
from typing import Any

from tools.api_surface import Surface, group_aliases, public_names

TF_SKIPPED = {
    "compat",
    "keras",
    "losses",
    "metrics",
    "optimizers",
    "initializers",
    "raw_ops",
    "numpy",
    "tools",
    "security",
    "dtensor",
}
FUNCTION_DEFAULTS = {
    "keras.activations.": ("tensor", 2, ""),
    "keras.applications.": ("model", 0, "layer-variables"),
    "keras.backend.": ("tensor", 2, ""),
    "keras.losses.": ("tensor", 6, ""),
    "keras.metrics.": ("tensor", 6, ""),
    "keras.ops.": ("tensor", 2, ""),
    "keras.random.": ("tensor", 5, ""),
    "numpy.": ("array", 0, "converts"),
    "sonnet.": ("tensor", 2, ""),
    "tensorflow.experimental.numpy.": ("tensor", 2, ""),
    "tensorflow_probability.math.": ("tensor", 8, ""),
    "tensorflow_probability.monte_carlo.": ("tensor", 10, ""),
    "tensorflow_probability.random.": ("tensor", 8, ""),
    "tensorflow_probability.stats.": ("tensor", 10, ""),
}
UNINTERESTING = {
    "FromString", "addClassCleanup", "doClassCleanups", "enterClassContext", "experimental_from_proto",
    "experimental_type_proto", "from_config", "from_proto", "is_abstract", "setUpClass", "tearDownClass",
}  # fmt: skip
PRIVATE_MODULES = {
    "tensorflow.python.autograph.impl":
        "api",
    "tensorflow.python.checkpoint":
        "checkpoint checkpoint_management",
    "tensorflow.python.data.ops":
        "dataset_ops iterator_ops readers",
    "tensorflow.python.distribute":
        "distribute_lib mirrored_strategy",
    "tensorflow.python.eager":
        "backprop context def_function",
    "tensorflow.python.eager.polymorphic_function":
        "polymorphic_function",
    "tensorflow.python.framework":
        "constant_op dtypes errors errors_impl indexed_slices ops random_seed sparse_tensor "
        "tensor tensor_shape tensor_spec tensor_util",
    "tensorflow.python.lib.io":
        "file_io tf_record",
    "tensorflow.python.module":
        "module",
    "tensorflow.python.ops":
        "array_ops array_ops_stack bincount_ops bitwise_ops check_ops clip_ops cond "
        "control_flow_assert control_flow_case control_flow_ops control_flow_switch_case ctc_ops "
        "custom_gradient embedding_ops functional_ops gen_array_ops gen_math_ops gen_nn_ops "
        "gradients gradients_impl image_ops image_ops_impl init_ops_v2 io_ops linalg_ops "
        "linalg_ops_impl logging_ops lookup_ops map_fn math_ops nn nn_impl nn_ops numerics "
        "parsing_ops random_ops resource_variable_ops script_ops sort_ops sparse_ops "
        "special_math_ops stateful_random_ops stateless_random_ops string_ops summary_ops_v2 "
        "template tensor_array_ops variables weights_broadcast_ops while_loop",
    "tensorflow.python.ops.linalg":
        "linalg linalg_impl",
    "tensorflow.python.ops.parallel_for":
        "control_flow_ops",
    "tensorflow.python.ops.ragged":
        "ragged_factory_ops ragged_tensor",
    "tensorflow.python.ops.signal":
        "fft_ops spectral_ops",
    "tensorflow.python.platform":
        "gfile",
    "tensorflow.python.saved_model":
        "load save",
    "tensorflow.python.training":
        "checkpoint_management moving_averages",
    "tensorflow.python.training.tracking":
        "util",
    "tensorflow.python.util":
        "nest",
}  # fmt: skip
"""Much used private modules by their package, blank separated."""


def tensorflow() -> Surface:
    """Returns the public API of TensorFlow 2 without tf.keras, tf.compat and tf.raw_ops."""
    import tensorflow as tf
    from tensorflow.python.util import tf_export

    def accept(name: str, module: types.ModuleType) -> bool:
        return name.rpartition(".")[2] not in TF_SKIPPED and module.__name__.startswith(
            ("tensorflow._api.v2", "tensorflow.experimental")
        )

    def canonical(name: str, value: Any) -> str | None:
        exported = tf_export.get_canonical_name_for_symbol(value)
        return f"tensorflow.{exported}" if exported else None

    surface = group_aliases(public_names("tensorflow", tf, accept), canonical)
    return with_class_methods(surface)


def with_class_methods(surface: Surface) -> Surface:
    """Returns the surface with the public class and static methods of its classes added as functions.

    A method that a class inherits from another public class has a row of that class only.
    """
    public = {value for value in surface.objects.values() if inspect.isclass(value)}
    for name, value in list(surface.objects.items()):
        if not inspect.isclass(value) or issubclass(value, (BaseException, int)):
            continue
        for base in reversed(value.__mro__):
            if base in public and base is not value:
                continue
            for attribute, member in vars(base).items():
                if (
                    isinstance(member, (classmethod, staticmethod))
                    and attribute not in UNINTERESTING
                    and not attribute.startswith("_")
                ):
                    surface.objects[f"{name}.{attribute}"] = getattr(value, attribute)
    return surface


def tensorflow_numpy() -> Surface:
    """Returns the public API of tf.experimental.numpy."""
    import tensorflow.experimental.numpy as tnp

    def accept(name: str, module: types.ModuleType) -> bool:
        return module.__name__.startswith("tensorflow._api.v2")

    return group_aliases(public_names("tensorflow.experimental.numpy", tnp, accept), lambda name, value: None)


def _exported_by_keras(name: str, value: Any) -> str | None:
    exported = getattr(value, "_api_export_path", None) or [name]
    paths = [exported] if isinstance(exported, str) else list(exported)
    return next((path for path in paths if path.startswith("keras.losses.")), paths[0])


def keras() -> Surface:
    """Returns the public API of the installed Keras 3, and its names under tf.keras only."""
    import keras as keras3
    import tensorflow as tf

    def accept(name: str, module: types.ModuleType) -> bool:
        return name.split(".")[1] not in ("src", "_tf_keras") and module.__name__.startswith("keras.")

    names = dict(public_names("keras", tf.keras, accept)) | dict(public_names("keras", keras3, accept))
    for name in [name for name in names if name.startswith("keras.optimizers.legacy.")]:
        del names[name]  # in Keras 3 one class that only raises
    return group_aliases(iter(names.items()), _exported_by_keras)


def keras2() -> Surface:
    """Returns the names of tf_keras (Keras 2) that the installed Keras 3 does not have."""
    modern = keras()
    known = set(modern.objects) | set(modern.aliases)
    module = importlib.import_module("tf_keras.api._v2.keras")

    def accept(name: str, value: types.ModuleType) -> bool:
        return value.__name__.startswith("tf_keras.api._v2")

    surface = group_aliases(public_names("keras", module, accept), lambda name, value: None)
    legacy = Surface()
    for name, value in surface.objects.items():
        synonyms = [name, *(alias for alias, target in surface.aliases.items() if target == name)]
        modern_name = next((synonym for synonym in synonyms if synonym in known), None)
        if modern_name is None:
            legacy.objects[name] = value
        target = modern.aliases.get(modern_name, modern_name) if modern_name else name
        legacy.aliases |= {
            synonym: target for synonym in synonyms if synonym not in known and synonym != target
        }
    return legacy


def tensorflow_probability() -> Surface:
    """Returns the public API of TensorFlow Probability, without its other substrates."""
    import tensorflow_probability as tfp

    def accept(name: str, module: types.ModuleType) -> bool:
        if name.rpartition(".")[2] in ("internal", "substrates", "fastgp"):  # fastgp needs JAX
            return False
        return hasattr(module, "__path__") and module.__name__.startswith("tensorflow_probability.python.")

    return group_aliases(public_names("tensorflow_probability", tfp, accept), lambda name, value: None)


def sonnet() -> Surface:
    """Returns the public API of Sonnet 2."""
    import sonnet as snt

    def accept(name: str, module: types.ModuleType) -> bool:
        return module.__name__.startswith("sonnet") and name != "sonnet.src"

    return group_aliases(public_names("sonnet", snt, accept), lambda name, value: None)


def numpy() -> Surface:
    """Returns the public API of NumPy."""
    import numpy as np

    submodules = ("numpy.fft", "numpy.linalg", "numpy.random")

    def accept(name: str, module: types.ModuleType) -> bool:
        return name in submodules

    def canonical(name: str, value: Any) -> str | None:
        return f"numpy.{value.__name__}" if hasattr(value, "__name__") else None

    return group_aliases(public_names("numpy", np, accept), canonical)


def function_default(name: str) -> tuple[str, int, str]:
    """Returns the kind of the result, cost and flags of a function by its namespace, unless curated."""
    for prefix, default in FUNCTION_DEFAULTS.items():
        if name.startswith(prefix):
            return default
    return ("unknown", 1, "")


def private_paths() -> dict[str, str]:
    """Returns the public name by private path, for functions that are the same object in both places."""
    surface = tensorflow()
    public = {
        id(value): name
        for name, value in surface.objects.items()
        if callable(value) or type(value).__name__ == "DType"
    }
    found: dict[str, str] = {}
    for path in (f"{package}.{name}" for package, names in PRIVATE_MODULES.items() for name in names.split()):
        try:
            module = importlib.import_module(path)
        except ImportError:
            continue
        for name, value in vars(module).items():
            if id(value) in public and not name.startswith("_"):
                found[f"{path}.{name}"] = public[id(value)]
    return found


def base_classes() -> dict[type, tuple[str, str]]:
    """Returns kind and flags of instances by base class, the most specific first."""
    import keras as keras3
    import numpy as np
    import sonnet as snt
    import tensorflow as tf
    import tensorflow_probability as tfp
    import tf_keras

    bases: dict[type, tuple[str, str]] = {}
    for package in (keras3, tf_keras):
        bases |= {
            package.Model: ("model", "layer-variables"),
            package.metrics.Metric: ("metric", "variables"),
            package.layers.Layer: ("layer", "layer-variables"),
            package.optimizers.Optimizer: ("optimizer", "layer-variables"),
            package.optimizers.schedules.LearningRateSchedule: ("callable", ""),
            package.regularizers.Regularizer: ("callable", ""),
            package.constraints.Constraint: ("callable", ""),
            package.losses.Loss: ("loss", ""),
            package.initializers.Initializer: ("initializer", ""),
        }
    bases[tf_keras.optimizers.legacy.Optimizer] = ("optimizer", "layer-variables")
    bases |= {
        tfp.distributions.Distribution: ("distribution", ""),
        tfp.bijectors.Bijector: ("bijector", ""),
        snt.Optimizer: ("optimizer", "layer-variables"),
        snt.initializers.Initializer: ("initializer", ""),
        snt.Metric: ("metric", "layer-variables"),
        snt.Module: ("layer", "layer-variables"),
        tf.data.Dataset: ("dataset", ""),
        tf.distribute.Strategy: ("strategy", ""),
        tf.TypeSpec: ("spec", "static pure"),
        tf.Module: ("module", ""),
        np.generic: ("number", "converts"),
        np.ndarray: ("array", "converts"),
        np.dtype: ("dtype", "static pure"),
    }
    return bases

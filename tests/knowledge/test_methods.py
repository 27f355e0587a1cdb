"""The tables of methods against the classes that have them."""

from __future__ import annotations

import collections
import csv
import io
import logging
import pathlib
import random
import sys
import types
from typing import Any

import pytest

from flake8_hybridize.knowledge.tables.methods import ATTRIBUTES, METHODS
from tools.api_surface import parameters

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")
np = pytest.importorskip("numpy")
tf_keras = pytest.importorskip("tf_keras")
tfp = pytest.importorskip("tensorflow_probability")

OTHER_VERSION = {
    ("array", "itemset"): "NumPy 1",
    ("array", "newbyteorder"): "NumPy 1",
    ("array", "ptp"): "NumPy 1",
    ("array", "tostring"): "NumPy 1",
    ("container", "_asdict"): "of named tuples",
    ("container", "_replace"): "of named tuples",
    ("dataset", "make_initializable_iterator"): "TensorFlow 1",
    ("dataset", "make_one_shot_iterator"): "TensorFlow 1",
    ("dataset", "map_and_batch"): "TensorFlow 1",
    ("model", "from_pretrained"): "Hugging Face transformers",
    ("model", "save_pretrained"): "Hugging Face transformers",
    ("optimizer", "assign_average_vars"): "TensorFlow Addons",
    ("optimizer", "average_op"): "TensorFlow Addons",
    ("optimizer", "swap_weights"): "TensorFlow Addons",
    ("strategy", "experimental_make_numpy_dataset"): "TensorFlow 2.0",
    ("strategy", "experimental_run_v2"): "TensorFlow 2.0 and 2.1",
    ("string", "decode"): "of bytes",
    ("tensor", "item"): "other libraries' tensors; raises in TensorFlow",
    ("tensor", "tolist"): "other libraries' tensors; raises in TensorFlow",
}
"""Methods that no class below has, and where they are from."""

LOOSE = {
    ("file", "write"), ("initializer", "__call__"), ("layer", "__call__"), ("layer", "add_metric"),
    ("layer", "reset_state"), ("layer", "reset_states"), ("metric", "__call__"),
    ("metric", "add_variable"), ("metric", "add_weight"), ("metric", "update_state"),
    ("model", "__call__"), ("model", "evaluate_generator"), ("model", "fit_generator"),
    ("model", "predict_generator"),
}  # fmt: skip
"""Methods whose parameters are those of subclasses or the first few that are used."""


def classes() -> dict[str, list[type]]:
    """Classes of the values of a kind."""
    dataset = tf.data.Dataset.range(1)
    layers = keras.layers
    return {
        "array": [np.ndarray],
        "bijector": [tfp.bijectors.Exp, tfp.bijectors.Chain],
        "callable": [type(tf.function(lambda: 0))],
        "checkpoint": [tf.train.Checkpoint, tf.train.CheckpointManager],
        "container": [list, dict, set, collections.deque, collections.OrderedDict, collections.Counter],
        "context": [tf.name_scope],
        "dataset": [tf.data.Dataset],
        "distribution": [
            tfp.distributions.Normal, tfp.distributions.Poisson, tfp.distributions.Categorical,
            tfp.distributions.MixtureSameFamily, tfp.distributions.JointDistributionSequential,
        ],
        "dtype": [tf.DType, np.dtype],
        "file": [io.TextIOWrapper, csv.DictWriter, type(csv.writer(io.StringIO()))],
        "generator": [tf.random.Generator],
        "initializer": [keras.initializers.GlorotUniform],
        "iterator": [type(iter(dataset))],
        "layer": [
            layers.Layer, layers.Dense, layers.LSTM, layers.TextVectorization, tf_keras.layers.Layer,
        ],
        "logger": [logging.Logger],
        "loss": [keras.losses.MeanSquaredError],
        "metric": [keras.metrics.Mean, tf_keras.metrics.Mean],
        "model": [keras.Model, keras.Sequential, tf_keras.Model],
        "module": [tf.Module],
        "number": [int, float, np.float32],
        "optimizer": [
            keras.optimizers.Adam, keras.optimizers.LossScaleOptimizer, tf_keras.optimizers.Adam,
            tf_keras.optimizers.legacy.Adam, tf_keras.mixed_precision.LossScaleOptimizer,
        ],
        "path": [pathlib.Path],
        "pyiterator": [types.GeneratorType],
        "rng": [np.random.Generator, np.random.RandomState, random.Random],
        "shape": [tf.TensorShape],
        "spec": [tf.TensorSpec],
        "strategy": [tf.distribute.Strategy, tf.distribute.MirroredStrategy],
        "string": [str],
        "table": [tf.lookup.StaticHashTable, tf.lookup.experimental.MutableHashTable],
        "tape": [tf.GradientTape, tf.autodiff.ForwardAccumulator],
        "tensor": [
            tf.Tensor, type(tf.constant(0)), tf.RaggedTensor, tf.SparseTensor, tf.IndexedSlices,
        ],
        "tensorarray": [tf.TensorArray],
        "variable": [tf.Variable, type(tf.Variable(0)), keras.Variable],
        "writer": [tf.summary.SummaryWriter, tf.io.TFRecordWriter],
    }  # fmt: skip


CLASSES = classes()


def test_every_kind_with_methods_has_a_class() -> None:
    assert set(METHODS) - set(CLASSES) == set()


@pytest.mark.parametrize("kind", sorted(METHODS))
def test_methods_exist(kind: str) -> None:
    absent = {name for name in METHODS[kind] if not any(hasattr(owner, name) for owner in CLASSES[kind])}
    assert absent == {name for other, name in OTHER_VERSION if other == kind}


@pytest.mark.parametrize("kind", sorted(METHODS))
def test_parameters_are_those_of_a_class(kind: str) -> None:
    different = []
    for name, row in METHODS[kind].items():
        signatures = [found for owner in CLASSES[kind] if (found := signature(owner, name)) is not None]
        if row[1] and signatures and row[1] not in signatures and (kind, name) not in LOOSE:
            different.append(f"{name}: {row[1]} | {signatures}")
    assert different == []


def signature(owner: type, name: str) -> str | None:
    """Parameters of a method in the notation of the tables, without `self`."""
    method = getattr(owner, name, None)
    found = None if method is None else parameters(method)
    if found is None:
        return None
    words = found.split()
    return " ".join(words[1:] if words[:1] == ["self"] else words)


def instances() -> dict[str, list[Any]]:
    """Values of the kinds that have attributes."""
    layers = keras.layers
    model = keras.Sequential([keras.Input([2]), layers.Dense(1), layers.BatchNormalization()])
    model.compile(optimizer="adam", loss="mse", metrics=["mae"])
    old = tf_keras.Sequential([tf_keras.layers.Dense(1, input_shape=[2])])
    old.compile(optimizer="adam", loss="mse")
    rnn = layers.RNN(layers.LSTMCell(2))
    rnn(tf.zeros([1, 2, 2]))
    embedding = layers.Embedding(3, 2)
    embedding(tf.zeros([1], tf.int32))
    dataset = tf.data.Dataset.range(1)
    function = tf.function(lambda value: value, input_signature=[tf.TensorSpec([])])
    normal = tfp.distributions.Normal(0.0, 1.0)
    loss_scale = tf_keras.mixed_precision.LossScaleOptimizer(tf_keras.optimizers.Adam())
    checkpoint = tf.train.Checkpoint()
    ragged = tf.ragged.constant([[[1], [2, 3]]])
    return {
        "array": [np.zeros([2])],
        "bijector": [tfp.bijectors.Chain([tfp.bijectors.Exp()])],
        "callable": [function, function.get_concrete_function(), len],
        "checkpoint": [checkpoint, tf.train.CheckpointManager(checkpoint, "nowhere", max_to_keep=1)],
        "dataset": [dataset, tf.compat.v1.data.Dataset.range(1)],
        "distribution": [
            normal, tfp.distributions.Categorical(logits=[0.0, 1.0]), tfp.distributions.Beta(1.0, 1.0),
            tfp.distributions.StudentT(1.0, 0.0, 1.0), tfp.distributions.Uniform(),
            tfp.distributions.Binomial(1.0, probs=0.5), tfp.distributions.Gamma(1.0, 1.0),
            tfp.distributions.RelaxedBernoulli(1.0, probs=0.5), tfp.distributions.LogNormal(0.0, 1.0),
            tfp.distributions.MixtureSameFamily(
                tfp.distributions.Categorical(logits=[0.0, 1.0]), tfp.distributions.Normal([0.0, 1.0], 1.0)
            ),
        ],
        "dtype": [tf.float32, np.dtype("float32")],
        "file": [sys.stdout],
        "generator": [tf.random.Generator.from_seed(1)],
        "iterator": [iter(dataset), tf.compat.v1.data.Iterator.from_structure(tf.int64)],
        "layer": [
            model, *model.layers, *old.layers, embedding, rnn, layers.Dropout(0.5), layers.Conv1D(1, 1),
            layers.Activation("relu"),
        ],
        "loss": [keras.losses.MeanSquaredError()],
        "metric": [keras.metrics.Mean()],
        "model": [model, old, keras.Model(model.inputs, model.outputs)],
        "module": [tf.Module(name="module")],
        "number": [1, 1.0, np.float32(1)],
        "optimizer": [
            model.optimizer, old.optimizer, keras.optimizers.SGD(), loss_scale,
            keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD()),
        ],
        "path": [pathlib.Path("folder/file.txt")],
        "shape": [tf.TensorShape([1])],
        "spec": [tf.TensorSpec([1])],
        "strategy": [tf.distribute.get_strategy()],
        "table": [tf.lookup.experimental.MutableHashTable(tf.int64, tf.int64, -1), static_table()],
        "tensor": [tf.zeros([1]), function.get_concrete_function().outputs[0], ragged, tf.sparse.eye(2)],
        "tensorarray": [tf.TensorArray(tf.float32, 1)],
        "variable": [tf.Variable(1.0), keras.Variable(1.0)],
    }  # fmt: skip


def static_table() -> Any:
    return tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer([1], [1]), -1)


ATTRIBUTES_ELSEWHERE = {("module", "signatures"): "of a loaded SavedModel"}
"""Attributes that none of the values has, and where they are from."""


def has(value: Any, name: str) -> bool:
    try:
        getattr(value, name)
    except AttributeError:
        return False
    except (NotImplementedError, RuntimeError, ValueError):
        return True  # it is there, but not for this value
    return True


def test_attributes_exist() -> None:
    values = instances()
    absent = {
        (kind, name)
        for kind, names in ATTRIBUTES.items()
        for name in names
        if not any(has(value, name) for value in values[kind])
    }
    assert absent == set(ATTRIBUTES_ELSEWHERE)

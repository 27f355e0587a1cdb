"""What a row of a knowledge table says about one public name.

A row is a plain tuple of strings and integers in a dict literal: such a module of a few
thousand rows loads in milliseconds from its bytecode. `Api` names the fields; it is built only
for the names that a file uses. Tables hold facts, no logic.
"""

from __future__ import annotations

from typing import NamedTuple

Row = tuple[str, str, str, str, int, str]
Facts = tuple[
    str, str, str, int, str
]  # a row without its parameters: hand-written behaviour of a generated row


class Api(NamedTuple):
    """Facts about one API.

    `returns`: kind of a call's result, one of `KINDS`; several joined by `|`; `same` means the
    kind of the first argument; `name*` means a list or tuple of it (`tensor*`); for a class, the
    kind of an instance.
    `parameters`: names in positional order, blank separated; `*` before keyword-only ones,
    `*args` and `**kwargs` as such; a trailing `?` marks a parameter with a default value.
    `tensors`: parameters whose argument becomes a tensor. With a trailing `~` a Python number is
    as usual there as a tensor, so that the use is weak evidence only (`tf.exp`, `tf.pow`). With `*`
    the argument is a list whose elements become tensors (`values*` of tf.concat, `values*~` of tf.stack).
    A `*args` parameter is named without its star; each of its arguments becomes a tensor.
    `effect`: what a call does to the world, one of `EFFECTS`, or empty.
    `cost`: about how many small eager ops one call runs; 0 computes no tensor. For the class of a
    layer, model, loss, metric, optimizer, initializer or distribution: of one call of an instance.
    `flags`: blank separated words, see `FLAGS`; `word=value` where the word takes a value.
    """

    returns: str
    parameters: str
    tensors: str
    effect: str
    cost: int
    flags: str


KINDS = (
    "tensor", "variable", "array", "number", "bool", "string", "none", "shape", "dtype", "dataset",
    "iterator", "pyiterator", "layer", "model", "optimizer", "metric", "loss", "tape", "tensorarray",
    "generator",
    "strategy", "table", "distribution", "bijector", "module", "initializer", "checkpoint", "writer", "spec",
    "callable", "class", "context", "container", "function", "object", "symbolic", "graph", "logger", "rng",
    "path", "file",
    "unknown", "same",
)  # fmt: skip
"""`iterator` is one over a tf.data dataset, `pyiterator` any other; `generator` makes TensorFlow's random
numbers, `rng` those of NumPy or Python."""

EFFECTS = (
    "print", "log", "io", "random", "time", "host", "plot", "process", "network", "state", "seed", "iterator",
    "eager-only", "keras-loop", "summary", "config", "assign",
)  # fmt: skip

FLAGS = {
    "variables": "creates tf.Variables when called (Variable, metrics, Generator.from_seed)",
    "layer-variables": "an instance creates variables when made or first called (layers, optimizers)",
    "stateless": "a layer without variables",
    "callback": "value: comma separated parameters whose callable is traced (map_fn, Dataset.map)",
    "host-callback": "value: parameters whose callable runs in Python at every call (py_function)",
    "heavy": "one heavy kernel: a graph gains nothing over it",
    "static": "computes on static values only; no tensor results (shape helpers, dtypes)",
    "graph-only": "raises when called eagerly, works when traced (tf.gradients)",
    "v1": "belongs to graph mode of TensorFlow 1",
    "probe": "answers differently when traced (executing_eagerly, is_tensor)",
    "no-xla": "does not compile with jit_compile=True on a CPU",
    "converts": "turns its arguments into NumPy arrays: raises on a symbolic tensor",
    "reduces": "returns a tensor with fewer dimensions; a scalar if no axis is given",
    "deprecated": "value: comma separated old>new argument names; old> for one that is ignored",
    "pure": "no side effect and safe on any static value, whatever the arguments",
    "decorator": "used as a decorator; value: what it does (function, no-convert, cache, …)",
    "symbolic": "returns a symbolic Keras tensor (keras.Input)",
    "class": "the name is a class; `returns` is the kind of its instances",
    "constant": "the name is not callable; `returns` is the kind of its value",
    "exception": "an exception class",
    "scalar": "returns a scalar tensor whatever the arguments",
    "dtype": "value: dtype of the resulting tensor with default arguments",
    "loop": "runs a loop over elements or steps: costs several ops for each",
    "base": "may be subclassed with a contract; value: model, layer, module, loss, metric, …",
}

"""Datasets and Keras models trace what they are given, without a decorator (hazards of fires_dataset_callback.py and the like)."""

from __future__ import annotations

import random
from typing import Any

import pytest

tf = pytest.importorskip("tensorflow")

Count = list[str]
INPUTS, TARGETS = tf.ones([8, 2]), tf.ones([8, 1])
BATCHES = 4


def model(seen: Count) -> Any:
    """A model whose methods note that they run."""

    class Regressor(tf.keras.Model):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.dense = tf.keras.layers.Dense(1)

        def call(self, inputs: Any) -> Any:
            seen.append("call")
            return self.dense(inputs)

        def train_step(self, data: Any) -> Any:
            seen.append("train_step")
            return super().train_step(data)

        def test_step(self, data: Any) -> Any:
            seen.append("test_step")
            return super().test_step(data)

        def predict_step(self, data: Any) -> Any:
            seen.append("predict_step")
            return super().predict_step(data)

    return Regressor()


def run(method: str, seen: Count, **options: Any) -> None:
    """Compiles the model and runs it over four batches."""

    def loss(targets: Any, outputs: Any) -> Any:
        seen.append("loss")
        return tf.reduce_mean(tf.square(targets - outputs))

    made = model(seen)
    made.compile("sgd", loss=loss, **options)
    given = (INPUTS,) if method == "predict" else (INPUTS, TARGETS)
    getattr(made, method)(*given, batch_size=2, verbose=0)


@pytest.mark.parametrize(
    ("method", "step"), [("fit", "train_step"), ("evaluate", "test_step"), ("predict", "predict_step")]
)
def test_keras_runs_the_python_code_of_steps_while_tracing_only(method: str, step: str) -> None:
    compiled: Count = []
    eager: Count = []
    run(method, compiled)
    run(method, eager, run_eagerly=True)
    for name in (step, "call", *(() if method == "predict" else ("loss",))):
        assert 0 < compiled.count(name) < BATCHES <= eager.count(name), name


def test_keras_gives_symbolic_tensors_to_steps() -> None:
    class Regressor(tf.keras.Model):  # type: ignore[misc, name-defined]
        def train_step(self, data: Any) -> Any:
            return {"loss": data[0].numpy()}

    made = Regressor()
    made.compile("sgd")
    with pytest.raises(AttributeError, match="numpy"):
        made.fit(INPUTS, TARGETS, verbose=0)


def test_a_dataset_traces_its_callbacks_once() -> None:
    seen: Count = []

    def load(number: Any) -> Any:
        seen.append("load")
        return tf.cast(number, tf.float64) * 0.0 + random.random()

    values = [float(value) for value in tf.data.Dataset.range(5).map(load)]
    assert len(seen) == 1
    assert len(set(values)) == 1


def test_a_dataset_lets_callbacks_change_their_arguments() -> None:
    def halve(batch: Any) -> Any:
        batch["inputs"] = batch["inputs"] / 2.0
        return batch

    halves = tf.data.Dataset.from_tensors({"inputs": tf.ones([])}).map(halve)
    assert [float(batch["inputs"]) for batch in halves] == [0.5]

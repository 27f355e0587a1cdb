"""Measures what eager code and graphs cost: the table of docs/how-it-decides.md.

    python tools/measure_benefit.py

Prints its rows in Markdown: the time of a call, eager and as a `tf.function`, their ratio, and the time
of the first call, which traces. Of several rounds the fastest counts, because other programs can only
slow one down. The times are those of the machine; their ratios are what the analysis rests on.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

ROUNDS = 15
SMALL = 0.02
"""Seconds that one round lasts at least."""


def seconds(function: Callable[..., Any], arguments: tuple[Any, ...]) -> float:
    """The time of a call in the fastest round."""
    function(*arguments)
    calls = 1
    while (spent := _spent(function, arguments, calls)) < SMALL:
        calls = max(2 * calls, int(calls * SMALL / max(spent, 1e-6)))
    return min(_spent(function, arguments, calls) for _ in range(ROUNDS)) / calls


def _spent(function: Callable[..., Any], arguments: tuple[Any, ...], calls: int) -> float:
    started = time.perf_counter()
    for _ in range(calls):
        function(*arguments)
    return time.perf_counter() - started


def chain(operations: int) -> Callable[[Any], Any]:
    """A function of so many small operations, one after the other."""

    def body(x: Any) -> Any:
        for _ in range(operations):
            x = x * 1.01
        return x

    return body


def programs() -> dict[str, tuple[Callable[..., Any], tuple[Any, ...]]]:
    """What is measured: functions with their arguments."""
    import tensorflow as tf

    x = tf.ones([8, 8])
    big = tf.random.stateless_uniform([1000, 1000], [1, 2])
    model = tf.keras.Sequential([tf.keras.Input([8]), tf.keras.layers.Dense(8)])
    optimizer = tf.keras.optimizers.Adam()
    optimizer.build(model.trainable_variables)

    def train_step(inputs: Any, targets: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(inputs) - targets) ** 2)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return loss

    def staged_loop(value: Any) -> Any:
        for _ in tf.range(100):
            value = value * 1.01
        return value

    chains = {f"{count} small operations": (chain(count), (x,)) for count in (2, 5, 10, 14, 18, 40)}
    return {
        **chains,
        "a loop over `tf.range(100)` with a small operation": (staged_loop, (x,)),
        "a Keras layer": (model.layers[0], (x,)),
        "a training step with Adam": (train_step, (x, x)),
        "a product of two 1000 × 1000 matrices": (lambda a: tf.matmul(a, a), (big,)),
    }


def shown(value: float) -> str:
    """A time in µs or ms, as people write it."""
    return f"{value * 1e6:.0f} µs" if value < 1e-3 else f"{value * 1e3:.1f} ms"


def main() -> None:
    """Print the rows."""
    import tensorflow as tf

    for name, (function, arguments) in programs().items():
        eager = seconds(function, arguments)
        graph = tf.function(function)
        first = _spent(graph, arguments, 1)
        traced = seconds(graph, arguments)
        print(f"| {name} | {shown(eager)} | {shown(traced)} | {eager / traced:.2g} | {shown(first)} |")


if __name__ == "__main__":
    main()

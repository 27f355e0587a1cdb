"""When putting `@tf.function` on a function is safe: nothing that a caller in sight sees may change."""

from __future__ import annotations

import pytest

from flake8_hybridize.results import Applicability
from tests.fixes.programs import findings
from tests.fixes.support import source_of

HEAD = """\
import pickle
import tensorflow as tf


def step(x: tf.Tensor, y: tf.Tensor):
    for _ in range(6):
        x = tf.tanh(x * y) + tf.sin(x) * tf.cos(y)
    return x


def train(data):
    losses = []
    for _ in range(100):
        losses.append(step(data, data))
    return losses


train(tf.ones([3]))
"""
CALL = "losses.append(step(data, data))"
PLAIN = HEAD.replace("x: tf.Tensor, y: tf.Tensor", "x, y").replace("return x", "return tf.square(x)")
UNSAFE = {
    "an argument is handed back": HEAD.replace("return x\n", "return x, y\n"),
    "an argument is handed back in a dictionary": HEAD.replace("return x\n", 'return {"x": x, "y": y}\n'),
    "an argument is handed back under a condition": HEAD.replace("return x\n", "return x if _ else y\n"),
    "a caller catches some errors": HEAD.replace(
        CALL, f"try:\n            {CALL}\n        except ValueError:\n            pass"
    ),
    "a caller of the caller does": HEAD.replace(
        "\ntrain(", "\ntry:\n    train(tf.ones([2]))\nexcept ZeroDivisionError:\n    pass\ntrain("
    ),
    "what it is given comes from elsewhere": PLAIN.replace("import pickle", "import pickle, loader").replace(
        "train(tf.ones([3]))", "train(loader.load())"
    ),
    "it is given arrays of an unknown dtype": PLAIN.replace("import pickle", "import numpy as np").replace(
        "train(tf.ones([3]))", "train(np.load('data.npy'))"
    ),
    "another decorator gets the tf.function": HEAD.replace("def step", "@pickle.registered\ndef step"),
    "it is pickled": HEAD + "pickle.dumps(step)\n",
    "its defaults are read": HEAD + "print(step.__defaults__)\n",
    "it gets another name": HEAD + "other = step\n",
}
SAFE = {
    "without annotations": PLAIN,
    "annotated, whatever it is given": HEAD.replace(
        "train(tf.ones([3]))", "train(pickle.load(open('data', 'rb')))"
    ),
    "as it is": HEAD,
    "a caller catches everything": HEAD.replace(
        CALL, f"try:\n            {CALL}\n        except Exception:\n            pass"
    ),
    "an argument is bound anew": HEAD.replace("return x\n", "y = y + 1.0\n    return x, y\n"),
}


def applicability(text: str) -> Applicability | None:
    """That of the decorator for `step`."""
    (fix,) = [f.fix for f in findings(source_of(text)) if f.code == "HYB101" and f.function == "step"]
    return fix.applicability if fix is not None else None


@pytest.mark.parametrize("text", UNSAFE.values(), ids=UNSAFE)
def test_unsafe(text: str) -> None:
    assert applicability(text) is Applicability.UNSAFE


@pytest.mark.parametrize("text", SAFE.values(), ids=SAFE)
def test_safe(text: str) -> None:
    assert applicability(text) is Applicability.SAFE


UNCALLED = HEAD.partition("def train")[0]
METHOD = """\
import tensorflow as tf


class Scaled({base}):
    def step(self, x: tf.Tensor):
        for _ in range(6):
            x = tf.tanh(x * 2.0) + tf.sin(x) * tf.cos(x)
        return x
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (UNCALLED, Applicability.SAFE),
        (UNCALLED.replace("y: tf.Tensor", "y"), Applicability.UNSAFE),
        (METHOD.format(base="object"), Applicability.SAFE),
        (METHOD.format(base="tf.Module"), Applicability.SAFE),
        (METHOD.format(base="tf.keras.optimizers.Optimizer"), Applicability.DISPLAY),
    ],
)
def test_what_nothing_in_sight_calls(text: str, expected: Applicability) -> None:
    (fix,) = (f.fix for f in findings(source_of(text), "HYB103") if f.function.endswith("step"))
    assert fix is not None
    assert fix.applicability is expected


def test_errors_of_tensorflow_that_tracing_raises_as_others() -> None:
    text = HEAD.replace(
        CALL, f"try:\n            {CALL}\n        except tf.errors.InvalidArgumentError:\n            pass"
    )
    assert not [f for f in findings(source_of(text)) if f.code == "HYB101"]


WRAPPED = """\
import pytest
import tensorflow as tf


def check(x):
    if x > 0.0:
        return x
    return -x


def test_check():
    {context}
        checked = tf.function(check, autograph=False)
        checked(tf.constant(2.0))
"""


@pytest.mark.parametrize(
    ("context", "reported"),
    [
        ("with pytest.raises(TypeError):", False),
        ("with self.assertRaises(TypeError), tf.device('CPU'):", False),
        ("with tf.device('CPU'):", True),
    ],
)
def test_an_error_that_a_test_wants_is_left_alone(context: str, reported: bool) -> None:
    found = [f for f in findings(source_of(WRAPPED.format(context=context))) if f.code == "HYB233"]
    assert [f.fix is not None for f in found] == [True] * reported


def test_a_function_whose_calls_shall_raise_is_left_alone() -> None:
    text = WRAPPED.format(context="with tf.device('CPU'):").replace(
        "        checked(tf.constant(2.0))",
        "    with pytest.raises(TypeError):\n        checked(tf.constant(2.0))",
    )
    assert not [f for f in findings(source_of(text)) if f.code == "HYB233"]

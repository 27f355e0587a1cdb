"""When putting `@tf.function` on a function is safe: nothing that a caller in sight sees may change."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_hybridize.results import Applicability
from tests.fixes.programs import findings
from tests.fixes.support import source_of


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The programs belong to no project: nothing else is searched for their callers."""
    monkeypatch.chdir(tmp_path)


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
    "its annotation admits arrays": HEAD.replace(
        "x: tf.Tensor, y: tf.Tensor", "x: TensorLike, y: TensorLike"
    ).replace("train(tf.ones([3]))", "train(pickle.load(open('data', 'rb')))"),
    "the annotation of a caller admits arrays": PLAIN.replace("(data):", "(data: TensorType):").replace(
        "train(tf.ones([3]))", "train(pickle.load(open('data', 'rb')))"
    ),
    "a caller looks at what it caught": HEAD.replace(
        CALL, f"try:\n            {CALL}\n        except Exception as error:\n            print(error)"
    ),
    "a caller suppresses some errors": HEAD.replace(
        CALL, f"with contextlib.suppress(ValueError):\n            {CALL}"
    ).replace("import pickle", "import contextlib"),
    "a global is handed back": HEAD.replace("return x\n", "return ORIGIN\n") + "ORIGIN = tf.zeros([3])\n",
    "it makes a Python number of a tensor": HEAD.replace("return x\n", "return float(tf.reduce_sum(x))\n"),
    "it computes with such a number": HEAD.replace("return x\n", "return float(tf.reduce_sum(x)) / 2.0\n"),
    "a tensor chooses a number": HEAD.replace(
        "return x\n", "return x ** (1 if tf.reduce_sum(y) > 0.0 else 2)\n"
    ),
    "a loop of the graph counts": HEAD.replace(
        "return x\n",
        "n = 0\n    while tf.reduce_sum(x) > 1.0:\n        x, n = x * 0.5, n + 1\n    return x * n\n",
    ),
    "a tape asks for gradients between its results": HEAD.replace(
        "return x\n", "z = x * y\n    return x * 2.0, z\n"
    ).replace(CALL, f"with tf.GradientTape() as tape:\n            {CALL}"),
    "a branch under a tape": HEAD.replace(
        "return x\n", "if tf.reduce_sum(y) > 0.0:\n        x = x * W\n    return x + y\n"
    ).replace(CALL, f"with tf.GradientTape() as tape:\n            {CALL}")
    + "W = tf.Variable(1.0)\n",
    "data decides on a size that is asked for": HEAD.replace(
        "return x\n", "x = tf.boolean_mask(x, x > 0.0)\n    return x * tf.ones([len(x)])\n"
    ),
    "a slice that data ends": HEAD.replace(
        "return x\n", "x = x[: tf.argmax(y)]\n    return tf.add_n(tf.unstack(x))\n"
    ),
    "a helper is wrapped": HEAD.replace("x = tf.tanh", "x = twice(x) + tf.tanh")
    + "\n\n@pickle.counted\ndef twice(x):\n    return x * 2.0\n",
    "functions are replaced by mocks": HEAD.replace("import pickle", "from unittest import mock"),
    "pytest replaces functions": HEAD + "\n\ndef test_step(monkeypatch):\n    pass\n",
    "attributes are set by computed names": HEAD
    + "\n\ndef load(model, values):\n    for k, v in values:\n        setattr(model, k, v)\n",
    "attributes are set in a namespace": HEAD
    + "\n\ndef load(model, values):\n    model.__dict__.update(values)\n",
    "a global is set by name": HEAD + "\n\ndef load(k, v):\n    globals()[k] = v\n",
    "a default of Keras is set": HEAD + "tf.keras.backend.set_floatx('float64')\n",
    "a table of functions is changed": HEAD.replace("return x\n", "return ACTS['a'](x)\n")
    + "\n\ndef twice(x):\n    return x * 2.0\n\n\nACTS = {'a': twice}\nACTS['a'] = tf.nn.relu\n",
    "an object is another one later": HEAD.replace("return x\n", "return x * MODEL.weight\n")
    + "\n\nclass Model:\n    def __init__(self, k):\n        self.weight = tf.Variable(k)\n\n\nMODEL = Model(1.0)\nMODEL = Model(2.0)\n",
    "its attribute is another one later": HEAD.replace("return x\n", "return x * MODEL.weight\n")
    + "\n\nclass Model:\n    def __init__(self, k):\n        self.weight = tf.Variable(k)\n\n\nMODEL = Model(1.0)\nMODEL.weight = tf.Variable(2.0)\n",
    "it samples": HEAD.replace("return x\n", "return tf.nn.nce_loss(W, B, y, x, 5, 20)\n"),
    "the environment decides": HEAD.replace(
        "return x\n", "return x * float(os.environ.get('K', '1'))\n"
    ).replace("import pickle", "import os"),
    "a context variable decides": HEAD.replace("return x\n", "return x * GAIN.get()\n").replace(
        "import pickle", "import contextvars"
    )
    + "GAIN = contextvars.ContextVar('gain')\n",
}
OBJECT = """\
import tensorflow as tf


{head}
class Model{bases}:
    def __init__(self):
        self.gain = Gain()

    def step(self, x: tf.Tensor):
        for _ in range(6):
            x = tf.tanh(x * 2.0) + tf.sin(x) * tf.cos(x)
        return x * {factor}

{more}

model = Model()
for _ in range(100):
    model.step(tf.ones([3]))
"""
GAIN = "class Gain:\n    {}\n\n\n"
UNSAFE_METHODS = {
    "a decorator of the class": {"head": GAIN.format("pass") + "@audited", "factor": "2.0"},
    "a hook for subclasses": {
        "head": GAIN.format("def __init_subclass__(cls):\n        wrap(cls)"), "bases": "(Gain)", "factor": "2.0"
    },
    "a metaclass": {"head": GAIN.format("pass"), "bases": "(metaclass=Auditing)", "factor": "2.0"},
    "attributes of its own": {
        "head": GAIN.format("def __getattr__(self, x):\n        self.n = 1\n        return 2.0"), "factor": "self.gain.value"
    },
    "the method is a value": {"head": GAIN.format("pass"), "factor": "2.0", "more": "HOOKS = [Model().step]"},
    "it is saved": {
        "head": GAIN.format("pass"), "factor": "2.0", "more": "tf.saved_model.save(Model(), 'm')", "bases": "(tf.Module)"
    },
}  # fmt: skip
NOT_PROPOSED = {
    "an operator of its own": {
        "head": GAIN.format("def __rmul__(self, x):\n        self.n = 1\n        return x"), "factor": "self.gain"
    },
    "an item of its own": {
        "head": GAIN.format("def __getitem__(self, x):\n        self.n = 1\n        return x"), "factor": "self.gain[1.0]"
    },
}  # fmt: skip
"""Methods that operators run: what they do is seen, so that nothing is proposed."""
SAFE = {
    "without annotations": PLAIN,
    "annotated, whatever it is given": HEAD.replace(
        "train(tf.ones([3]))", "train(pickle.load(open('data', 'rb')))"
    ),
    "as it is": HEAD,
    "a caller catches everything": HEAD.replace(
        CALL, f"try:\n            {CALL}\n        except Exception:\n            pass"
    ),
    "a caller is interrupted": HEAD.replace(
        CALL, f"try:\n            {CALL}\n        except KeyboardInterrupt:\n            break"
    ),
    "a tape around one result": HEAD.replace(CALL, f"with tf.GradientTape() as tape:\n            {CALL}"),
    "a branch without a tape": HEAD.replace(
        "return x\n", "if tf.reduce_sum(y) > 0.0:\n        x = x * y\n    return x + y\n"
    ),
    "an argument's own size": HEAD.replace(
        "return x\n", "return tf.boolean_mask(x, x > 0.0) / len(x.shape)\n"
    ).replace("len(x.shape)", "tf.cast(tf.size(x), tf.float32)"),
    "an object sets its attributes while it is made": HEAD
    + "\n\nclass Config:\n    def __init__(self, **values):\n        self.__dict__.update(values)\n",
    "an object is set once": HEAD.replace("return x\n", "return x * MODEL.weight\n")
    + "\n\nclass Model:\n    def __init__(self, k):\n        self.weight = tf.Variable(k)\n\n\nMODEL = Model(1.0)\nMODEL.weight.assign(2.0)\n",
    "an optimizer is passed on": PLAIN.replace("def step(x, y):", "def step(x, y, optimizer):")
    .replace("def train(data):", "def train(data, optimizer):")
    .replace("step(data, data)", "step(data, data, optimizer)")
    .replace("train(tf.ones([3]))", "train(tf.ones([3]), tf.keras.optimizers.SGD(0.1))"),
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


@pytest.mark.parametrize("parts", UNSAFE_METHODS.values(), ids=UNSAFE_METHODS)
def test_unsafe_for_a_method(parts: dict[str, str]) -> None:
    text = OBJECT.format(**{"bases": "", "more": "", **parts})
    (fix,) = [f.fix for f in findings(source_of(text)) if f.function == "Model.step"]
    assert fix is not None
    assert fix.applicability is Applicability.UNSAFE


@pytest.mark.parametrize("parts", NOT_PROPOSED.values(), ids=NOT_PROPOSED)
def test_not_proposed_for_a_method(parts: dict[str, str]) -> None:
    text = OBJECT.format(**{"bases": "", "more": "", **parts})
    assert not [finding for finding in findings(source_of(text)) if finding.function == "Model.step"]
    harmless = text.replace("        self.n = 1\n", "")
    assert [finding for finding in findings(source_of(harmless)) if finding.function == "Model.step"]


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

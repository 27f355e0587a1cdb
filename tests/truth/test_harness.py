"""The harness tells the outcomes apart, whatever way the target became hybrid."""

from __future__ import annotations

import pytest

pytest.importorskip("tensorflow")

from tests.truth.harness import disagreement, measure
from tests.truth.header import HeaderError, parse_header

BODY = """
import functools
import tensorflow as tf
from tensorflow import function
import tensorflow.compat.v2 as tf2

calls = []

def hybrid(func):
    return tf.function(func, reduce_retracing=True)

{form}

def drive():
    return [step(tf.constant([1.0, 2.0])) for _ in range(3)], len(calls)
"""
STEP = "def step(x):\n    calls.append(1)\n    return x * 2.0\n"
FORMS = {
    "undecorated": STEP,
    "plain": "@tf.function\n" + STEP,
    "called": "@tf.function(jit_compile=False)\n" + STEP,
    "several lines": "@tf.function(\n    reduce_retracing=True,\n)\n" + STEP,
    "imported": "@function\n" + STEP,
    "compat": "@tf2.function\n" + STEP,
    "partial": "@functools.partial(tf.function, autograph=False)\n" + STEP,
    "named partial": "graph = functools.partial(tf.function, autograph=False)\n@graph\n" + STEP,
    "wrapper": "@hybrid\n" + STEP,
    "wrapped call": STEP.replace("step", "inner") + "\nstep = hybrid(inner)\n",
    "function of a function": STEP.replace("step", "inner") + "\nstep = tf.function(inner)\n",
    "docstring": 'def step(x):\n    """Doubles."""\n    calls.append(1)\n    return x * 2.0\n',
    "one line": "@tf.function\ndef step(x): calls.append(1); return x * 2.0\n",
    "rebound": STEP + "step = tf.function(step)\n",
    "private import": "from tensorflow.python.eager import def_function\n@def_function.function\n" + STEP,
}


def truth(program: str, line: str) -> str:
    """The contradiction between a program and its header, or nothing."""
    text = f'"""Program."""\n# truth: {line}\n{program}'
    header = parse_header(text)
    return disagreement(measure(text, header), header)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_hybrid_function(form: str) -> None:
    target = "inner" if "inner" in FORMS[form] else "step"
    program = BODY.format(form=FORMS[form])
    assert truth(program, f"target={target} expect=differs traces=1") == ""
    assert "TensorFlow says differs" in truth(program, f"target={target} expect=same")
    assert "made 1" in truth(program, f"target={target} expect=differs traces=2")


def test_lambda_and_method_targets() -> None:
    lambdas = "import tensorflow as tf\nseen = []\nstep = tf.function(lambda x: (seen.append(1), x)[1])\n"
    drive = "def drive():\n    return [step(tf.ones(2)), step(tf.ones(2)), len(seen)]\n"
    assert truth(lambdas + drive, "target=step expect=differs") == ""
    method = (
        "import tensorflow as tf\n\nclass Net:\n    def __init__(self):\n        self.n = 0\n"
        "        self.step = tf.function(self._step)\n\n    def _step(self, x):\n        self.n += 1\n"
        "        return x\n\ndef drive():\n    net = Net()\n    net.step(tf.ones(2))\n"
        "    net.step(tf.ones(2))\n    return net.n\n"
    )
    assert truth(method, "target=Net._step expect=differs traces=1") == ""


@pytest.mark.parametrize(
    ("body", "expect"),
    [
        ("return x + 1.0", "same"),
        ("return x.numpy()", "raises"),
        ("tf.print(x)\n    return x", "same"),
        ("print('x', file=sys.stderr)\n    return x", "differs"),
        ("open('log.txt', 'a').write('x')\n    return x", "differs"),
        ("logging.getLogger('app').info('called')\n    return x", "differs"),
        ("warnings.warn(str(np.random.rand()))\n    return x", "differs"),
        ("return x.shape", "same"),
        ("leaked.append(x * 2.0)\n    return leaked[-1]", "same"),
        ("leaked[:] = [x * 2.0]\n    return x", "differs"),
    ],
)
def test_outcomes(body: str, expect: str) -> None:
    program = (
        "import logging, sys, warnings\nimport numpy as np\nimport tensorflow as tf\nleaked = []\n"
        f"def step(x):\n    {body}\n\ndef drive():\n"
        "    return [step(tf.ones(2)), step(tf.ones(2)), leaked[-1:] if 'x' not in globals() else 0]\n"
    )
    if body.endswith("leaked[-1]"):
        program = program.replace("leaked[-1:] if 'x' not in globals() else 0", "0")
    assert truth(program, f"target=step expect={expect}") == ""


def test_refused_broken_and_none() -> None:
    program = (
        "import tensorflow as tf\nSPEC = [tf.TensorSpec([2])]\n@tf.function(input_signature=SPEC)\n"
        "def step(x, y):\n    return x + y\n\ndef drive():\n    return step(tf.ones(2), tf.ones(2))\n"
    )
    assert truth(program, "target=step expect=refused") == ""
    assert "eager run failed" in truth("def step(): pass\ndef drive(): 1 / 0\n", "target=step expect=raises")
    assert truth("def drive(): return 1\n", "none because there is nothing to trace") == ""
    assert "broken" in truth("def drive(): return 1 / 0\n", "none because there is nothing to trace")


def test_a_trace_that_never_ends() -> None:
    program = (
        "import tensorflow as tf\nitems = tf.data.Dataset.range(3)\n@tf.function\ndef step(x):\n"
        "    return sum([x + tf.cast(i, tf.float32) for i in items])\n\n"
        "def drive():\n    return step(tf.ones(2))\n"
    )
    assert truth(program, "target=step expect=hangs") == ""


def test_one_run_does_not_disturb_the_next() -> None:
    setting = (
        "import tensorflow as tf\ntf.config.run_functions_eagerly(True)\n"
        "tf.data.experimental.enable_debug_mode()\n"
    )
    assert truth(setting + "def drive(): return 1\n", "none because only the setting matters") == ""
    assert truth(BODY.format(form=FORMS["plain"]), "target=step expect=differs traces=1") == ""


@pytest.mark.parametrize(
    "line", ["target=f", "expect=same", "target=f expect=fine", "target=f expect=same extra", "none"]
)
def test_headers_that_are_not_understood(line: str) -> None:
    with pytest.raises(HeaderError):
        parse_header(f'"""Doc."""\n# truth: {line}\n')

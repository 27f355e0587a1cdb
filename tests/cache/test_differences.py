"""Which definitions of a module two versions of it share."""

from __future__ import annotations

import pytest

from flake8_hybridize.cache.differences import STATEMENTS, TABLES, definitions, difference
from flake8_hybridize.model.build import build_module
from flake8_hybridize.source.text import Source

OLD = '''"""A module."""
import tensorflow as tf

RATE = 3


@tf.function
def step(x):
    """Steps."""
    y = x * 2

    def inner(z):
        return z + y

    return inner(x)


class Model(tf.Module):
    size = 4

    def __init__(self):
        self.weight = tf.Variable(1.0)

    def __call__(self, x):
        return x * self.weight
'''
STEP = {"step", "step.inner"}
CHANGES = [
    ("nothing", "", "", set()),
    ("a comment", "    y = x * 2\n", "    # twice\n    y = x * 2  # or so\n", set()),
    ("a comment on top, a line has more digits", "import", "# first\nimport", STEP),
    ("the words of a docstring", "Steps.", "Makes\n    a step.", set()),
    ("space between definitions", "\n\nclass", "\n\n\n\n\nclass", set()),
    ("a body", "x * 2", "x * 3", STEP),
    ("a nested body", "z + y", "z - y", STEP),
    ("a docstring that goes", '    """Steps."""\n', "", STEP),
    ("a signature", "def step(x)", "def step(x, k=1)", STEP),
    ("a decorator", "@tf.function\n", "@tf.function(jit_compile=True)\n", {STATEMENTS, TABLES} | STEP),
    ("a generator", "return inner(x)", "yield inner(x)", {STATEMENTS} | STEP),
    ("a constant", "RATE = 3", "RATE = 4", {STATEMENTS}),
    ("a constant of another type", "RATE = 3", "RATE = 3.0", {STATEMENTS}),
    ("a new function", "\n\nclass", "\n\ndef more():\n    pass\n\n\nclass", {STATEMENTS}),
    ("a name", "def step", "def stop", {STATEMENTS} | STEP),
    ("a base", "(tf.Module)", "(tf.keras.Model)", {"Model"}),
    ("a class variable", "size = 4", "size = 5", {"Model"}),
    ("a method", "x * self.weight", "x - self.weight", {"Model.__call__"}),
    ("an attribute", "self.weight = ", "self.other = ", {TABLES, "Model", "Model.__init__"}),
    ("a global", "    y = x * 2", "    global RATE; RATE = x * 2", {TABLES} | STEP),
    ("one line in two", "    y = x * 2\n", "    y = (x *\n         2)\n", STEP),
]


@pytest.mark.parametrize(("old", "new", "expected"), [c[1:] for c in CHANGES], ids=[c[0] for c in CHANGES])
def test_the_definitions_that_differ_are_told(old: str, new: str, expected: set[object]) -> None:
    module = build_module("m", "m.py", Source.from_bytes(OLD.encode(), "m.py").tree())
    names = dict(enumerate((d.qualname for d in definitions(module)), 2))
    found = difference(OLD.encode(), OLD.replace(old, new, 1).encode(), "m.py").parts
    assert found is not None
    assert {names.get(part, part) for part in found} == expected


def test_lines_that_move_are_told() -> None:
    assert not difference(OLD.encode(), OLD.replace("4", "5").encode(), "m.py").moved
    assert not difference(OLD.encode(), (OLD + "# the end\n").encode(), "m.py").moved
    assert difference(OLD.encode(), ("\n" + OLD).encode(), "m.py").moved


def test_of_what_is_no_python_nothing_is_kept() -> None:
    assert difference(OLD.encode(), b"def", "m.py").parts is None

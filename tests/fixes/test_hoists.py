"""A `tf.function` that is made again and again is made once, where its closure allows it."""

from __future__ import annotations

import ast

import pytest

from flake8_hybridize.fixes.hoists import hoist_out_of_function, name_called_at_once
from flake8_hybridize.fixes.scopes import parents
from flake8_hybridize.results import Applicability
from flake8_hybridize.source.text import Source
from tests.fixes.support import applied, call_of, first, source_of

HEAD = "import tensorflow as tf\n\nk = 2\n\n"


def of_function(text: str) -> tuple[Source, str | None]:
    """The text after moving the first statement with `tf.function` out of the function around it."""
    source = source_of(HEAD + text)
    up = parents(source.tree())
    found = first(source, ast.Attribute, lambda node: ast.unparse(node) == "tf.function")
    statement: ast.AST = found
    while not isinstance(statement, ast.stmt):
        statement = up[statement]
    function = up[statement]
    assert isinstance(function, ast.FunctionDef)
    fix = hoist_out_of_function(source, statement, function)
    assert fix is None or fix.applicability is Applicability.UNSAFE
    return source, None if fix is None else applied(source, fix).removeprefix(HEAD)


class TestOutOfFunction:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            (
                "def f(x):\n    g = tf.function(lambda y: y * k)\n    return g(x)\n",
                "g = tf.function(lambda y: y * k)\n\n\ndef f(x):\n    return g(x)\n",
            ),
            (
                "# f\n@d\ndef f(x):\n    @tf.function\n    def g(y):\n        # g\n        return y\n\n    return g(x)\n",
                "@tf.function\ndef g(y):\n    # g\n    return y\n\n\n# f\n@d\ndef f(x):\n    return g(x)\n",
            ),
            (
                "def f(x):\n  'doc'\n  g = tf.function(len)\n  return g(x)\n",
                "g = tf.function(len)\n\n\ndef f(x):\n  'doc'\n  return g(x)\n",
            ),
        ],
    )
    def test_moved(self, before: str, after: str) -> None:
        assert of_function(before)[1] == after

    @pytest.mark.parametrize(
        "text",
        [
            "def f(x):\n    g = tf.function(lambda y: y * x)\n    return g(x)\n",
            "def f(x):\n    z = 1\n    @tf.function\n    def g(y):\n        return y * z\n    return g(x)\n",
            "def f(x):\n    g = tf.function(later)\n    return g(x)\ndef later(y): return y\n",
            "def f(x):\n    g = tf.function(missing)\n    return g(x)\n",
            "def f(x):\n    g = tf.function(len)\n    return g(x)\ng = 1\n",
            "def f(x):\n    g = tf.function(len)\n    return g(x)\ndef h(): return g\n",
            "def f(x):\n    g = tf.function(len)\n    g = 2\n    return g(x)\n",
            "def f(x):\n    @tf.function\n    def g(y):\n        nonlocal x\n        x = y\n    return g(x)\n",
            "def f(x):\n    @tf.function\n    def g(y=x):\n        return y\n    return g(x)\n",
            "class C:\n    def f(x):\n        g = tf.function(len)\n        return g(x)\n",
            "def e():\n    def f(x):\n        g = tf.function(len)\n        return g(x)\n",
            "def f(x):\n    g = tf.function(len)\n",
        ],
    )
    def test_refused(self, text: str) -> None:
        assert of_function(text)[1] is None


class TestCalledAtOnce:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            (
                "for i in r:\n  while i:\n    x = tf.function(len)(i)\n",
                "compiled_len = tf.function(len)\nfor i in r:\n  while i:\n    x = compiled_len(i)\n",
            ),
            (
                "def f(x):\n  for i in x:\n    y(tf.function(x, autograph=False)(i))\n",
                "def f(x):\n  compiled_x = tf.function(x, autograph=False)\n  for i in x:\n    y(compiled_x(i))\n",
            ),
            (
                "def f(x):\n  return tf.function(len)(x)\n",
                "compiled_len = tf.function(len)\n\n\ndef f(x):\n  return compiled_len(x)\n",
            ),
        ],
    )
    def test_named(self, before: str, after: str) -> None:
        source = source_of(HEAD + before)
        assert applied(source, name_called_at_once(source, call_of(source, "tf.function"))) == HEAD + after

    @pytest.mark.parametrize(
        "text",
        [
            "for i in r:\n  tf.function(i)(1)\n",
            "for i in r:\n  g = h(i)\n  tf.function(g)(1)\n",
            "for i in r:\n  tf.function(lambda x: x)(1)\n",
            "for i in r:\n  tf.function(len, jit_compile=i)(1)\n",
            "for i in r:\n  keep(tf.function(len))\n",
            "compiled_len = 1\nfor i in r:\n  tf.function(len)(1)\n",
            "def f(x):\n  return tf.function(x)(1)\n",
            "def f(x):\n  return tf.function(later)(1)\ndef later(x): pass\n",
            "def f(x):\n  return lambda: tf.function(len)(1)\n",
            "tf.function(len)(1)\n",
        ],
    )
    def test_refused(self, text: str) -> None:
        source = source_of(HEAD + text)
        assert name_called_at_once(source, call_of(source, "tf.function")) is None

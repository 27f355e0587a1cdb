from __future__ import annotations

import ast

import pytest

from flake8_hybridize.fixes.control import assert_to_tf, hoist_walrus, keep_written
from flake8_hybridize.fixes.tensor_arrays import list_to_tensor_array
from flake8_hybridize.results import Applicability
from tests.fixes.support import applied, first, source_of

SAFE, UNSAFE = Applicability.SAFE, Applicability.UNSAFE
IMPORT = "import tensorflow as tf\n"


class TestAssert:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("assert x > 0, 'positive'", "tf.debugging.Assert(x > 0, ['positive', x])"),
            ("assert x > y", 'tf.debugging.Assert(x > y, ["x > y", x, y])'),
            ("assert (x <\n  y)", 'tf.debugging.Assert(x <\n  y, ["x < y", x, y])'),
            ("assert tf.reduce_all(x > 0), 'm'", "tf.debugging.Assert(tf.reduce_all(x > 0), ['m'])"),
            ("assert ok(x, \"a\"), f'bad {n}'", "tf.debugging.Assert(ok(x, \"a\"), [f'bad {n}'])"),
            ('assert ok(x, "a")', 'tf.debugging.Assert(ok(x, "a"), [\'ok(x, "a")\'])'),
            ("a = 1; assert x == x; b = 2", 'a = 1; tf.debugging.Assert(x == x, ["x == x", x]); b = 2'),
        ],
    )
    def test_rewritten(self, before: str, after: str) -> None:
        source = source_of(f"{IMPORT}{before}\n")
        fix = assert_to_tf(source, first(source, ast.Assert))
        assert applied(source, fix) == f"{IMPORT}{after}\n"
        assert fix is not None
        assert fix.applicability is UNSAFE

    @pytest.mark.parametrize("text", ["assert x > 0, code", "assert (y := x)", "assert (x, 'm')"])
    def test_refused(self, text: str) -> None:
        source = source_of(f"{IMPORT}{text}\n")
        assert assert_to_tf(source, first(source, ast.Assert)) is None


class TestKeepWritten:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("def f(ta):\n  ta.write(0, 1)\n", "def f(ta):\n  ta = ta.write(0, 1)\n"),
            (
                "def f():\n  ta = g()\n  x; ta.write(0, 1); y\n",
                "def f():\n  ta = g()\n  x; ta = ta.write(0, 1); y\n",
            ),
            ("def f(ta):\n  for i in x: ta.unstack(i)\n", "def f(ta):\n  for i in x: ta = ta.unstack(i)\n"),
        ],
    )
    def test_assigned_back(self, before: str, after: str) -> None:
        source = source_of(before)
        fix = keep_written(source, first(source, ast.Expr, lambda node: isinstance(node.value, ast.Call)))
        assert applied(source, fix) == after
        assert fix is not None
        assert fix.applicability is UNSAFE

    @pytest.mark.parametrize(
        "text",
        [
            "ta = g()\ndef f():\n  ta.write(0, 1)\n",
            "def f(self):\n  self.ta.write(0, 1)\n",
            "ta.write(0, 1)\n",
            "def f():\n  global ta\n  ta = g\n  ta.write(0, 1)\n",
            "def f():\n  write(0, 1)\n",
        ],
    )
    def test_refused_where_the_name_is_not_local(self, text: str) -> None:
        source = source_of(text)
        statement = first(source, ast.Expr, lambda node: "write" in ast.unparse(node))
        assert keep_written(source, statement) is None


class TestWalrus:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("if (m := f(x)) > 0: pass\n", "m = f(x)\nif m > 0: pass\n"),
            ("if (m := x): pass\n", "m = x\nif m: pass\n"),
            ("if x:\n\ty = (m := f(x)) + 1\r\n", "if x:\n\tm = f(x)\r\n\ty = m + 1\r\n"),
            ("if not (m := f(x)) and y: pass\n", "m = f(x)\nif not m and y: pass\n"),
            ("if tf.any(m := f(x), 1): pass\n", "m = f(x)\nif tf.any(m, 1): pass\n"),
            ("if (m := f(\n  x)) > 0: pass\n", "m = (f(\n  x))\nif m > 0: pass\n"),
            ("if (m := a\n  + b): pass\n", "m = (a\n  + b)\nif m: pass\n"),
            ("(m := x)\n", "m = x\nm\n"),
        ],
    )
    def test_hoisted(self, before: str, after: str) -> None:
        source = source_of(before)
        fix = hoist_walrus(source, first(source, ast.NamedExpr))
        assert applied(source, fix) == after
        assert fix is not None
        assert fix.applicability is SAFE

    @pytest.mark.parametrize(
        "text",
        [
            "while (m := f(x)) > 0: pass\n",
            "if a: pass\nelif (m := x): pass\n",
            "if y and (m := f(x)): pass\n",
            "if 0 < (m := f(x)): pass\n",
            "if f(y, m := x): pass\n",
            "if f()(m := x): pass\n",
            "y = [m := f(x) for x in z]\n",
            "y = lambda: (m := 1)\n",
            "x = 1; y = (m := x)\n",
            "for i in (m := x): pass\n",
            "x[f()] = (m := 1)\n",
        ],
    )
    def test_refused(self, text: str) -> None:
        source = source_of(text)
        if text.startswith("x[f()]"):
            assert hoist_walrus(source, first(source, ast.NamedExpr)) is not None  # the value comes first
        else:
            assert hoist_walrus(source, first(source, ast.NamedExpr)) is None


class TestTensorArray:
    def rewritten(self, body: str) -> str | None:
        source = source_of(f"{IMPORT}def f(t, n):\n{body}")
        fix = list_to_tensor_array(source, "out", first(source, ast.For), "float32")
        return None if fix is None else applied(source, fix).removeprefix(f"{IMPORT}def f(t, n):\n")

    def test_stack(self) -> None:
        before = (
            "  out = []\n  for x in t:\n    y = x + 1\n    out.append(y * 2)  # c\n  return tf.stack(out)\n"
        )
        assert self.rewritten(before) == (
            "  out = tf.TensorArray(tf.float32, size=0, dynamic_size=True)\n"
            "  for x in t:\n    y = x + 1\n"
            "    out = out.write(out.size(), y * 2)  # c\n  return out.stack()\n"
        )

    def test_concat(self) -> None:
        before = "  out = []\n  for i in tf.range(n):\n    out.append(\n      t[i])\n"
        before += "  y = tf.concat(out, axis=0) + 1\n"
        assert self.rewritten(before) == (
            "  out = tf.TensorArray(tf.float32, size=0, dynamic_size=True)\n"
            "  for i in tf.range(n):\n    out = out.write(out.size(),\n      t[i])\n  y = out.concat() + 1\n"
        )

    @pytest.mark.parametrize(
        "body",
        [
            "  out = [1]\n  for x in t:\n    out.append(x)\n  return tf.stack(out)\n",
            "  out = []\n  for x in t:\n    out.append(x)\n  return out\n",
            "  out = []\n  for x in t:\n    out.append(x)\n  return tf.stack(out, 1)\n",
            "  out = []\n  for x in t:\n    out.append(x)\n  return tf.concat(out)\n",
            "  out = []\n  for x in t:\n    out.append(x)\n  return tf.stack(out), len(out)\n",
            "  out = []\n  for x in t:\n    if x > 0:\n      out.append(x)\n  return tf.stack(out)\n",
            "  for x in t:\n    out.append(x)\n  return tf.stack(out)\n",
            "  out = []\n  for x in t:\n    out.append(x)\n    y = tf.stack(out)\n",
            "  out = []\n  for x in t:\n    out.append(x, 1)\n  return tf.stack(out)\n",
            "  out = []\n  for x in t:\n    out.append(x)\n  return tf.stack(out, name='a')\n",
        ],
    )
    def test_refused(self, body: str) -> None:
        assert self.rewritten(body) is None

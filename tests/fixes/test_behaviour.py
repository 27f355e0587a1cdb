"""Programs before and after a fix, run by TensorFlow: eager before, traced after, same results."""

from __future__ import annotations

import ast
import importlib.util
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flake8_hybridize.fixes.calls import compare_with_zero, extremum_to_tf, number_to_float, range_to_tf
from flake8_hybridize.fixes.control import assert_to_tf, hoist_walrus, keep_written
from flake8_hybridize.fixes.decorators import add_decorator
from flake8_hybridize.fixes.keywords import drop_autograph_off, modernise_keyword
from flake8_hybridize.fixes.prints import print_to_tf
from flake8_hybridize.fixes.tensor_arrays import list_to_tensor_array
from flake8_hybridize.results import Applicability, Fix
from flake8_hybridize.source.text import Source
from tests.fixes.support import applied, call_of, first, function_named, source_of

tf = pytest.importorskip("tensorflow")
np = pytest.importorskip("numpy")

HEAD = "import sys\nimport tensorflow as tf\n"
Builder = Callable[[Source], Fix | None]


Run = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Calls `f` of a program that lies in a file: AutoGraph reads the source of what it converts."""
    numbers = itertools.count()

    def run_program(text: str, *arguments: Any) -> Any:
        name = f"program_{tmp_path.name}_{next(numbers)}"
        path = tmp_path / f"{name}.py"
        path.write_text(text)
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.f(*arguments)

    return run_program


def traced(source: Source, build: Builder) -> str:
    """The fixed program with `f` decorated."""
    fixed = source.with_text(applied(source, build(source)))
    if function_named(fixed, "f").decorator_list:
        return fixed.text
    return applied(fixed, add_decorator(fixed, function_named(fixed, "f"), Applicability.SAFE))


VECTOR = [1.0, 2.5, -3.0]
CASES: dict[str, tuple[str, Builder, list[Any]]] = {
    "list to TensorArray": (
        "def f(t):\n  out = []\n  for x in t:\n    out.append(x * 2)\n  return tf.stack(out)\n",
        lambda source: list_to_tensor_array(source, "out", first(source, ast.For), "float32"),
        [VECTOR],
    ),
    "list to TensorArray, concatenated": (
        "def f(t):\n  out = []\n  for i in tf.range(tf.size(t)):\n"
        "    out.append(t[:2] + t[i])\n  return tf.concat(out, 0)\n",
        lambda source: list_to_tensor_array(source, "out", first(source, ast.For), "float32"),
        [VECTOR],
    ),
    "walrus": (
        "def f(t):\n  if (m := tf.reduce_sum(t)) > 0:\n    return m\n  return -m\n",
        lambda source: hoist_walrus(source, first(source, ast.NamedExpr)),
        [VECTOR],
    ),
    "TensorArray.write": (
        "def f(t):\n  ta = tf.TensorArray(tf.float32, 3)\n  for i in tf.range(3):\n"
        "    ta.write(i, t[i])\n  return ta.stack()\n",
        lambda source: keep_written(source, first(source, ast.Expr)),
        [VECTOR],
    ),
    "truth of a number": (
        "def f(t):\n  if tf.size(t) % 2:\n    t = t + 1.0\n  return t\n",
        lambda source: compare_with_zero(source, first(source, ast.If).test),
        [VECTOR],
    ),
    "accumulator": (
        "def f(t):\n  total = 0\n  for x in t:\n    total += x\n  return total\n",
        lambda source: number_to_float(source, first(source, ast.Constant)),
        [VECTOR],
    ),
    "assert": (
        "def f(t):\n  assert tf.reduce_sum(t) > 0, 'positive'\n  return t\n",
        lambda source: assert_to_tf(source, first(source, ast.Assert)),
        [VECTOR],
    ),
    "max": (
        "def f(t):\n  return max(t[0], t[1])\n",
        lambda source: extremum_to_tf(source, call_of(source, "max")),
        [VECTOR],
    ),
    "range": (
        "def f(t):\n  for i in range(3):\n    t = t + tf.cast(i, tf.float32)\n  return t\n",
        lambda source: range_to_tf(source, call_of(source, "range")),
        [VECTOR],
    ),
    "autograph": (
        "@tf.function(autograph=False)\ndef f(t):\n  if tf.reduce_sum(t) > 0:\n    return t\n  return -t\n",
        lambda source: drop_autograph_off(source, call_of(source, "tf.function")),
        [VECTOR],
    ),
    "renamed argument": (
        "@tf.function(experimental_relax_shapes=True, experimental_compile=False)\ndef f(t):\n  return -t\n",
        lambda source: modernise_keyword(source, call_of(source, "tf.function"), "experimental_relax_shapes"),
        [VECTOR],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_same_result(name: str, run: Run) -> None:
    body, build, data = CASES[name]
    source = source_of(HEAD + body)
    tensors = [tf.constant(values) for values in data]
    tf.config.run_functions_eagerly(True)
    expected = run(source.text, *tensors)
    tf.config.run_functions_eagerly(False)
    np.testing.assert_allclose(run(traced(source, build), *tensors), expected, rtol=1e-6)


def test_assert_still_fails(run: Run) -> None:
    body, build, _ = CASES["assert"]
    with pytest.raises(tf.errors.InvalidArgumentError, match="positive"):
        run(traced(source_of(HEAD + body), build), tf.constant([-1.0]))


PRINTS = [
    "print(t)",
    "print('loss', n, i, sep='\\t')",
    "print()",
    "print('a', end='!\\n')",
    "print(f'step {i}: loss {n}')",
    "print(f'{i}/{n}')",
    "print(f'{{{i}}} {n},', i)",
    "print(f'{i:03d} {n}', flush=True)",
    "print('é %s %03d%%' % (n, i))",
    "print('{}-{:>4}'.format(n, i), '{}')",
    "print('{}', n, '{}')",
    "print('n: ' + str(n) + '.')",
    "print(i, None, [i, i], 'x', True)",
]


@pytest.mark.parametrize("call", PRINTS)
def test_same_output(call: str, run: Run, capfd: pytest.CaptureFixture[str]) -> None:
    """Numbers that both print alike; the stream is the only difference that is announced."""
    source = source_of(f"{HEAD}def f(t, n, i=7):\n  {call}\n  return t\n")
    program = traced(source, lambda source: print_to_tf(source, call_of(source, "print")))
    capfd.readouterr()
    run(source.text.replace("(t, n,", "(t, n_, ").replace("  print", "  n = 3; t = [1, 2]; print"), [1, 2], 3)
    expected = capfd.readouterr().out
    run(program, tf.constant([1, 2]), tf.constant(3))
    assert [
        line for line in capfd.readouterr().err.split("\n") if not line.startswith(("I0", "W0", "E0"))
    ] == (expected.replace("[1, 2]\n", "[1 2]\n").split("\n"))


def test_the_stream_is_kept_where_it_is_named(run: Run, capfd: pytest.CaptureFixture[str]) -> None:
    source = source_of(f"{HEAD}def f(t):\n  print(t, file=sys.stdout)\n")
    program = traced(source, lambda source: print_to_tf(source, call_of(source, "print")))
    capfd.readouterr()
    run(program, tf.constant(3))
    assert capfd.readouterr().out == "3\n"

from __future__ import annotations

import ast

import pytest

from flake8_hybridize.fixes.calls import (
    argument_to_tensor,
    compare_with_zero,
    extremum_to_tf,
    iterable_to_unstack,
    number_to_float,
    range_to_tf,
    time_to_tf,
)
from flake8_hybridize.results import Applicability, Fix
from flake8_hybridize.source.text import Source
from tests.fixes.support import applied, call_of, first, source_of

SAFE, UNSAFE = Applicability.SAFE, Applicability.UNSAFE
IMPORT = "import tensorflow as tf\n"


def result(source: Source, fix: Fix | None) -> str | None:
    return None if fix is None else applied(source, fix).removeprefix(IMPORT).removesuffix("\n")


def code(text: str) -> Source:
    return source_of(f"{IMPORT}{text}\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("for i in range(n): pass", "for i in tf.range(n): pass"),
        ("for i in range(a, (b), c): pass", "for i in tf.range(a, (b), c): pass"),
        ("for i in range(*a): pass", "for i in tf.range(*a): pass"),
    ],
)
def test_range(before: str, after: str) -> None:
    source = code(before)
    fix = range_to_tf(source, call_of(source, "range"))
    assert result(source, fix) == after
    assert fix is not None
    assert fix.applicability is UNSAFE


def test_time() -> None:
    source = code("t = time.time( )")
    assert result(source, time_to_tf(source, first(source, ast.Call))) == "t = tf.timestamp( )"
    source = code("t = time.time(1)")
    assert time_to_tf(source, first(source, ast.Call)) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("max(a, b)", "tf.maximum(a, b)"),
        ("min(a,\n  b)", "tf.minimum(a,\n  b)"),
        ("max(a)", None),
        ("max(a, b, c)", None),
        ("max(a, key=b)", None),
        ("max(a, *b)", None),
        ("np.max(a, b)", None),
    ],
)
def test_extremum(before: str, after: str | None) -> None:
    source = code(before)
    assert result(source, extremum_to_tf(source, first(source, ast.Call), SAFE)) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("step(i)", "step(tf.constant(i))"),
        ("step((i))", "step((tf.constant(i)))"),
        ("step(i + 1, b)", "step(tf.constant(i + 1), b)"),
        ("step(i if a else b)", "step(tf.constant(i if a else b))"),
        ("step((1, 2))", "step(tf.constant((1, 2)))"),
        ("step(i for i in x)", None),
        ("step(*i)", None),
    ],
)
def test_constant(before: str, after: str | None) -> None:
    source = code(before)
    call = call_of(source, "step")
    assert result(source, argument_to_tensor(source, call.args[0])) == after


def test_constant_of_a_keyword() -> None:
    source = code("step(x, lr=0.1 * é)")
    call = call_of(source, "step")
    assert (
        result(source, argument_to_tensor(source, call.keywords[0].value))
        == "step(x, lr=tf.constant(0.1 * é))"
    )


def test_unstack() -> None:
    source = code("y = [v for v in x]")
    iterable = first(source, ast.ListComp).generators[0].iter
    assert result(source, iterable_to_unstack(source, iterable)) == "y = [v for v in tf.unstack(x)]"


def test_a_bare_tuple_keeps_being_one() -> None:
    source = code("for a in b, c: pass")
    iterable = first(source, ast.For).iter
    assert result(source, iterable_to_unstack(source, iterable)) == "for a in tf.unstack((b, c)): pass"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("if t: pass", "if t != 0: pass"),
        ("if (t): pass", "if (t != 0): pass"),
        ("while t.x[0](1): pass", "while t.x[0](1) != 0: pass"),
        ("if a - b: pass", "if a - b != 0: pass"),
        ("if a if b else c: pass", "if (a if b else c) != 0: pass"),
        ("if (m := t): pass", "if ((m := t) != 0): pass"),
    ],
)
def test_compare(before: str, after: str) -> None:
    source = code(before)
    statement = source.tree().body[1]
    assert isinstance(statement, ast.If | ast.While)
    fix = compare_with_zero(source, statement.test)
    assert result(source, fix) == after
    assert fix is not None
    assert fix.applicability is SAFE


@pytest.mark.parametrize("text", ["if a and b: pass", "if a < b: pass"])
def test_compare_refuses_what_is_no_number(text: str) -> None:
    source = code(text)
    assert compare_with_zero(source, first(source, ast.If).test) is None


def test_compare_an_operand_of_not() -> None:
    source = code("if not t: pass")
    assert result(source, compare_with_zero(source, first(source, ast.UnaryOp).operand)) == "if t == 0: pass"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("total = 0", "total = 0.0"),
        ("total = 1_000", "total = 1_000.0"),
        ("total = 0if a else b", "total = 0.0if a else b"),
        ("total = 0x1", None),
        ("total = True", None),
        ("total = 0.5", None),
        ("total = 'a'", None),
    ],
)
def test_float(before: str, after: str | None) -> None:
    source = code(before)
    assert result(source, number_to_float(source, first(source, ast.Constant))) == after


def test_a_node_inside_an_f_string_is_not_edited_in_the_wrong_place() -> None:
    source = code("y = f'{é}{max(a, b)}'")
    fix = extremum_to_tf(source, first(source, ast.Call))
    assert result(source, fix) in (None, "y = f'{é}{tf.maximum(a, b)}'")

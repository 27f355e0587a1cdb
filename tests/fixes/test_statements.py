from __future__ import annotations

import ast

import pytest

from flake8_hybridize.fixes.hoists import hoist_out_of_loop
from flake8_hybridize.fixes.statements import drop_eager_switch, remove_statement
from flake8_hybridize.results import Applicability
from flake8_hybridize.source.text import Source
from tests.fixes.support import applied, first, source_of

SAFE, UNSAFE = Applicability.SAFE, Applicability.UNSAFE


def switch_of(source: Source) -> ast.Expr:
    return first(source, ast.Expr, lambda node: ast.unparse(node) == "off(True)")


class TestRemove:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("a()\noff(True)\nb()\n", "a()\nb()\n"),
            ("off(\n  True)\nb()\n", "b()\n"),
            ("off(True) ; \nb()\n", "b()\n"),
            ("a(); off(True)\n", "a()\n"),
            ("a(); off(True); b()\n", "a(); b()\n"),
            ("off(True); b()\n", "b()\n"),
            ("if x: off(True)\n", "if x: pass\n"),
            ("if x:\n\toff(True)  # c\n", "if x:\n\tpass\n"),
            ("if x:\n  off(True)\n  a()\nelse:\n  b()\n", "if x:\n  a()\nelse:\n  b()\n"),
            ("if x:\n  a()\nelse:\n  off(True)\n", "if x:\n  a()\nelse:\n  pass\n"),
            ("try:\n  a()\nexcept E:\n  off(True)\n", "try:\n  a()\nexcept E:\n  pass\n"),
            ("a()\r\noff(True)", "a()\r\n"),
            ("\x0coff(True)\na()\n", "\x0ca()\n"),
            ("off(True)\n", "pass\n"),
        ],
    )
    def test_places(self, before: str, after: str) -> None:
        source = source_of(before)
        assert applied(source, remove_statement(source, switch_of(source), SAFE, "d")) == after

    def test_a_comment_that_goes_with_it_is_unsafe(self) -> None:
        source = source_of("a()\noff(True)  # while debugging\n")
        fix = remove_statement(source, switch_of(source), SAFE, "d")
        assert fix is not None
        assert fix.applicability is UNSAFE
        assert applied(source, fix) == "a()\n"

    def test_eager_switch_is_unsafe(self) -> None:
        source = source_of("a()\noff(True)\n")
        fix = drop_eager_switch(source, switch_of(source))
        assert applied(source, fix) == "a()\n"
        assert fix is not None
        assert fix.applicability is UNSAFE

    def test_refuses_continued_lines(self) -> None:
        source = source_of("a()\noff(True) \\\n\nb()\n")
        assert remove_statement(source, switch_of(source), SAFE, "d") is None


def hoisted(text: str, statement: str) -> str | None:
    source = source_of(text)
    loop = first(source, ast.For)
    node = next(node for node in loop.body if ast.unparse(node).startswith(statement))
    fix = hoist_out_of_loop(source, node, loop)
    return applied(source, fix) if fix else None


class TestHoist:
    def test_assignment(self) -> None:
        before = """
            def train(data):
                for x in data:
                    step = tf.function(model.step)  # per batch
                    step(x)
            """
        after = """
            def train(data):
                step = tf.function(model.step)  # per batch
                for x in data:
                    step(x)
            """
        source = source_of(before)
        loop = first(source, ast.For)
        fix = hoist_out_of_loop(source, loop.body[0], loop)
        assert applied(source, fix) == source_of(after).text
        assert fix is not None
        assert fix.applicability is UNSAFE

    def test_decorated_function_with_everything_in_it(self) -> None:
        function = "@tf.function\r\n{0}def f(y):\r\n\r\n{0}\t# é\r\n{0}\tz = y\r\n{0}\treturn z\r\n"
        before = f"n = 0\nfor x in data:\r\n\ta(x)\r\n\t{function.format(chr(9))}\tf(x)\r\n"
        after = f"n = 0\n{function.format('')}for x in data:\r\n\ta(x)\r\n\tf(x)\r\n"
        assert hoisted(before, "@tf.function") == after

    @pytest.mark.parametrize(
        "body",
        [
            "step = tf.function(x.step)\n  step(1)",
            "m = make()\n  step = tf.function(m.step)\n  step(1)",
            "step = tf.function(g)\n  step(x)\n  step = 1",
            "import m\n  step = tf.function(m.step)\n  step(x)",
            "step = tf.function(m.step)\n  m.step = x",
            "step = tf.function(lambda y: '''\n''')\n  step(x)",
            "step = tf.function(m \\\n  .step)\n  step(x)",
            "step = tf.function(m.step); step(x)",
            "step = tf.function(m.step)",
        ],
    )
    def test_refuses(self, body: str) -> None:
        assert hoisted(f"for x in data:\n  {body}\n", "step = ") is None

    def test_refuses_a_function_that_closes_over_the_loop(self) -> None:
        text = "for x in data:\n  @tf.function\n  def f(y):\n    return x * y\n  f(1)\n"
        assert hoisted(text, "@tf.function") is None

    def test_refuses_what_stands_deeper(self) -> None:
        source = source_of("for x in data:\n  if x:\n    step = tf.function(g)\n  step(x)\n")
        loop = first(source, ast.For)
        assert hoist_out_of_loop(source, first(source, ast.Assign), loop) is None

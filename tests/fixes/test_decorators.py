from __future__ import annotations

import ast

import pytest

from flake8_hybridize.fixes.decorators import add_decorator, move_decorator_inside, remove_decorator
from flake8_hybridize.results import Applicability
from tests.fixes.support import applied, first, function_named, source_of

SAFE, UNSAFE = Applicability.SAFE, Applicability.UNSAFE
IMPORT = "import tensorflow as tf\n"


def added(text: str, name: str = "f", arguments: str = "") -> str:
    source = source_of(text)
    return applied(source, add_decorator(source, function_named(source, name), SAFE, arguments=arguments))


def not_added(text: str, name: str = "f") -> bool:
    source = source_of(text)
    return add_decorator(source, function_named(source, name), SAFE) is None


class TestAdd:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("def f(x):\n    pass\n", "@tf.function\ndef f(x):\n    pass\n"),
            ("def f(x): return x", "@tf.function\ndef f(x): return x"),
            ("class A:\n\tdef f(self):\n\t\tpass\n", "class A:\n\t@tf.function\n\tdef f(self):\n\t\tpass\n"),
            (
                "class A:\n  @staticmethod\n  def f(): pass\n",
                "class A:\n  @staticmethod\n  @tf.function\n  def f(): pass\n",
            ),
            (
                "class A:\n  @classmethod  # c\n  # d\n\n  def f(): pass\n",
                "class A:\n  @classmethod  # c\n  # d\n\n  @tf.function\n  def f(): pass\n",
            ),
            (
                "@a\n# why\n@b(1,\n   2)\ndef f(): pass\n",
                "@a\n# why\n@b(1,\n   2)\n@tf.function\ndef f(): pass\n",
            ),
            (
                "def g():\n  if 1:\n    def f(): pass\n",
                "def g():\n  if 1:\n    @tf.function\n    def f(): pass\n",
            ),
            ("x = 1; y = 2\ndef f(): pass\n", "x = 1; y = 2\n@tf.function\ndef f(): pass\n"),
            ("\x0cdef f(): pass\n", "\x0c@tf.function\ndef f(): pass\n"),
            ("if 1:\n  \x0c  def f(): pass\n", "if 1:\n  \x0c  @tf.function\n  def f(): pass\n"),
            ("def f():\r\n  pass\r\n", "@tf.function\r\ndef f():\r\n  pass\r\n"),
            ("x = 1\ndef f():\r  pass\r", "x = 1\n@tf.function\rdef f():\r  pass\r"),
        ],
    )
    def test_next_to_the_def(self, before: str, after: str) -> None:
        assert added(IMPORT + before) == IMPORT + after

    @pytest.mark.parametrize("name", ["tf.custom_gradient", "tf.autograph.experimental.do_not_convert"])
    def test_above_decorators_that_change_what_is_traced(self, name: str) -> None:
        before = IMPORT + f"@wrapped\n@{name}\n@other\ndef f(x): pass\n"
        assert added(before) == IMPORT + f"@wrapped\n@tf.function\n@{name}\n@other\ndef f(x): pass\n"

    def test_with_arguments(self) -> None:
        text = added(IMPORT + "def f(x): pass\n", arguments="reduce_retracing=True")
        assert text == IMPORT + "@tf.function(reduce_retracing=True)\ndef f(x): pass\n"

    def test_with_a_signature_in_the_modules_own_name_of_tensorflow(self) -> None:
        signature = "input_signature=[{tf}.TensorSpec([None], {tf}.float32)]"
        text = added("import tensorflow\ndef f(x): pass\n", arguments=signature)
        assert (
            "@tensorflow.function(input_signature=[tensorflow.TensorSpec([None], tensorflow.float32)])"
            in text
        )

    def test_with_a_signature_next_to_an_imported_function(self) -> None:
        before = "from tensorflow import function\ndef f(x): pass\n"
        expected = "from tensorflow import function\n@function(autograph={tf}.x)\ndef f(x): pass\n"
        text = added(before, arguments="autograph={tf}.x")
        assert text == "import tensorflow as tf\n" + expected.replace("{tf}", "tf")

    def test_says_what_it_does(self) -> None:
        source = source_of(IMPORT + "def f(x): pass\n")
        fix = add_decorator(source, function_named(source, "f"), UNSAFE, reason="because")
        assert fix is not None
        assert fix.description == "Decorate `f` with `@tf.function`"
        assert (fix.applicability, fix.reason) == (UNSAFE, "because")

    @pytest.mark.parametrize(
        "text",
        [
            "import typing\n@typing.overload\ndef f(x): ...\n",
            "import functools\ndef d(g):\n    @functools.wraps(g)\n    def f(x): pass\n    return f\n",
            "@contextlib.contextmanager\ndef f(x): yield\n",
            "\\\ndef f(x): pass\n",
            "def g(tf, tensorflow):\n  def f(x): pass\n",
        ],
    )
    def test_refuses(self, text: str) -> None:
        assert not_added(IMPORT + text)

    def test_refuses_async(self) -> None:
        source = source_of(IMPORT + "async def f(x): pass\n")
        assert add_decorator(source, first(source, ast.AsyncFunctionDef), SAFE) is None


def removed(text: str, name: str = "f", index: int = 0) -> str:
    source = source_of(text)
    function = function_named(source, name)
    return applied(source, remove_decorator(source, function, function.decorator_list[index], SAFE))


class TestRemove:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("@tf.function\ndef f(): pass\n", "def f(): pass\n"),
            ("@tf.function(\n  jit_compile=True,\n)\ndef f(): pass\n", "def f(): pass\n"),
            ("x = 1\n\t \n@ ( (tf.function) ) \t\ndef f(): pass", "x = 1\n\t \ndef f(): pass"),
            ("class A:\n  @tf.function\n  # c\n  def f(): pass\n", "class A:\n  # c\n  def f(): pass\n"),
            ("\x0c@tf.function\ndef f(): pass\n", "\x0cdef f(): pass\n"),
            ("@tf.function\r\ndef f(): pass\r\n", "def f(): pass\r\n"),
            ("@tf.function\rdef f(): pass\r", "def f(): pass\r"),
            ("é = 'é'\n@tf.function\n@b\ndef f(): 'é'\n", "é = 'é'\n@b\ndef f(): 'é'\n"),
        ],
    )
    def test_the_whole_line_goes(self, before: str, after: str) -> None:
        assert removed(before) == after

    def test_a_comment_on_its_line_makes_it_unsafe(self) -> None:
        source = source_of("@tf.function  # traced once\ndef f(): pass\n")
        function = function_named(source, "f")
        fix = remove_decorator(source, function, function.decorator_list[0], SAFE)
        assert fix is not None
        assert fix.applicability is UNSAFE
        assert applied(source, fix) == "def f(): pass\n"

    def test_a_comment_between_decorators_stays_and_does_not_matter(self) -> None:
        source = source_of("@tf.function\n# why b\n@b\ndef f(): pass\n")
        function = function_named(source, "f")
        fix = remove_decorator(source, function, function.decorator_list[0], SAFE)
        assert fix is not None
        assert fix.applicability is SAFE
        assert applied(source, fix) == "# why b\n@b\ndef f(): pass\n"

    @pytest.mark.parametrize(
        "text",
        [
            "@tf.function\ndef f(): pass\nf.get_concrete_function()\n",
            "@(  # c\n  tf.function)\ndef f(): pass\n",
            "@tf.function \\\n\ndef f(): pass\n",
        ],
    )
    def test_refuses(self, text: str) -> None:
        source = source_of(text)
        function = function_named(source, "f")
        assert remove_decorator(source, function, function.decorator_list[0], SAFE) is None

    def test_undoes_add(self) -> None:
        for text in ("def f(): pass\n", "class A:\n\t@x\n\tdef f(self): pass\r\n", "\x0cdef f(): pass"):
            source = source_of(IMPORT + text)
            again = source.with_text(
                applied(source, add_decorator(source, function_named(source, "f"), SAFE))
            )
            function = function_named(again, "f")
            fix = remove_decorator(again, function, function.decorator_list[-1], SAFE)
            assert applied(again, fix) == source.text


class TestMoveInside:
    def test_under_a_property(self) -> None:
        source = source_of("class A:\n  @tf.function(jit_compile=True)\n  @property\n  def f(self): pass\n")
        function = function_named(source, "f")
        fix = move_decorator_inside(source, function, function.decorator_list[0])
        assert applied(source, fix) == (
            "class A:\n  @property\n  @tf.function(jit_compile=True)\n  def f(self): pass\n"
        )
        assert fix is not None
        assert fix.applicability is SAFE

    def test_under_several(self) -> None:
        source = source_of("@a\n@tf.function\n@abc.abstractmethod\n@staticmethod\ndef f(self): pass\n")
        function = function_named(source, "f")
        fix = move_decorator_inside(source, function, function.decorator_list[1])
        assert (
            applied(source, fix)
            == "@a\n@abc.abstractmethod\n@staticmethod\n@tf.function\ndef f(self): pass\n"
        )

    @pytest.mark.parametrize("text", ["@tf.function  # c\n@property\n", "@tf.function\n@property  # c\n"])
    def test_comments_make_it_unsafe(self, text: str) -> None:
        source = source_of(f"{text}def f(self): pass\n")
        function = function_named(source, "f")
        fix = move_decorator_inside(source, function, function.decorator_list[0])
        assert fix is not None
        assert fix.applicability is UNSAFE

    def test_nothing_to_do_where_it_is_innermost(self) -> None:
        source = source_of("@property\n@tf.function\ndef f(self): pass\n")
        function = function_named(source, "f")
        assert move_decorator_inside(source, function, function.decorator_list[1]) is None

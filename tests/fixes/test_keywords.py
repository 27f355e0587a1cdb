from __future__ import annotations

import ast

import pytest

from flake8_hybridize.fixes.keywords import (
    add_keyword,
    drop_autograph_off,
    drop_jit_compile,
    drop_run_eagerly,
    modernise_keyword,
    name_positional,
    remove_keyword,
)
from flake8_hybridize.results import Applicability
from tests.fixes.support import applied, call_of, first, function_named, source_of

SAFE, UNSAFE = Applicability.SAFE, Applicability.UNSAFE
DEF = "\ndef f(x): pass\n"


class TestModernise:
    @pytest.mark.parametrize(
        ("before", "old", "after"),
        [
            ("@g(experimental_relax_shapes=True)", "experimental_relax_shapes", "@g(reduce_retracing=True)"),
            ("@g(a, experimental_compile = x,)", "experimental_compile", "@g(a, jit_compile = x,)"),
            ("@g(experimental_follow_type_hints=True)", "experimental_follow_type_hints", "@g"),
            ("@g(\n  experimental_follow_type_hints=True,\n)", "experimental_follow_type_hints", "@g"),
            ("@g(experimental_follow_type_hints=1, b=2)", "experimental_follow_type_hints", "@g(b=2)"),
            ("@g(a, experimental_follow_type_hints=(1),)", "experimental_follow_type_hints", "@g(a,)"),
        ],
    )
    def test_decorator(self, before: str, old: str, after: str) -> None:
        source = source_of(before + DEF)
        fix = modernise_keyword(source, call_of(source, "g"), old)
        assert applied(source, fix) == after + DEF
        assert fix is not None
        assert fix.applicability is SAFE

    def test_a_comment_elsewhere_in_the_call_does_not_matter(self) -> None:
        source = source_of("@g(  # é\n  experimental_compile=True,  # c\n)" + DEF)
        fix = modernise_keyword(source, call_of(source, "g"), "experimental_compile")
        assert fix is not None
        assert fix.applicability is SAFE
        assert "jit_compile=True,  # c\n)" in applied(source, fix)

    def test_deleting_a_comment_is_unsafe(self) -> None:
        source = source_of("@g(experimental_follow_type_hints=True,  # c\n  b=1)" + DEF)
        fix = modernise_keyword(source, call_of(source, "g"), "experimental_follow_type_hints")
        assert fix is not None
        assert fix.applicability is UNSAFE

    @pytest.mark.parametrize(
        "call",
        [
            "g(experimental_compile=True, jit_compile=True)",
            "g(experimental_compile=True, **options)",
            "g(jit_compile=True)",
        ],
    )
    def test_refuses(self, call: str) -> None:
        source = source_of(call)
        assert modernise_keyword(source, call_of(source, "g"), "experimental_compile") is None

    def test_a_current_argument_is_not_renamed(self) -> None:
        source = source_of("g(experimental_implements='x')")
        assert modernise_keyword(source, call_of(source, "g"), "experimental_implements") is None


class TestRemove:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("g(k=1)", "g()"),
            ("g( k=1 , )", "g()"),
            ("g(k=1, b=2)", "g(b=2)"),
            ("g(a, k=1)", "g(a)"),
            ("g(a, k=(1, 2), *c)", "g(a, *c)"),
            ("g((a), k=1,)", "g((a),)"),
            ("g(\n  a,\n  k=1,\n)", "g(\n  a,\n)"),
            ("g(\n  k=1,\n  b=2,\n)", "g(\n  b=2,\n)"),
            ("g(\n  a,  # a\n  k=1,  # k\n)", "g(\n  a,  # a\n)"),
            ("g(\n  k=1  # k\n  , b=2)", "g(\n  b=2)"),
            ("g(\n  a,\n  k=1  # k\n)", "g(\n  a,\n)"),
            ("g(\r\n  k=(1,\r\n  2),\r\n  b=2)", "g(\r\n  b=2)"),
            ("é.g(k='😀', b=2)", "é.g(b=2)"),
            ("g(**d, k=1)", "g(**d)"),
        ],
    )
    def test_with_its_comma(self, before: str, after: str) -> None:
        source = source_of(before + "\n")
        assert applied(source, remove_keyword(source, first(source, ast.Call), "k", SAFE)) == after + "\n"

    def test_is_none_where_it_is_missing(self) -> None:
        source = source_of("g(a)\n")
        assert remove_keyword(source, call_of(source, "g"), "k", SAFE) is None

    def test_the_ready_made_ones(self) -> None:
        source = source_of("model.compile('adam', run_eagerly=True)\n")
        fix = drop_run_eagerly(source, first(source, ast.Call))
        assert applied(source, fix) == "model.compile('adam')\n"
        assert fix is not None
        assert fix.applicability is UNSAFE
        source = source_of("@tf.function(autograph=False)" + DEF)
        fix = drop_autograph_off(source, first(source, ast.Call))
        assert applied(source, fix) == "@tf.function" + DEF
        assert fix is not None
        assert fix.applicability is SAFE
        source = source_of("f = tf.function(g, jit_compile=True)\n")
        fix = drop_jit_compile(source, first(source, ast.Call))
        assert applied(source, fix) == "f = tf.function(g)\n"
        assert fix is not None
        assert fix.applicability is UNSAFE


class TestAdd:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("@tf.function", "@tf.function(k=1)"),
            ("@function", "@function(k=1)"),
            ("@tf.function()", "@tf.function(k=1)"),
            ("@tf.function( )", "@tf.function(k=1 )"),
            ("@tf.function(a=1)", "@tf.function(a=1, k=1)"),
            ("@tf.function(a=(1),  # c\n)", "@tf.function(a=(1), k=1,  # c\n)"),
            ("@partial(tf.function, (b))", "@partial(tf.function, (b), k=1)"),
        ],
    )
    def test_after_the_last_argument(self, before: str, after: str) -> None:
        source = source_of(before + DEF)
        decorator = function_named(source, "f").decorator_list[0]
        assert applied(source, add_keyword(source, decorator, "k=1", SAFE)) == after + DEF

    def test_in_the_modules_own_name_of_tensorflow(self) -> None:
        source = source_of("from tensorflow import function\n\n\n@function" + DEF)
        decorator = function_named(source, "f").decorator_list[0]
        argument = "input_signature=[{tf}.TensorSpec([], {tf}.int32)]"
        assert applied(source, add_keyword(source, decorator, argument, UNSAFE)) == (
            "import tensorflow as tf\nfrom tensorflow import function\n\n\n"
            "@function(input_signature=[tf.TensorSpec([], tf.int32)])" + DEF
        )

    @pytest.mark.parametrize("decorator", ["@f(k=2)", "@f[0]"])
    def test_refuses(self, decorator: str) -> None:
        source = source_of(decorator + DEF)
        node = function_named(source, "f").decorator_list[0]
        assert add_keyword(source, node, "k=1", SAFE) is None


class TestNamePositional:
    def test_last_positional(self) -> None:
        source = source_of("y = tf.zeros_like(x, (tf.int32), name='z')\n")
        call = first(source, ast.Call)
        text = applied(source, name_positional(source, call, call.args[1], "dtype"))
        assert text == "y = tf.zeros_like(x, dtype=(tf.int32), name='z')\n"

    @pytest.mark.parametrize("text", ["f(a, b, c)\n", "f(a, b, dtype=1)\n"])
    def test_refuses(self, text: str) -> None:
        source = source_of(text)
        call = first(source, ast.Call)
        assert name_positional(source, call, call.args[1], "dtype") is None

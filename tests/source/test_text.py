"""Reading a file and writing it back: encodings, byte order marks, line breaks, clear refusals."""

from __future__ import annotations

import ast
import os
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flake8_hybridize.source.compact import compact
from flake8_hybridize.source.text import Source, UnreadableSource, mentions_tensorflow

ROUND_TRIPS = {
    "empty": b"",
    "no final newline": b"x = 1",
    "bom": b"\xef\xbb\xbfx = 1\n",
    "bom and coding line": b"\xef\xbb\xbf# coding: utf-8\nx = 1\n",
    "windows": b"x = 1\r\ny = 2\r\n",
    "mixed": b"x = 1\r\ny = 2\nz = 3\rw = 4\n",
    "latin-1": b"# -*- coding: latin-1 -*-\ns = '\xe9'\n",
    "shift_jis": "# coding: shift_jis\ns = 'こんにちは'\n".encode("shift_jis"),
    "form feed": b"x = 1\n\x0cy = 2\n",
    "blank head": b"\n\n# first\nx = 1\n",
    "tabs": b"if x:\n\ty = 1\n",
}


@pytest.mark.parametrize("data", ROUND_TRIPS.values(), ids=ROUND_TRIPS)
def test_unedited_text_encodes_to_the_bytes_read(data: bytes) -> None:
    source = Source.from_bytes(data, "a.py")
    assert source.encode(source.text) == data


@given(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")), st.booleans())
def test_every_utf8_text_survives(text: str, bom: bool) -> None:
    data = (b"\xef\xbb\xbf" if bom else b"") + b"#\n\n" + text.encode()
    source = Source.from_bytes(data, "a.py")
    assert source.encode(source.text) == data
    assert "".join(source.lines) == source.text


def test_line_breaks_are_kept_and_the_usual_one_is_named() -> None:
    source = Source.from_bytes(b"a = 1\r\nb = 2\nc = 3\r\n", "a.py")
    assert source.newline == "\r\n"
    assert source.lines == ("a = 1\r\n", "b = 2\n", "c = 3\r\n")
    assert Source.from_bytes(b"a = 1\rb = 2\r", "a.py").newline == "\r"


@pytest.mark.parametrize("data", ROUND_TRIPS.values(), ids=ROUND_TRIPS)
def test_tree_has_the_lines_of_the_bytes(data: bytes) -> None:
    text_tree, tree = Source.from_bytes(data, "a.py").tree(), compact(ast.parse(data))
    assert ast.dump(text_tree, include_attributes=True) == ast.dump(tree, include_attributes=True)


REFUSED = {
    "nul": (b"x = 1\ny = \0\n", 2, "contains NUL bytes"),
    "undecodable": (b"# one\nx = 1\ns = '\xe9'\n", 3, "is not valid utf-8: invalid continuation byte"),
    "unknown coding": (b"# coding: klingon\n", 1, "unknown encoding: klingon"),
    "coding that is no text": (b"# coding: rot13\n", 1, "'rot13' is not a text encoding"),
    "bom against coding": (b"\xef\xbb\xbf# coding: latin-1\n", 1, "encoding problem: utf-8"),
}


@pytest.mark.parametrize(("data", "line", "message"), REFUSED.values(), ids=REFUSED)
def test_undecodable_files_are_refused_with_place_and_reason(data: bytes, line: int, message: str) -> None:
    with pytest.raises(UnreadableSource) as caught:
        Source.from_bytes(data, "pkg/a.py")
    assert caught.value.line == line
    assert caught.value.message.startswith(message)
    assert str(caught.value).startswith(f"pkg/a.py:{line}: ")
    assert "\n" not in str(caught.value)


UNPARSABLE = {
    "syntax error": ("x = (\n", "does not parse: "),
    "python 2": ("x = 1\nprint 'a'\n", "does not parse: "),
    "deep expression": ("x = " + "(" * 5000 + "1" + ")" * 5000, "does not parse: "),
    "lone surrogate": ("x = '\ud800'\n", "does not parse: "),
}


@pytest.mark.parametrize(("text", "message"), UNPARSABLE.values(), ids=UNPARSABLE)
def test_unparsable_text_is_refused_in_one_line(text: str, message: str) -> None:
    with pytest.raises(UnreadableSource) as caught:
        Source("a.py", text).tree()
    assert caught.value.message.startswith(message)
    assert "\n" not in caught.value.message


def test_missing_and_unreadable_files(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="missing.py: cannot be read: No such file or directory"):
        Source.from_path(tmp_path / "missing.py")
    with pytest.raises(UnreadableSource, match="Is a directory"):
        Source.from_path(tmp_path)
    with pytest.raises(UnreadableSource, match="cannot be read: "):
        Source.from_path("a\0.py")


def test_invalid_escapes_warn_nobody(recwarn: pytest.WarningsRecorder) -> None:
    Source("a.py", r"x = '\d'").tree()
    assert not recwarn.list


def test_tree_of_flake8_is_used_and_stays_as_it_is() -> None:
    tree, again = ast.parse("x = y\n"), ast.parse("x = y\n")
    assert ast.unparse(Source.from_lines(["not parsed\n"], "a.py", tree).tree()) == "x = y"
    assert ast.dump(tree, include_attributes=True) == ast.dump(again, include_attributes=True)
    assert [type(node) for node in ast.walk(tree)] == [type(node) for node in ast.walk(again)]
    source = Source.from_lines(["\ufeffx = 1\n", "y = 2\n"], "a.py")
    assert source.text == "x = 1\ny = 2\n"
    assert source.tree() is source.tree()


def test_text_that_its_encoding_cannot_hold_is_refused() -> None:
    source = Source.from_bytes(b"# coding: latin-1\nx = 1\n", "a.py")
    with pytest.raises(
        UnreadableSource, match="a.py:3: a character cannot be written in this file's encoding"
    ):
        source.encode(source.text + "# ☃")
    inexact = Source.from_bytes(b"# coding: utf-7\nx = '+AGE-'\n", "a.py")
    with pytest.raises(UnreadableSource, match="does not allow a faithful rewrite"):
        inexact.encode(inexact.text)


def test_refusal_travels_between_processes() -> None:
    refusal = pickle.loads(pickle.dumps(UnreadableSource("a.py", 3, "contains NUL bytes")))
    assert (refusal.path, refusal.line, refusal.message) == ("a.py", 3, "contains NUL bytes")


MENTIONS = [
    "import tensorflow as tf\n",
    "from tf_keras import layers\n",
    "import keras\n",
    "import sonnet as snt\n",
    "from .common import *\nx = tf.zeros(1)\n",
]


@pytest.mark.parametrize("text", MENTIONS)
def test_marker_finds_every_form_of_tensorflow(text: str) -> None:
    assert mentions_tensorflow(text)
    assert mentions_tensorflow(text.encode())
    assert mentions_tensorflow(text.splitlines(keepends=True))


def test_marker_passes_other_files_over() -> None:
    other = Path(os.__file__).read_text(encoding="utf-8")
    assert not mentions_tensorflow(other)
    assert not mentions_tensorflow(other.encode())
    assert not mentions_tensorflow(other.splitlines(keepends=True))

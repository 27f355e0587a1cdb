from __future__ import annotations

import ast
from pathlib import Path

import pytest

import flake8_hybridize
from flake8_hybridize.fixes.syntax import (
    argument_nodes,
    arguments,
    comments_in,
    indentation,
    line_break,
    line_end,
    line_start,
    next_line,
    segment,
    span,
    trusted_span,
)
from flake8_hybridize.source.text import Source
from tests.fixes.support import first, source_of

OWN = sorted(Path(flake8_hybridize.__file__).parent.rglob("*.py"))


class TestLines:
    text = "ab\r\ncd\r\n\ref\n\x0cgh"

    @pytest.mark.parametrize(
        ("offset", "start", "end", "following"),
        [(1, 0, 2, 4), (4, 4, 6, 8), (9, 9, 11, 12), (14, 12, 15, 15)],
    )
    def test_bounds(self, offset: int, start: int, end: int, following: int) -> None:
        assert line_start(self.text, offset) == start
        assert line_end(self.text, offset) == end
        assert next_line(self.text, offset) == following

    @pytest.mark.parametrize(("offset", "expected"), [(1, "\r\n"), (8, "\r"), (10, "\n"), (14, "\r\n")])
    def test_line_break(self, offset: int, expected: str) -> None:
        assert line_break(Source("m.py", self.text, newline="\r\n"), offset) == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("x", ""),
            ("\n \tx", " \t"),
            ("\n  \x0c x", " "),
            ("a; x", None),
            ("a \\\n x", None),
            ("a \\\r\n x", None),
        ],
    )
    def test_indentation(self, text: str, expected: str | None) -> None:
        assert indentation(text, text.index("x")) == expected


class TestSpans:
    def test_characters_not_bytes(self) -> None:
        source = source_of("é = '😀'; f(é)\n")
        assert segment(source, first(source, ast.Call)) == "f(é)"

    def test_an_expression_in_an_f_string_is_found_or_refused(self) -> None:
        source = source_of('x = 1\ny = f"é{a} {max(b, c)}"\n')
        place = trusted_span(source, first(source, ast.Call))
        assert place is None or source.text[slice(*place)] == "max(b, c)"

    def test_several_lines(self) -> None:
        source = source_of("x = (a +\n  b)\n")
        value = first(source, ast.BinOp)
        assert trusted_span(source, value) == span(source, value) == (5, 12)


class TestComments:
    @pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
    def test_by_any_line_break(self, newline: str) -> None:
        text = f"x = '#'  # é{newline}y = [  # in{newline}]{newline}"
        second = text.index("y")
        assert comments_in(text, [(0, second)])
        assert not comments_in(text, [(0, 7)])
        assert comments_in(text, [(second, len(text))])
        assert not comments_in(text, [(second, second + 5), (len(text), len(text))])


def test_a_bare_generator_has_no_arguments_to_edit() -> None:
    source = source_of("f(x for x in y)\n")
    assert arguments(source, first(source, ast.Call)) is None


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_both_parsers_agree_on_calls_and_arguments(path: Path) -> None:
    """ast-grep finds each call where `ast` does, with the same arguments inside the same brackets."""
    source = Source.from_path(path)
    for call in [node for node in ast.walk(source.tree()) if isinstance(node, ast.Call)]:
        if trusted_span(source, call) is None or any(isinstance(a, ast.GeneratorExp) for a in call.args):
            continue
        found = arguments(source, call)
        assert found is not None, (path, call.lineno)
        for place, node in zip(found.spans, argument_nodes(call), strict=True):
            start, end = span(source, node)
            assert place[0] <= start
            assert end <= place[1]
            assert source.text[place[0] : start].strip("( \t\r\n") == ""
            assert source.text[end : place[1]].strip(") \t\r\n,") == ""

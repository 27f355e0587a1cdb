"""Every place in a text is the same place in bytes, characters, UTF-16 units and offsets."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flake8_hybridize.source.positions import Positions, split_lines
from flake8_hybridize.source.text import Source

MIXED = "s = '😀'; tail\r\né = 1\ncombiné\u0301 = 2\rx = '\u2028'\n\x0cy = 3"


def test_split_counts_lines_as_python_does() -> None:
    lines = split_lines(MIXED)
    assert lines == ["s = '😀'; tail\r\n", "é = 1\n", "combiné\u0301 = 2\r", "x = '\u2028'\n", "\x0cy = 3"]
    assert ast.parse(MIXED).body[-1].lineno == len(lines)


def test_columns_after_an_astral_character() -> None:
    positions = Source("a.py", MIXED).positions
    statement = ast.parse(MIXED).body[1]
    assert statement.col_offset == 12
    assert positions.character_column(1, 12) == 9
    assert positions.utf16_column(1, 9) == 10
    assert positions.from_utf16(1, 10) == 9
    assert positions.byte_column(1, 9) == 12
    assert positions.offset(1, 12) == MIXED.index("tail")


@pytest.mark.parametrize("name", ["tail", "é", "x", "y"])
def test_ast_places_are_the_names_in_the_text(name: str) -> None:
    positions = Source("a.py", MIXED).positions
    node = next(n for n in ast.walk(ast.parse(MIXED)) if isinstance(n, ast.Name) and n.id == name)
    start = positions.offset(node.lineno, node.col_offset)
    end = positions.offset(node.end_lineno or 0, node.end_col_offset or 0)
    assert MIXED[start:end] == name
    assert positions.place(start) == (node.lineno, positions.character_column(node.lineno, node.col_offset))


@given(st.text(st.characters(blacklist_categories=["Cs"])), st.data())
def test_units_translate_back_and_forth(text: str, data: st.DataObject) -> None:
    positions = Positions(split_lines(text))
    offset = data.draw(st.integers(0, len(text)))
    line, column = positions.place(offset)
    assert positions.offset(line, positions.byte_column(line, column)) == offset
    assert positions.from_utf16(line, positions.utf16_column(line, column)) == column


def test_places_outside_the_text_are_moved_into_it() -> None:
    positions = Positions(split_lines("é = 1\nx\n"))
    assert positions.character_column(1, 99) == 6
    assert positions.character_column(9, 5) == 0
    assert positions.offset(9, 0) == len("é = 1\nx\n")
    assert positions.offset(0, 0) == 0
    assert positions.from_utf16(2, 50) == 2
    assert Positions([]).place(0) == (1, 0)
    assert Positions(["ab\n", "cd"]).place(5) == (2, 2)
    assert Positions(["ab\n"]).place(3) == (2, 0)

"""Places in a text, in the four units that Python tools use.

`ast` counts UTF-8 bytes, people and reports count characters, the language server counts UTF-16
units, edits count characters from the start of the text. Lines are 1-based, columns and offsets
0-based throughout this module. Columns beyond a line are moved to its end, never refused:
`ast` itself gives such columns for expressions inside f-strings before Python 3.12.
"""

from __future__ import annotations

import ast
import bisect
import io
from collections.abc import Iterable
from itertools import accumulate
from typing import TypeAlias

Node: TypeAlias = ast.AST


def split_lines(text: str) -> list[str]:
    r"""The lines of `text` as Python's tokenizer counts them, each with its line break.

    Breaks are `\n`, `\r\n` and a lone `\r`; form feeds and the Unicode separators of
    `str.splitlines` are not.
    """
    return io.StringIO(text, newline="").readlines()


class Positions:
    """Translates places of one text between bytes, characters, UTF-16 units and offsets."""

    __slots__ = ("_starts", "lines")

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines: tuple[str, ...] = tuple(lines)
        self._starts = list(accumulate(map(len, self.lines), initial=0))

    def _line(self, line: int) -> str:
        return self.lines[line - 1] if 0 < line <= len(self.lines) else ""

    def character_column(self, line: int, byte_column: int) -> int:
        """The column in characters of an `ast` column."""
        text = self._line(line)
        if text.isascii():
            return min(byte_column, len(text))
        return len(text.encode("utf-8", "surrogatepass")[:byte_column].decode("utf-8", "ignore"))

    def byte_column(self, line: int, character_column: int) -> int:
        """The `ast` column of a column in characters."""
        head = self._line(line)[:character_column]
        return len(head) if head.isascii() else len(head.encode("utf-8", "surrogatepass"))

    def utf16_column(self, line: int, character_column: int) -> int:
        """The column in UTF-16 units of a column in characters."""
        head = self._line(line)[:character_column]
        return len(head) if head.isascii() else len(head.encode("utf-16-le", "surrogatepass")) // 2

    def from_utf16(self, line: int, utf16_column: int) -> int:
        """The column in characters of a column in UTF-16 units."""
        text = self._line(line)
        if text.isascii():
            return min(utf16_column, len(text))
        units = text.encode("utf-16-le", "surrogatepass")[: 2 * utf16_column]
        return len(units.decode("utf-16-le", "ignore"))

    def offset(self, line: int, byte_column: int) -> int:
        """Characters before an `ast` place, from the start of the text."""
        start = self._starts[min(max(line - 1, 0), len(self.lines))]
        return start + self.character_column(line, byte_column)

    def span(self, node: Node) -> tuple[int, int, int, int]:
        """First line and column and last line and column of a node; of several lines, the first one only."""
        line, column = node.lineno, node.col_offset  # type: ignore[attr-defined]
        end_line = getattr(node, "end_lineno", None) or line
        end_column = getattr(node, "end_col_offset", None) or column
        if end_line > line:
            end_line, end_column = line, len(self._line(line).rstrip("\r\n").encode("utf-8", "surrogatepass"))
        return (
            line,
            self.character_column(line, column),
            end_line,
            self.character_column(end_line, end_column),
        )

    def place(self, offset: int) -> tuple[int, int]:
        """The line and the column in characters of an offset; the end of a text without a last line break is in its last line."""
        index = max(bisect.bisect_right(self._starts, offset) - 1, 0)
        if index and index == len(self.lines) and not self.lines[-1].endswith(("\n", "\r")):
            index -= 1
        return index + 1, offset - self._starts[index]

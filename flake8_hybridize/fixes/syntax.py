"""Where the pieces of the concrete syntax are: spans of nodes, lines, comments, arguments.

Spans are pairs of character offsets. `ast` says what a node is; ast-grep, imported on first need,
says where comments, brackets and commas are, which `ast` does not keep.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from flake8_hybridize.source.compact import compact
from flake8_hybridize.source.text import Source

if TYPE_CHECKING:
    from ast_grep_py import SgNode, SgRoot

Span: TypeAlias = tuple[int, int]

_LONE_CR = re.compile(r"\r(?!\n)")


def span(source: Source, node: ast.expr | ast.stmt | ast.keyword) -> Span:
    """Start and end of a node, without the brackets around it and without decorators."""
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    offset = source.positions.offset
    return offset(node.lineno, node.col_offset), offset(node.end_lineno, node.end_col_offset)


def segment(source: Source, node: ast.expr | ast.stmt | ast.keyword) -> str:
    """The text of a node as it is in the file."""
    start, end = span(source, node)
    return source.text[start:end]


def trusted_span(source: Source, node: ast.expr) -> Span | None:
    """The span of an expression, or None where `ast` misplaces it (inside f-strings before 3.12)."""
    start, end = span(source, node)
    try:
        again = compact(ast.parse(f"({source.text[start:end]}\n)", mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return (start, end) if ast.dump(again) == ast.dump(node) else None


def line_start(text: str, offset: int) -> int:
    """Offset of the first character of the line that `offset` is in."""
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def line_end(text: str, offset: int) -> int:
    """Offset of the line break (or of the end of the text) at or after `offset`."""
    found = re.compile(r"[\r\n]").search(text, offset)
    return found.start() if found else len(text)


def next_line(text: str, offset: int) -> int:
    """Offset of the first character of the line after the one that `offset` is in."""
    end = line_end(text, offset)
    return end + (2 if text.startswith("\r\n", end) else 1 if end < len(text) else 0)


def line_break(source: Source, offset: int) -> str:
    """The line break of the line that `offset` is in; the file's usual one where it has none."""
    end = line_end(source.text, offset)
    return source.text[end : next_line(source.text, end)] or source.newline


def indentation(text: str, offset: int) -> str | None:
    """The white space before `offset` on its line, after a form feed if there is one.

    None if anything else stands there, or if the line continues the one before.
    """
    start = line_start(text, offset)
    prefix = text[start:offset]
    if prefix.strip(" \t\f") or text[max(0, start - 3) : start].rstrip("\r\n").endswith("\\"):
        return None
    return prefix.rpartition("\f")[2]


@lru_cache(maxsize=2)
def _root(text: str) -> SgRoot:
    from ast_grep_py import SgRoot

    return SgRoot(_LONE_CR.sub("\n", text), "python")


@lru_cache(maxsize=16)
def _nodes(text: str, kind: str) -> dict[Span, SgNode]:
    return {node_span(node): node for node in _root(text).root().find_all(kind=kind)}


def node_span(node: SgNode) -> Span:
    """The span of an ast-grep node (`range()` costs the length of the line, `replace` does not)."""
    edit = node.replace("")
    return edit.start_pos, edit.end_pos


def concrete(text: str, kind: str, at: Span) -> SgNode | None:
    """The ast-grep node of this kind that spans exactly `at`."""
    return _nodes(text, kind).get(at)


def comments_in(text: str, ranges: Iterable[Span]) -> bool:
    """Whether a comment starts in one of the ranges."""
    suspects = [(start, end) for start, end in ranges if "#" in text[start:end]]
    return any(start <= comment < end for start, end in suspects for comment, _ in _nodes(text, "comment"))


@dataclass(frozen=True, slots=True)
class Arguments:
    """The brackets of a call and the spans of its arguments, in the order of the text."""

    opened: int
    closed: int
    spans: tuple[Span, ...]


def arguments(source: Source, call: ast.Call) -> Arguments | None:
    """The arguments of a call with the brackets around each; None for a bare generator expression."""
    node = concrete(source.text, "call", span(source, call))
    children = node.field("arguments") if node is not None else None
    if children is None or children.kind() != "argument_list":
        return None
    spans = tuple(
        node_span(child) for child in children.children() if child.is_named() and child.kind() != "comment"
    )
    if len(spans) != len(call.args) + len(call.keywords):
        return None
    start, end = node_span(children)
    return Arguments(start + 1, end - 1, spans)


def argument_nodes(call: ast.Call) -> list[ast.expr | ast.keyword]:
    """Positional and keyword arguments in the order of the text."""
    nodes: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
    return sorted(nodes, key=lambda node: (node.lineno, node.col_offset))


def argument_span(source: Source, call: ast.Call, argument: ast.expr | ast.keyword) -> Span | None:
    """The span of one argument with the brackets around it."""
    found = arguments(source, call)
    return found.spans[argument_nodes(call).index(argument)] if found else None

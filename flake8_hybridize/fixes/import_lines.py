"""Whole import lines: where a new one belongs, and which one nothing uses any more."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Sequence
from itertools import takewhile
from pathlib import PurePath

from flake8_hybridize.fixes.scopes import bindings, names_read
from flake8_hybridize.fixes.syntax import line_break, line_end, line_start, next_line, segment, span
from flake8_hybridize.results import Edit
from flake8_hybridize.source.text import Source

Import = ast.Import | ast.ImportFrom
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_THIRD_PARTY, _STANDARD, _LOCAL = "third-party", "standard", "local"
_REMOVABLE = frozenset({("tensorflow", None), ("tensorflow", "function")})


def insert_import(source: Source, statement: str, anchor: ast.stmt) -> Edit | None:
    """The edit that adds an import of a third-party module above the top-level statement `anchor`.

    It joins the imports already there, in their order; else it follows the docstring and the
    `__future__` imports; else it comes before the first statement.
    """
    body = source.tree().body
    before = body[: body.index(anchor)]
    head = _head(body)
    leading = takewhile(lambda node: not isinstance(node, _DEFINITIONS), before[head:])
    imports = [node for node in leading if isinstance(node, ast.Import | ast.ImportFrom)]
    if imports:
        return _among(source, statement, imports)
    if head:
        return _after(source, body[head - 1], statement, gap=True)
    return _at_top(source, statement, body[0])


def _head(body: Sequence[ast.stmt]) -> int:
    """How many statements a module starts with that must stay first."""
    count = int(bool(body) and _is_docstring(body[0]))
    while count < len(body) and _is_future(body[count]):
        count += 1
    return count


def _is_docstring(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.level == 0 and node.module == "__future__"


def _among(source: Source, statement: str, imports: Sequence[Import]) -> Edit | None:
    kinds = [_kind(node) for node in imports]
    if _THIRD_PARTY in kinds:
        first = kinds.index(_THIRD_PARTY)
        group = [node for node in imports[first:] if _kind(node) == _THIRD_PARTY]
        plain = [node for node in group if isinstance(node, ast.Import)]
        earlier = [node for node in plain if node.names[0].name.lower() < "tensorflow"]
        if earlier:
            return _after(source, earlier[-1], statement)
        return _before(source, (plain or group)[0], statement)
    if _STANDARD in kinds:
        last = len(kinds) - 1 - kinds[::-1].index(_STANDARD)
        return _after(source, imports[last], statement, gap=True)
    return _before(source, imports[0], statement, gap=True)


def _kind(node: Import) -> str:
    if isinstance(node, ast.ImportFrom) and node.level:
        return _LOCAL
    name = (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name
    return _STANDARD if name.partition(".")[0] in sys.stdlib_module_names else _THIRD_PARTY


def _after(source: Source, node: ast.stmt, statement: str, *, gap: bool = False) -> Edit | None:
    """Insert below the line that `node` ends on, and below what else stands on that line."""
    text, newline = source.text, line_break(source, span(source, node)[1])
    place = next_line(text, span(source, _last_on_line(source, node))[1])
    lead = newline if gap else ""
    follows = gap and not _blank(text, place)
    return Edit(place, place, f"{lead}{statement}{newline}{newline if follows else ''}")


def _before(source: Source, node: ast.stmt, statement: str, *, gap: bool = False) -> Edit | None:
    place = line_start(source.text, span(source, node)[0])
    if source.text[place : span(source, node)[0]].strip():
        return _after(source, node, statement)
    newline = line_break(source, place)
    return Edit(place, place, f"{statement}{newline}{newline if gap else ''}")


def _last_on_line(source: Source, node: ast.stmt) -> ast.stmt:
    body = source.tree().body
    for following in body[body.index(node) + 1 :]:
        if following.lineno != node.end_lineno:
            break
        node = following
    return node


def _at_top(source: Source, statement: str, first: ast.stmt) -> Edit | None:
    """Insert above the first statement and the comment on it, but below a comment that heads the file."""
    decorators: list[ast.expr] = getattr(first, "decorator_list", [])
    line = min([first.lineno, *(node.lineno for node in decorators)])
    top = line
    while top > 1 and source.lines[top - 2].lstrip(" \t\f").startswith("#"):
        top -= 1
    headed = top == 1 and line > 1
    place = source.positions.offset(line if headed else top, 0)
    newline = line_break(source, place)
    lead = newline if headed else ""
    gap = newline * (2 if isinstance(first, _DEFINITIONS) else 1)
    return Edit(place, place, f"{lead}{statement}{newline}{gap}")


def _blank(text: str, offset: int) -> bool:
    return not text[offset : line_end(text, offset)].strip()


def unused_imports(source: Source, after: ast.Module) -> list[Edit]:
    """Removals of TensorFlow imports that are used in `source` and nowhere in the tree `after`.

    An import stays if anything else may want it: a package's `__init__.py`, `__all__`, a redundant
    alias, a string, a comment on its line, a second name in the statement.
    """
    tree = source.tree()
    if PurePath(source.path).name == "__init__.py":
        return []
    edits = []
    for node in tree.body:
        name = _removable(node)
        if name is None or bindings(tree)[name] != [node] or name not in names_read(tree):
            continue
        if name not in names_read(after) and not _mentioned(source, after, name):
            edits += _removal(source, node)
    return edits


def _removable(node: ast.stmt) -> str | None:
    """The name bound by `import tensorflow as tf` or `from tensorflow import function`."""
    if not isinstance(node, ast.Import | ast.ImportFrom) or len(node.names) != 1:
        return None
    alias = node.names[0]
    what = (alias.name, None) if isinstance(node, ast.Import) else (node.module, alias.name)
    level = node.level if isinstance(node, ast.ImportFrom) else 0
    return (
        (alias.asname or alias.name)
        if what in _REMOVABLE and not level and alias.asname != alias.name
        else None
    )


def _mentioned(source: Source, tree: ast.Module, name: str) -> bool:
    """Whether a type comment or a string has the name: `__all__`, a quoted annotation, a doctest."""
    word = re.compile(rf"\b{re.escape(name)}\b")
    return bool(re.search(rf"#\s*type:[^\r\n]*{word.pattern}", source.text)) or any(
        isinstance(node, ast.Constant) and isinstance(node.value, str) and word.search(node.value)
        for node in ast.walk(tree)
    )


def _removal(source: Source, node: ast.stmt) -> list[Edit]:
    """Remove the import's lines, and the blank lines above it where blank lines follow as well."""
    text = source.text
    start = line_start(text, span(source, node)[0])
    end = next_line(text, span(source, node)[1])
    if text[start:end].strip() != segment(source, node):
        return []
    above = len(text[:start].rstrip(" \t\r\n"))
    if end == len(text) or _blank(text, end):
        start = next_line(text, above) if above else start
    if not above:
        start, end = 0, end + len(text[end:]) - len(text[end:].lstrip("\r\n"))
    return [Edit(start, end, "")]

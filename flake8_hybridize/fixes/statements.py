"""Removes whole statements."""

from __future__ import annotations

import ast
import re

from flake8_hybridize.fixes.edits import make_fix
from flake8_hybridize.fixes.scopes import block_of
from flake8_hybridize.fixes.syntax import indentation, line_start, span
from flake8_hybridize.results import Applicability, Edit, Fix
from flake8_hybridize.source.text import Source

_COMMENT = re.compile(r"[ \t\f]*#[^\r\n]*")
_REST_OF_LINE = re.compile(r"[ \t\f]*(?:;[ \t\f]*)?(?:#[^\r\n]*)?(?:\r\n|\r|\n|\Z)")


def remove_statement(
    source: Source, statement: ast.stmt, applicability: Applicability, description: str, *, reason: str = ""
) -> Fix | None:
    """Remove a simple statement; `pass` takes its place where the block would be empty."""
    block = block_of(source.tree(), statement)
    edit = _removal(source, block, statement) if block is not None else None
    return make_fix(source, [edit], applicability, description, reason) if edit else None


def drop_eager_switch(source: Source, statement: ast.stmt) -> Fix | None:
    """Remove `tf.config.run_functions_eagerly(True)` or `enable_debug_mode()` (HYB105)."""
    reason = "every tf.function is traced from now on; Python code in them that relied on eager mode may fail"
    description = "Remove the switch that runs every tf.function eagerly"
    return remove_statement(source, statement, Applicability.UNSAFE, description, reason=reason)


def _removal(source: Source, block: list[ast.stmt], statement: ast.stmt) -> Edit | None:
    start, end = span(source, statement)
    if len(block) == 1:
        comment = _COMMENT.match(source.text, end)
        return Edit(start, comment.end() if comment else end, "pass")
    index = block.index(statement)
    if index + 1 < len(block) and block[index + 1].lineno == statement.end_lineno:
        return Edit(start, span(source, block[index + 1])[0], "")
    if index and block[index - 1].end_lineno == statement.lineno:
        return Edit(span(source, block[index - 1])[1], end, "")
    rest = _REST_OF_LINE.match(source.text, end)
    if indentation(source.text, start) is None or rest is None:
        return None
    return Edit(max(line_start(source.text, start), source.text.rfind("\f", 0, start) + 1), rest.end(), "")

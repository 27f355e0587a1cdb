"""Removes whole statements and moves them out of loops."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from flake8_hybridize.fixes.edits import make_fix
from flake8_hybridize.fixes.scopes import bindings, binds, block_of, enclosing_scopes
from flake8_hybridize.fixes.syntax import Span, indentation, line_start, next_line, span
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


def hoist_out_of_loop(source: Source, statement: ast.stmt, loop: ast.For | ast.While) -> Fix | None:
    """Move a `tf.function` made in each round of a loop above it (HYB303).

    `statement` is a decorated `def` or `name = tf.function(...)`, directly in the loop's body.
    None if it reads anything that the loop binds, or if its name is bound a second time.
    """
    name = _defined(statement)
    taken = _lines(source, statement)
    target = indentation(source.text, span(source, loop)[0])
    own = indentation(source.text, span(source, statement)[0])
    if name is None or taken is None or target is None or own is None or len(loop.body) < 2:
        return None
    if statement not in loop.body or _depends(source, statement, name, loop):
        return None
    text = _dedented(source, statement, taken, own, target)
    place = line_start(source.text, span(source, loop)[0])
    if text is None:
        return None
    edits = [Edit(place, place, text), Edit(*taken, "")]
    reason = "the function is made once: what it closes over is read when the loop starts"
    description = f"Make `{name}` once, before the loop"
    return make_fix(source, edits, Applicability.UNSAFE, description, reason)


def _defined(statement: ast.stmt) -> str | None:
    if isinstance(statement, ast.FunctionDef):
        return statement.name
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
        return target.id if isinstance(target, ast.Name) else None
    return None


def _lines(source: Source, statement: ast.stmt) -> Span | None:
    """The whole lines of a statement, if nothing else stands on them."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(node.lineno for node in decorators)])
    start, end = source.positions.offset(first, 0), span(source, statement)[1]
    rest = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)").match(source.text, end)
    return (start, rest.end()) if rest else None


def _depends(source: Source, statement: ast.stmt, name: str, loop: ast.For | ast.While) -> bool:
    """Whether the statement reads what the loop changes, or its name has another meaning as well."""
    inside = set(ast.walk(statement))
    if any(isinstance(node, ast.Nonlocal | ast.Global) for node in inside):
        return True
    scope = enclosing_scopes(source.tree(), statement)[0]
    if any(node not in inside for node in bindings(scope).get(name, [])):
        return True
    around = [node for node in ast.walk(loop) if node not in inside]
    changed = {bound for node in around for bound, _ in binds(node)}
    own = set(bindings(statement)) if isinstance(statement, ast.FunctionDef) else {name}
    read = {node.id for node in inside if isinstance(node, ast.Name)} - own
    return bool(read & changed) or bool(_attributes(inside) & _attributes(around, stored=True))


def _attributes(nodes: Iterable[ast.AST], *, stored: bool = False) -> set[str]:
    return {
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute) and (not stored or not isinstance(node.ctx, ast.Load))
    }


def _dedented(source: Source, statement: ast.stmt, taken: Span, own: str, target: str) -> str | None:
    """The statement's lines at the loop's indentation; None if a string or a `\\` spans lines."""
    if not own.startswith(target) or any(_multiline_string(node) for node in ast.walk(statement)):
        return None
    lines = []
    start = taken[0]
    while start < taken[1]:
        line = source.text[start : next_line(source.text, start)]
        if line.strip() and not line.startswith(own):
            return None
        if line.rstrip("\r\n").endswith("\\"):
            return None
        lines.append(target + line[len(own) :] if line.strip() else line)
        start += len(line)
    return "".join(lines)


def _multiline_string(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant | ast.JoinedStr) and node.lineno != node.end_lineno

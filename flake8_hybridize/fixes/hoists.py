"""Makes a `tf.function` once: before the loop that makes it again and again, or at module level (HYB303)."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Iterator

from flake8_hybridize.fixes.edits import make_fix
from flake8_hybridize.fixes.scopes import bindings, binds, enclosing_scopes, parents, statement_of
from flake8_hybridize.fixes.syntax import (
    Span,
    indentation,
    line_break,
    line_start,
    next_line,
    segment,
    span,
    trusted_span,
)
from flake8_hybridize.results import Applicability, Edit, Fix
from flake8_hybridize.source.text import Source

_REASON = "the function is made once: what it closes over is read when it is traced for the first time"
_LOOPS = (ast.For, ast.While)


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


def _depends(source: Source, statement: ast.stmt, name: str, loop: ast.stmt) -> bool:
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


def hoist_out_of_function(source: Source, statement: ast.stmt, function: ast.FunctionDef) -> Fix | None:
    """Move a `tf.function` made on each call of a function of the module above that function.

    None if it reads anything of the function, anything that is bound later than the function, or if
    its name means something else in the module.
    """
    name, taken = _defined(statement), _lines(source, statement)
    own = indentation(source.text, span(source, statement)[0])
    if name is None or taken is None or own is None or len(function.body) < 2:
        return None
    if statement not in function.body or not _is_free(source, statement, name, function):
        return None
    text = _dedented(source, statement, taken, own, "")
    place = _above(source, function)
    if text is None or place is None:
        return None
    end = taken[1]
    while statement is function.body[0] and not source.text[end : next_line(source.text, end)].strip():
        end = next_line(source.text, end)
    gap = line_break(source, place) * 2
    edits = [Edit(place, place, text + gap), Edit(taken[0], end, "")]
    return make_fix(source, edits, Applicability.UNSAFE, f"Make `{name}` once, at module level", _REASON)


def name_called_at_once(source: Source, wrapped: ast.Call) -> Fix | None:
    """Give `tf.function(f)` in `tf.function(f)(x)` a name, before the loop or the function that it is in."""
    parent = parents(source.tree()).get(wrapped)
    place = _outside(source, wrapped)
    if not isinstance(parent, ast.Call) or parent.func is not wrapped or place is None:
        return None
    around, offset = place
    target = wrapped.args[0] if len(wrapped.args) == 1 else None
    if not isinstance(target, ast.Name) or any(
        not isinstance(k.value, ast.Constant) for k in wrapped.keywords
    ):
        return None
    name, where = f"compiled_{target.id.lstrip('_')}", trusted_span(source, wrapped)
    if where is None or name in _names(ast.walk(source.tree())) or _changes(source, wrapped, around):
        return None
    indent = indentation(source.text, span(source, around)[0]) if isinstance(around, _LOOPS) else ""
    lines = line_break(source, offset) * (1 if isinstance(around, _LOOPS) else 3)
    if indent is None:
        return None
    edits = [Edit(offset, offset, f"{indent}{name} = {segment(source, wrapped)}{lines}"), Edit(*where, name)]
    return make_fix(source, edits, Applicability.UNSAFE, f"Make `{name}` once", _REASON)


def _outside(source: Source, node: ast.AST) -> tuple[ast.For | ast.While | ast.FunctionDef, int] | None:
    """The outermost loop around the node in its function, or else the function, and the place before it."""
    found: ast.For | ast.While | None = None
    up = parents(source.tree())
    while (node := up.get(node, source.tree())) is not source.tree():
        if isinstance(node, _LOOPS):
            found = node
        elif isinstance(node, ast.FunctionDef) and found is None:
            place = _above(source, node) if up.get(node) is source.tree() else None
            return (node, place) if place is not None else None
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            break
    return (found, line_start(source.text, span(source, found)[0])) if found is not None else None


def _changes(source: Source, wrapped: ast.Call, around: ast.For | ast.While | ast.FunctionDef) -> bool:
    """Whether what is wrapped is bound by what the new name is to stand before."""
    read = _names(ast.walk(wrapped))
    if isinstance(around, ast.FunctionDef):
        return not _known_before(source, read, around) or bool(read & set(bindings(around)))
    bound = {node.id for node in ast.walk(around) if isinstance(node, ast.Name) and not _is_load(node)}
    return bool(read & bound)


def _is_load(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Load)


def _names(nodes: Iterable[ast.AST]) -> set[str]:
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def _is_free(source: Source, statement: ast.stmt, name: str, function: ast.FunctionDef) -> bool:
    """Whether the statement may stand at module level as it is."""
    inside, tree = set(ast.walk(statement)), source.tree()
    if parents(tree).get(function) is not tree or _depends(source, statement, name, function):
        return False
    elsewhere = set(ast.walk(tree)) - set(ast.walk(function))
    if name in _names(elsewhere) or name in bindings(tree):
        return False
    own = set(bindings(statement)) if isinstance(statement, ast.FunctionDef) else set()
    read = _names(inside) - own - {name}
    return not read & set(bindings(function)) and _known_before(
        source, _names(_run_at_once(statement)) - {name}, function
    )


def _run_at_once(statement: ast.stmt) -> Iterator[ast.AST]:
    """What is evaluated where the function is made: decorators, defaults, annotations, not the body."""
    roots: list[ast.AST] = [statement]
    if isinstance(statement, ast.FunctionDef):
        roots = [
            *statement.decorator_list,
            statement.args,
            *([statement.returns] if statement.returns else []),
        ]
    while roots:
        node = roots.pop()
        yield node
        roots += [node.args] if isinstance(node, ast.Lambda) else ast.iter_child_nodes(node)


def _known_before(source: Source, names: set[str], function: ast.FunctionDef) -> bool:
    """Whether the module binds all the names above the function."""
    bound = bindings(source.tree())
    first = min([function.lineno, *(node.lineno for node in function.decorator_list)])
    for name in names:
        places = [getattr(node, "lineno", first) for node in bound.get(name, ())]
        if any(line >= first for line in places) or (not places and not hasattr(builtins, name)):
            return False
    return True


def _above(source: Source, function: ast.FunctionDef) -> int | None:
    """The start of the function's first line, decorators and comments right above included."""
    first = min([function.lineno, *(node.lineno for node in function.decorator_list)])
    if statement_of(source.tree(), function) is not function or function.col_offset:
        return None
    while first > 1 and source.lines[first - 2].startswith("#"):
        first -= 1
    return source.positions.offset(first, 0)

"""Statements in the midst of a gradient step that only tell of its results, and can stay in the loop behind it.

`print(loss.numpy())` between the loss and its gradients is the same after the update, as long as it reads neither
what the update changes nor a name that the step binds again.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from flake8_hybridize.hazards.body import Body
from flake8_hybridize.source.tree import children, walk
from flake8_hybridize.tensors.observations import Augmented, Call
from flake8_hybridize.tensors.values import ARRAY, CONTAINER, NUMBER

Lines: TypeAlias = "tuple[int, int]"
_TELLING = ("print", "log", "summary")
_FILLING = ("append", "extend")
_LISTS = frozenset(("trainable_variables", "trainable_weights", "variables", "weights"))
_UPDATES = frozenset(
    ("apply_gradients", "minimize", "apply", "assign", "assign_sub", "assign_add", "update_state")
)
_BLOCKS = (ast.If, ast.For, ast.With)


def asides(body: Body, first: int, last: int) -> tuple[Lines, ...]:
    """First and last line of each such statement on the lines `first` to `last` of a body."""
    root = body.module.tree if body.function is None else body.function.node
    seen: dict[ast.AST, Call | Augmented] = {call.node: call for call in body.seen(Call)}
    seen.update((total.node, total) for total in body.seen(Augmented))
    inside = [node for node in walk(root) if first <= getattr(node, "lineno", 0) <= last]
    changed = set(_changed(inside))
    found: list[Lines] = []
    for node in _statements(inside):
        if not _tells(node, seen):
            continue
        lines = node.lineno, node.end_lineno or node.lineno
        later = {n.id for n in _stored(inside) if n.lineno > lines[1]}
        elsewhere = {n.id for n in _names(inside) if not lines[0] <= n.lineno <= lines[1]}
        if not ((changed | later) & {n.id for n in _names(walk(node))} or elsewhere & _filled(node)):
            found.append(lines)
    return tuple(_joined(found))


def _joined(found: list[Lines]) -> list[Lines]:
    """The same lines, with ranges that follow each other made one."""
    joined: list[Lines] = []
    for first, last in sorted(found):
        if joined and joined[-1][1] + 1 >= first:
            joined[-1] = joined[-1][0], last
        else:
            joined.append((first, last))
    return joined


def _statements(nodes: list[ast.AST]) -> Iterator[ast.stmt]:
    """Statements of the step itself and of its tape, not those under tests and in loops."""
    inner = {
        id(child)
        for node in nodes
        if isinstance(node, (*_BLOCKS, ast.While, ast.Try)) and not _opens_a_tape(node)
        for part in walk(node)
        for child in children(part)
    }
    yield from (node for node in nodes if isinstance(node, ast.stmt) and id(node) not in inner)


def _opens_a_tape(node: ast.AST) -> bool:
    return isinstance(node, ast.With) and any(
        isinstance(part, ast.Attribute) and part.attr == "GradientTape"
        for item in node.items
        for part in walk(item.context_expr)
    )


def _tells(node: ast.stmt, known: Mapping[ast.AST, Call | Augmented]) -> bool:
    """Whether all that the statement does is to print, log, or add to a list or a running total."""
    if isinstance(node, _BLOCKS):
        return not getattr(node, "orelse", ()) and all(_tells(child, known) for child in node.body)
    if isinstance(node, ast.AugAssign):
        total = known.get(node)
        return isinstance(total, Augmented) and bool(
            (total.before.kinds | total.value.kinds) & (NUMBER | ARRAY | CONTAINER)
        )
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return False
    seen = known.get(node.value)
    if not isinstance(seen, Call):
        return False
    if seen.method in _FILLING:
        return seen.receiver is not None and bool(seen.receiver.kinds & CONTAINER)
    return seen.api is not None and seen.api.effect in _TELLING


def _filled(node: ast.stmt) -> set[str]:
    """Names of the lists and totals that the statement adds to; a step that reads them needs them at once."""
    parts = walk(node)
    added = [part.value for part in parts if isinstance(part, ast.Attribute) and part.attr in _FILLING]
    added += [part.target for part in parts if isinstance(part, ast.AugAssign)]
    return {name.id for part in added for name in _names(walk(part))}


def _changed(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Names of the models, optimizers, metrics and variables that the step changes."""
    for node in nodes:
        if isinstance(node, ast.Attribute) and node.attr in _LISTS | _UPDATES:
            yield from (name.id for name in _names(walk(node.value)))
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "gradient"
        ):
            sources = [*node.args[1:], *(word.value for word in node.keywords if word.arg == "sources")]
            yield from (name.id for source in sources for name in _names(walk(source)))


def _names(nodes: Iterable[ast.AST]) -> Iterator[ast.Name]:
    return (node for node in nodes if isinstance(node, ast.Name))


def _stored(nodes: Iterable[ast.AST]) -> Iterator[ast.Name]:
    return (node for node in _names(nodes) if not isinstance(node.ctx, ast.Load))

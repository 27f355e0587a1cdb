"""Which names a body still reads behind a place."""

from __future__ import annotations

import ast

from flake8_hybridize.hazards.body import Body
from flake8_hybridize.source.tree import children, walk

Places = dict[str, list[tuple[tuple[int, int], bool]]]
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def live_after(body: Body, name: str, node: ast.AST) -> bool:
    """Whether `name` is read behind the end of `node` before it is bound anew."""
    end = (getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0))
    behind = [read for place, read in _places(body).get(name, ()) if place > end]
    return bool(behind) and behind[0]


def live_in(body: Body, name: str, node: ast.AST) -> bool:
    """Whether `name` is read within `node` before it is bound there."""
    start = (node.lineno, node.col_offset)  # type: ignore[attr-defined]
    end = (getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0))
    inside = [read for place, read in _places(body).get(name, ()) if start <= place <= end]
    return bool(inside) and inside[0]


def _places(body: Body) -> Places:
    """Places where each name of the body is read (True) or bound, in the order of evaluation."""
    known = body.shared.get("places")
    if isinstance(known, dict):
        return known
    found: Places = {}
    root = body.function.node if body.function is not None else body.module.tree
    statements = root.body if isinstance(root.body, list) else [root.body]
    for statement in statements:
        _collect(statement, frozenset(), found)
    for places in found.values():
        places.sort()
    body.shared["places"] = found
    return found


def _collect(node: ast.AST, hidden: frozenset[str], found: Places) -> None:
    """Adds the places in `node`; names that an inner function or comprehension binds itself are hidden."""
    if isinstance(node, ast.Name):
        if node.id not in hidden and isinstance(node.ctx, ast.Load):
            found.setdefault(node.id, []).append(((node.lineno, node.col_offset), True))
        return
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        end = (node.end_lineno or 0, node.end_col_offset or 0)
        for name in (name for target in targets for name in _bound(target)):
            found.setdefault(name, []).append((end, isinstance(node, ast.AugAssign)))
    elif isinstance(node, (ast.For, ast.AsyncFor)):
        place = (node.target.lineno, node.target.col_offset)
        for name in _bound(node.target):
            found.setdefault(name, []).append((place, False))
    elif isinstance(node, _COMPREHENSIONS):
        hidden = hidden.union(*(_bound(generator.target) for generator in node.generators))
    elif isinstance(node, _FUNCTIONS):
        hidden = hidden.union(_own_names(node))
    for child in children(node):
        _collect(child, hidden, found)


def _bound(target: ast.AST) -> list[str]:
    return [
        node.id for node in walk(target) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]


def _own_names(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> list[str]:
    args = node.args
    names = [arg.arg for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs)]
    names += [arg.arg for arg in (args.vararg, args.kwarg) if arg is not None]
    return names if isinstance(node, ast.Lambda) else [*names, *_bound(node)]

"""What binds the names of one scope, read from its syntax."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from flake8_hybridize.source.tree import children

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class Bound:
    """A name gets the part at `path` of a value, or of each element of it where it is `looped` over."""

    value: ast.expr
    path: tuple[int, ...] = ()
    looped: bool = False

    def expression(self) -> ast.expr | None:
        """The expression that the name stands for, where it is written as such."""
        node = self.value
        for index in self.path:
            if not isinstance(node, (ast.Tuple, ast.List)) or index >= len(node.elts):
                return None
            if any(isinstance(part, ast.Starred) for part in node.elts):
                return None
            node = node.elts[index]
        return None if self.looped else node


@lru_cache(maxsize=32)
def bindings(root: ast.AST) -> dict[str, list[Bound | None]]:
    """Every binding of a name in the body of a function or module; None stands for one that says nothing of the value.

    Parameters are none; what a comprehension binds counts as a binding that says nothing.
    """
    found: dict[str, list[Bound | None]] = {}
    body = getattr(root, "body", [])
    stack: list[ast.AST] = [*body] if isinstance(body, list) else [body]
    told: set[ast.AST] = set()
    while stack:
        node = stack.pop()
        for part, bound in _told(node):
            told.add(part)
            found.setdefault(part.id, []).append(bound)
        for name in _silent(node, told):
            found.setdefault(name, []).append(None)
        if not isinstance(node, _SCOPES):
            stack.extend(children(node))
    return found


def _told(node: ast.AST) -> Iterator[tuple[ast.Name, Bound]]:
    """Names that the statement binds, with what they get."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _parts(target, node.value, (), False)
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        yield from _parts(node.target, node.value, (), False)
    elif isinstance(node, ast.For):
        yield from _parts(node.target, node.iter, (), True)


def _parts(
    target: ast.expr, value: ast.expr, path: tuple[int, ...], looped: bool
) -> Iterator[tuple[ast.Name, Bound]]:
    if isinstance(target, ast.Name):
        yield target, Bound(value, path, looped)
        return
    parts = target.elts if isinstance(target, (ast.Tuple, ast.List)) else []
    if not any(isinstance(part, ast.Starred) for part in parts):
        for index, part in enumerate(parts):
            yield from _parts(part, value, (*path, index), looped)


def _silent(node: ast.AST, told: set[ast.AST]) -> Iterator[str]:
    """Names bound by anything else: `import`, `def`, `with`, `except`, `del`, `:=`, `+=`, patterns, comprehensions."""
    if isinstance(node, ast.Name):
        if not isinstance(node.ctx, ast.Load) and node not in told:
            yield node.id
    elif isinstance(node, _NAMED):
        yield node.name
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from ((alias.asname or alias.name).partition(".")[0] for alias in node.names)
    elif isinstance(node, (ast.Global, ast.Nonlocal)):
        yield from node.names
    else:
        name = getattr(node, "name", None) or getattr(node, "rest", None)  # except … as, case … as
        if isinstance(name, str):
            yield name

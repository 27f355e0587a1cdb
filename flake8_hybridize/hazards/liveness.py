"""Which names a loop of a body needs, and which are live behind a branch: read before they are surely written.

AutoGraph asks the same question when it decides what a graph loop carries: a loop inside may have no round, and
either branch of an `if` may be taken, whatever Python would do.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from flake8_hybridize.source.compact import for_nodes
from flake8_hybridize.source.tree import children, walk

Names: TypeAlias = "frozenset[str]"
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_NONE: Names = frozenset()


class Liveness:
    """Walks statements backwards; `needed` keeps what is live at the head of each loop, loop targets aside.

    `behind` keeps what is live behind each `if`: read later, by a later round as well, before it is surely written.
    """

    def __init__(self, body: list[ast.stmt]) -> None:
        self.needed: dict[ast.AST, Names] = {}
        self.behind: dict[ast.AST, Names] = {}
        self.loops: list[tuple[Names, Names]] = []
        self.block(body, _NONE)

    def block(self, body: Iterable[ast.stmt], live: Names) -> Names:
        """Live names before the statements, given those behind them."""
        for node in reversed(list(body)):
            live = _RULES.get(type(node), _simple)(self, node, live)
        return live

    def loop(self, node: ast.For | ast.AsyncFor | ast.While, live: Names) -> Names:
        """The head may be reached from before, and from the end of a round."""
        after = self.block(node.orelse, live)
        test = reads(node.test) if isinstance(node, ast.While) else _NONE
        head = after | test
        for _ in range(2):
            self.loops.append((live, head))
            round_ = self.block(node.body, head)
            self.loops.pop()
            if isinstance(node, (ast.For, ast.AsyncFor)):
                round_ -= writes(node.target)
            head |= round_
        self.needed[node] = head
        return head | (reads(node.iter) if isinstance(node, (ast.For, ast.AsyncFor)) else _NONE)

    def branch(self, node: ast.If, live: Names) -> Names:
        """Either branch may be taken."""
        self.behind[node] = self.behind.get(node, _NONE) | live
        return self.block(node.body, live) | self.block(node.orelse, live) | reads(node.test)

    def enclosed(self, node: ast.With | ast.AsyncWith, live: Names) -> Names:
        """The body, then what is entered."""
        live = self.block(node.body, live)
        for item in reversed(node.items):
            live = (live - writes(item.optional_vars)) | reads(item.context_expr)
        return live

    def tried(self, node: ast.Try, live: Names) -> Names:
        """As if nothing went wrong; what handlers need is only kept for their own tests."""
        for handler in node.handlers:
            self.block([*handler.body, *node.finalbody], live)
        return self.block([*node.body, *node.orelse, *node.finalbody], live)

    def match(self, node: ast.Match, live: Names) -> Names:
        """One of the cases may be taken, or none."""
        ways = [self.block(case.body, live) - writes(case.pattern) for case in node.cases]
        return live.union(reads(node.subject), *ways)

    def leave(self, node: ast.stmt, live: Names) -> Names:
        """Control goes elsewhere, and what is behind the statement does not matter."""
        if isinstance(node, ast.Break):
            return self.loops[-1][0] if self.loops else _NONE
        if isinstance(node, ast.Continue):
            return self.loops[-1][1] if self.loops else _NONE
        return reads(node)


def _simple(liveness: Liveness, node: ast.stmt, live: Names) -> Names:
    if isinstance(node, ast.AugAssign):
        return live | reads(node) | writes(node.target)
    return (live - writes(node)) | reads(node)


_RULES: dict[type, Callable[..., Names]] = {
    **dict.fromkeys((ast.For, ast.AsyncFor, ast.While), Liveness.loop),
    ast.If: Liveness.branch,
    **dict.fromkeys((ast.With, ast.AsyncWith), Liveness.enclosed),
    ast.Try: Liveness.tried,
    ast.Match: Liveness.match,
    ast.Return: Liveness.leave,
    ast.Raise: Liveness.leave,
    ast.Break: Liveness.leave,
    ast.Continue: Liveness.leave,
}
_RULES.update(for_nodes(_RULES))


def writes(node: ast.AST | None) -> Names:
    """Plain names that the node binds, those of nested functions aside."""
    return frozenset(_names(node, ast.Store)) if node is not None else _NONE


def reads(node: ast.AST | None) -> Names:
    """Plain names that the node reads; a nested function reads what it takes from around it."""
    return frozenset(_names(node, ast.Load)) if node is not None else _NONE


def _names(node: ast.AST, context: type) -> Iterator[str]:
    if isinstance(node, ast.Name):
        if isinstance(node.ctx, context):
            yield node.id
    elif isinstance(node, _SCOPES):
        yield from _outside(node, context)
    elif isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        own = {name for part in node.generators for name in _names(part.target, ast.Store)}
        parts = (name for child in children(node) for name in _names(child, context))
        yield from (name for name in parts if name not in own)
    else:
        for child in children(node):
            yield from _names(child, context)


def _outside(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, context: type) -> Iterator[str]:
    """Names of the function itself (a `def` binds its own), and those its body takes from around it."""
    if context is ast.Store:
        if not isinstance(node, ast.Lambda):
            yield node.name
        return
    inner = node.body if isinstance(node.body, list) else [node.body]
    own = {arg.arg for arg in walk(node.args) if isinstance(arg, ast.arg)}
    own.update(name for part in inner for name in _names(part, ast.Store))
    yield from (name for part in inner for name in _names(part, ast.Load) if name not in own)

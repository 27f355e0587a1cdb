"""Which names a loop of a body needs, and which are live behind a branch: read before they are surely written.

AutoGraph asks the same question when it decides what a graph loop carries: a loop inside may have no round, and
either branch of an `if` may be taken, whatever Python would do.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import TypeAlias

from flake8_hybridize.source.compact import for_nodes
from flake8_hybridize.source.tree import children, walk

Names: TypeAlias = "frozenset[str]"
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_OF_THEIR_OWN = (*_SCOPES, *_COMPREHENSIONS)
_NONE: Names = frozenset()
_NOTHING = (_NONE, _NONE)


class Liveness:
    """Walks statements backwards; `needed` keeps what is live at the head of each loop, loop targets aside.

    `behind` keeps what is live behind each `if`: read later, by a later round as well, before it is surely written.
    """

    def __init__(self, body: list[ast.stmt]) -> None:
        self.needed: dict[ast.AST, Names] = {}
        self.behind: dict[ast.AST, Names] = {}
        self.loops: list[tuple[Names, Names]] = []
        self._known: dict[ast.AST, tuple[Names, Names]] = {}
        self.block(body, _NONE)

    def names(self, node: ast.AST | None) -> tuple[Names, Names]:
        """Plain names that the node reads and that it binds, found out once."""
        if node is None:
            return _NOTHING
        known = self._known.get(node)
        if known is None:
            known = self._known[node] = _names(node)
        return known

    def reads(self, node: ast.AST | None) -> Names:
        """Plain names that the node reads."""
        return self.names(node)[0]

    def writes(self, node: ast.AST | None) -> Names:
        """Plain names that the node binds."""
        return self.names(node)[1]

    def block(self, body: Iterable[ast.stmt], live: Names) -> Names:
        """Live names before the statements, given those behind them."""
        for node in reversed(list(body)):
            live = _RULES.get(type(node), _simple)(self, node, live)
        return live

    def loop(self, node: ast.For | ast.AsyncFor | ast.While, live: Names) -> Names:
        """The head may be reached from before, and from the end of a round."""
        after = self.block(node.orelse, live)
        test = self.reads(node.test) if isinstance(node, ast.While) else _NONE
        head = after | test
        for _ in range(2):
            self.loops.append((live, head))
            round_ = self.block(node.body, head)
            self.loops.pop()
            if isinstance(node, (ast.For, ast.AsyncFor)):
                round_ -= self.writes(node.target)
            head |= round_
        self.needed[node] = head
        return head | (self.reads(node.iter) if isinstance(node, (ast.For, ast.AsyncFor)) else _NONE)

    def branch(self, node: ast.If, live: Names) -> Names:
        """Either branch may be taken."""
        self.behind[node] = self.behind.get(node, _NONE) | live
        return self.block(node.body, live) | self.block(node.orelse, live) | self.reads(node.test)

    def enclosed(self, node: ast.With | ast.AsyncWith, live: Names) -> Names:
        """The body, then what is entered."""
        live = self.block(node.body, live)
        for item in reversed(node.items):
            live = (live - self.writes(item.optional_vars)) | self.reads(item.context_expr)
        return live

    def tried(self, node: ast.Try, live: Names) -> Names:
        """As if nothing went wrong; what handlers need is only kept for their own tests."""
        for handler in node.handlers:
            self.block([*handler.body, *node.finalbody], live)
        return self.block([*node.body, *node.orelse, *node.finalbody], live)

    def match(self, node: ast.Match, live: Names) -> Names:
        """One of the cases may be taken, or none."""
        ways = [self.block(case.body, live) - self.writes(case.pattern) for case in node.cases]
        return live.union(self.reads(node.subject), *ways)

    def leave(self, node: ast.stmt, live: Names) -> Names:
        """Control goes elsewhere, and what is behind the statement does not matter."""
        if isinstance(node, ast.Break):
            return self.loops[-1][0] if self.loops else _NONE
        if isinstance(node, ast.Continue):
            return self.loops[-1][1] if self.loops else _NONE
        return self.reads(node)


def _simple(liveness: Liveness, node: ast.stmt, live: Names) -> Names:
    if isinstance(node, ast.AugAssign):
        return live | liveness.reads(node) | liveness.writes(node.target)
    return (live - liveness.writes(node)) | liveness.reads(node)


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
    return _NONE if node is None else _names(node)[1]


def _names(node: ast.AST) -> tuple[Names, Names]:
    """Plain names that the node reads and that it binds; a nested function reads what it takes from around it."""
    reads: set[str] = set()
    binds: set[str] = set()
    stack = [node]
    while stack:
        part = stack.pop()
        if isinstance(part, ast.Name):
            if isinstance(part.ctx, ast.Load):
                reads.add(part.id)
            elif isinstance(part.ctx, ast.Store):
                binds.add(part.id)
        elif isinstance(part, _OF_THEIR_OWN):
            taken, bound = _outside(part) if isinstance(part, _SCOPES) else _around(part)
            reads |= taken
            binds |= bound
        else:
            stack += children(part)
    return frozenset(reads), frozenset(binds)


def _all_names(nodes: Iterable[ast.AST]) -> tuple[Names, Names]:
    """The same for several nodes."""
    found = [_names(node) for node in nodes]
    return _NONE.union(*(reads for reads, _ in found)), _NONE.union(*(binds for _, binds in found))


def _around(node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> tuple[Names, Names]:
    """The same for a comprehension, whose targets are its own."""
    own = _all_names(part.target for part in node.generators)[1]
    reads, binds = _all_names(children(node))
    return reads - own, binds - own


def _outside(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> tuple[Names, Names]:
    """Names that the body of a function takes from around it, and the name that a `def` binds."""
    reads, binds = _all_names(node.body if isinstance(node.body, list) else [node.body])
    own = binds.union(arg.arg for arg in walk(node.args) if isinstance(arg, ast.arg))
    return reads - own, _NONE if isinstance(node, ast.Lambda) else frozenset((node.name,))

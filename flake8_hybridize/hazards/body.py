"""What a detector may ask about the body it looks at."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from flake8_hybridize.hazards.liveness import Liveness
from flake8_hybridize.model.module import Class, Function, Module
from flake8_hybridize.source.tree import parents, walk
from flake8_hybridize.tensors.engine import Engine
from flake8_hybridize.tensors.facts import Facts
from flake8_hybridize.tensors.observations import Statement
from flake8_hybridize.tensors.values import FRESH, OUTER, PARAM, Value

_O = TypeVar("_O")


@dataclass(eq=False)
class Body:
    """One interpreted body, with the questions detectors share."""

    engine: Engine
    module: Module
    function: Function | None
    facts: Facts
    shared: dict[object, object] = field(default_factory=dict)

    def seen(self, kind: type[_O]) -> list[_O]:
        """The observations of one kind, in their order."""
        return self.facts.seen(kind)

    @property
    def name(self) -> str:
        """The function's qualified name, as messages show it."""
        return self.function.qualname if self.function is not None else "<module>"

    @property
    def is_method(self) -> bool:
        """Whether the first parameter is the object itself."""
        return self.function is not None and self.function.is_method and bool(self.function.params)

    def outlives(self, value: Value) -> bool:
        """Whether the object surely lives on after the call: global, closure, attribute, parameter."""
        return value.origin in (OUTER, PARAM)

    def is_fresh(self, value: Value) -> bool:
        """Whether the object was made in this call."""
        return value.origin == FRESH

    def param_name(self, index: int) -> str:
        """Name of a parameter by its position."""
        if self.function is not None and 0 <= index < len(self.function.params):
            return self.function.params[index].name
        return "?"

    @cached_property
    def loads(self) -> dict[str, list[tuple[int, int]]]:
        """Places where each name is read, in the whole function."""
        found: dict[str, list[tuple[int, int]]] = {}
        root = self.function.node if self.function is not None else self.module.tree
        for node in walk(root):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                found.setdefault(node.id, []).append((node.lineno, node.col_offset))
        return found

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """The node around each node of the body."""
        root = self.function.node if self.function is not None else self.module.tree
        return parents(root)

    @cached_property
    def dropped(self) -> frozenset[ast.AST]:
        """The calls whose result nobody takes: statements of their own."""
        return frozenset(seen.node.value for seen in self.seen(Statement))

    @cached_property
    def liveness(self) -> Liveness:
        """What is live at the loops and branches of the body."""
        node = self.function.node if self.function is not None else self.module.tree
        return Liveness(node.body if isinstance(node.body, list) else [])

    def read_after(self, name: str, node: ast.AST) -> bool:
        """Whether `name` is read behind the end of `node`."""
        end = (getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0))
        return any(place >= end for place in self.loads.get(name, ()))

    @cached_property
    def owner(self) -> Class | None:
        """The class whose method this is, or is nested in."""
        scopes = self.function.scopes() if self.function is not None else []
        return next((scope.owner for scope in scopes if scope.owner is not None), None)


def read_attributes(function: Function) -> frozenset[str]:
    """Attributes of `self` that the body reads."""
    return frozenset(function.self_reads)


def text_of(node: ast.AST) -> str:
    """Source-like text of an expression, short enough for a message."""
    text = _plain_text(node)
    if text is None:
        try:
            text = " ".join(ast.unparse(node).split())
        except (ValueError, RecursionError, AttributeError):
            return "…"
    return text if len(text) <= 40 else text[:37] + "…"


def _plain_text(node: ast.AST) -> str | None:
    """Names and dotted names, which most texts are, without the cost of the unparser."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([node.id, *reversed(parts)])

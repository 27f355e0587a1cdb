"""What changed between two versions of a module, definition by definition.

A definition is the same if its syntax tree is: comments, the words of its docstring and where it stands do not count. But
the order of its lines must be, and none may have more digits than before: messages are cut to a length.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, TypeAlias

from flake8_hybridize.hazards.era import is_for_another_framework, removed_from, switches_off
from flake8_hybridize.model.build import build_module
from flake8_hybridize.model.module import Class, Function, Module
from flake8_hybridize.source.text import Source, UnreadableSource

Definition: TypeAlias = "Function | Class"

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_IMPORTS = (ast.Import, ast.ImportFrom, ast.alias)
_PLACED = (ast.stmt, ast.expr, ast.excepthandler, ast.arg, ast.keyword, ast.alias, ast.pattern)

STATEMENTS, TABLES, FIRST = range(3)
"""Numbers of the parts of a module: its own statements, what its code stores; then come the definitions."""


def definitions(module: Module) -> list[Definition]:
    """The functions and classes of a module; the first has the number `FIRST`."""
    return [*module.functions, *module.classes]


@dataclass(frozen=True, slots=True)
class Difference:
    """Numbers of the `parts` of the old version that are not the same in the new one, and whether any line `moved`.

    `parts` is None if nothing is as it was.
    """

    parts: frozenset[int] | None
    moved: bool = True


def difference(old: bytes, new: bytes, path: str) -> Difference:
    """How two versions of the file at `path` differ."""
    try:
        first, second = (_module(data, path) for data in (old, new))
    except (UnreadableSource, RecursionError):
        return Difference(None)
    return _difference(first, second)


def _module(data: bytes, path: str) -> Module:
    return build_module("", path, Source.from_bytes(data, path).tree())


def _difference(old: Module, new: Module) -> Difference:
    lines = _Lines()
    found = {STATEMENTS} if not _same_statements(old, new, lines) else set()
    if _tables(old) != _tables(new):
        found.add(TABLES)
    after = _by_place(new)
    same: dict[Definition, bool] = {}
    for key, definition in _by_place(old).items():
        other = after.get(key)
        same[definition] = other is not None and _same(definition, other, lines)
    for number, definition in enumerate(definitions(old), FIRST):
        if not same[_outermost(definition)]:
            found.add(number)
    return Difference(frozenset(found), lines.moved)


def _outermost(definition: Definition) -> Definition:
    """What is in no function, around the definition or itself: the others are parts of it."""
    found = definition
    while True:
        owner = found.owner if isinstance(found, Function) else None
        outer = found.parent or (owner.parent if owner is not None else None)
        if outer is None:
            return found
        found = outer


def _by_place(module: Module) -> dict[tuple[type, str, int], Definition]:
    """Definitions that are in no function by name, and which of those of the same name it is."""
    found: dict[tuple[type, str, int], Definition] = {}
    for definition in definitions(module):
        if _outermost(definition) is definition:
            count = 0
            while (key := (type(definition), definition.qualname, count)) in found:
                count += 1
            found[key] = definition
    return found


def _tables(module: Module) -> object:
    """What the analysis reads of the code of a module as a whole."""
    return (
        module.makes_functions,
        module.has_loops,
        {name: len(nodes) for name, nodes in module.attribute_stores.items()},
        {name: [f.qualname for f in functions] for name, functions in module.global_writes.items()},
        {name: [f.qualname for f in functions] for name, functions in module.item_stores.items()},
        {name: [f.qualname for f in functions] for name, functions in module.attribute_writers.items()},
        {name.id for name in removed_from(module)},
        switches_off(module),
        is_for_another_framework(module),
    )


def _same_statements(old: Module, new: Module, lines: _Lines) -> bool:
    return old.star_imports == new.star_imports and _Comparison(old, new, lines).same(old.tree, new.tree)


def _same(old: Definition, new: Definition, lines: _Lines) -> bool:
    if isinstance(old, Class) and isinstance(new, Class):
        stores = ({name: [f.name for f in makers] for name, makers in c.stores.items()} for c in (old, new))
        if next(stores) != next(stores) or list(old.methods) != list(new.methods):
            return False
    return _Comparison(old.module, new.module, lines).same(old.node, new.node)


@dataclass(slots=True)
class _Lines:
    """Whether anything moved to another line, in all comparisons of two modules."""

    moved: bool = False


@dataclass(slots=True)
class _Comparison:
    """Compares the trees of two versions of one definition, but for definitions that stand for themselves."""

    old: Module
    new: Module
    lines: _Lines
    _places: dict[int, int] = field(default_factory=dict)
    _unnamed: dict[int, int] = field(default_factory=dict)

    def same(self, old: ast.AST, new: ast.AST) -> bool:
        """Whether the trees are the same, and so is the order of their lines."""
        waiting: list[tuple[object, object]] = [(old, new)]
        top = old
        while waiting:
            first, second = waiting.pop()
            if type(first) is not type(second):
                return False
            if isinstance(first, list) and isinstance(second, list):
                if len(first) != len(second):
                    return False
                waiting += zip(first, second)
            elif isinstance(first, ast.AST) and isinstance(second, ast.AST):
                standing = first is not top and self._stands_for_itself(first)
                if not self._placed(first, second, standing):
                    return False
                waiting += self._parts(first, second, standing)
            elif first != second:
                return False
        return self._in_order()

    def _parts(self, old: ast.AST, new: ast.AST, standing: bool) -> Iterator[tuple[object, object]]:
        names = old._fields
        if standing:
            names = ("name",) if isinstance(old, ast.ClassDef) else ("name", "decorator_list")
            yield self._is_generator(self.old, old), self._is_generator(self.new, new)
        elif _is_text(old) and _is_text(new):
            names = ()
        yield from ((getattr(old, name, None), getattr(new, name, None)) for name in names)

    def _stands_for_itself(self, node: ast.AST) -> bool:
        definition = self.old.by_node.get(node)
        return (
            definition is not None
            and not isinstance(node, ast.Lambda)
            and _outermost(definition) is definition
        )

    @staticmethod
    def _is_generator(module: Module, node: ast.AST) -> bool:
        return getattr(module.by_node.get(node), "is_generator", False)

    def _placed(self, old: Any, new: Any, standing: bool) -> bool:
        """Notes the lines of two nodes; whether these may stand for each other."""
        if not isinstance(old, _PLACED):
            return True
        lines: list[tuple[Any, Any]] = [(old.lineno, new.lineno)]
        columns: list[tuple[Any, Any]] = [(old.col_offset, new.col_offset)]
        if not isinstance(old, _DEFINITIONS) and not _is_text(old):
            lines.append((old.end_lineno, new.end_lineno))
            columns.append((old.end_col_offset, new.end_col_offset))
        places = self._unnamed if isinstance(old, _IMPORTS) or standing else self._places
        return all(a == b for a, b in columns) and all(places.setdefault(a, b) == b for a, b in lines)

    def _in_order(self) -> bool:
        """Whether the lines come in the same order, with as many digits."""
        if any(self._places.get(before, after) != after for before, after in self._unnamed.items()):
            return False
        places = sorted({**self._unnamed, **self._places}.items())
        self.lines.moved |= any(before != after for before, after in places)
        rising = all(first[1] < second[1] for first, second in pairwise(places))
        return rising and all(len(str(a)) == len(str(b)) for a, b in self._places.items())


def _is_text(node: ast.AST) -> bool:
    """A statement that is only a text, as a docstring is."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )

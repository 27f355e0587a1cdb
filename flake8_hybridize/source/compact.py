"""Syntax trees in a third of the memory: nodes that hold their fields in slots, where those of the parser have a dictionary.

Each is of a subclass of its kind of node, with the same name, so that `isinstance`, `match` and the unparser see no
difference; what is filed by exact type asks `for_nodes`. The parser's own tree stays as it is.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

_V = TypeVar("_V")
_N = TypeVar("_N", bound=ast.AST)
_PLAIN = frozenset(
    "ctx op ops id attr arg kind module level conversion simple is_async asname kwd_attrs type_ignores".split()
)
"""Fields without nodes below, or with what the parser shares between all places."""
_PLACE = ("lineno", "col_offset", "end_lineno", "end_col_offset")
_NOTHING: list[Any] = []
_NUMBERS = list(range(20_000))
"""One object for each number of a line, where the parser makes one for each node."""


def compact(tree: _N) -> _N:
    """The tree in compact nodes; the tree itself where it is nested too deeply for that, or is compact."""
    try:
        return _made(tree)  # type: ignore[no-any-return]
    except RecursionError:
        return tree


def for_nodes(table: Mapping[type[Any], _V]) -> dict[type[Any], _V]:
    """What the table has for kinds of nodes, for the compact ones."""
    return {COMPACT[kind]: value for kind, value in table.items() if kind in COMPACT}


def _made(node: Any) -> Any:
    make = _MAKERS.get(type(node))
    return node if make is None else make(node.__dict__)


def _each(nodes: list[Any]) -> list[Any]:
    """A list of just the length; it is one and the same if it is empty."""
    if not nodes:
        return _NOTHING
    if len(nodes) == 1:
        return [_made(nodes[0])]
    found = nodes.copy()
    found[:] = map(_made, nodes)
    return found


def _place(node: Any, fields: dict[str, Any]) -> Any:
    line, end = fields["lineno"], fields["end_lineno"]
    if end < 20_000:
        node.lineno, node.end_lineno = _NUMBERS[line], _NUMBERS[end]
    else:
        node.lineno, node.end_lineno = line, line if end == line else end
    node.col_offset, node.end_col_offset = fields["col_offset"], fields["end_col_offset"]
    return node


def _subclass(kind: type[ast.AST]) -> type[ast.AST]:
    places = _PLACE if kind._attributes else ()
    fields = [name for name in kind._fields if name != "type_comment"]
    return type(kind.__name__, (kind,), {"__slots__": (*fields, *places), "__module__": __name__})


def _maker(kind: type[ast.AST], made: type[ast.AST]) -> Callable[[dict[str, Any]], Any]:
    """What makes the compact node out of the fields of one of the parser's."""
    new: Callable[[type[ast.AST]], Any] = made.__new__
    flat = kind in (ast.Constant, ast.Global, ast.Nonlocal)
    plain = tuple(name for name in kind._fields if flat or name in _PLAIN)
    below = tuple(name for name in kind._fields if name not in plain and name != "type_comment")

    def make(fields: dict[str, Any]) -> Any:
        node = new(made)
        for name in plain:
            setattr(node, name, fields.get(name))
        for name in below:
            value = fields.get(name)
            setattr(node, name, _each(value) if type(value) is list else _made(value))
        return _place(node, fields) if "lineno" in fields else node

    return make


def _name(fields: dict[str, Any], new: Any = ast.Name.__new__) -> Any:
    node = new(COMPACT[ast.Name])
    node.id, node.ctx = fields["id"], fields["ctx"]
    return _place(node, fields)


def _attribute(fields: dict[str, Any], new: Any = ast.Attribute.__new__) -> Any:
    node = new(COMPACT[ast.Attribute])
    node.value, node.attr, node.ctx = _made(fields["value"]), fields["attr"], fields["ctx"]
    return _place(node, fields)


def _call(fields: dict[str, Any], new: Any = ast.Call.__new__) -> Any:
    node = new(COMPACT[ast.Call])
    node.func = _made(fields["func"])
    node.args, node.keywords = _each(fields["args"]), _each(fields["keywords"])
    return _place(node, fields)


def _kinds() -> Iterable[type[ast.AST]]:
    """All kinds of nodes but contexts and operators, which the parser makes once, and what are old names for others."""
    kinds = ((name, kind) for name, kind in vars(ast).items() if isinstance(kind, type))
    for name, kind in kinds:
        if issubclass(kind, ast.AST) and kind.__name__ == name and (kind._fields or kind._attributes):
            yield kind


COMPACT: dict[type[ast.AST], type[ast.AST]] = {kind: _subclass(kind) for kind in _kinds()}
_MAKERS = {
    **{kind: _maker(kind, made) for kind, made in COMPACT.items()},
    ast.Name: _name, ast.Attribute: _attribute, ast.Call: _call,
}  # fmt: skip

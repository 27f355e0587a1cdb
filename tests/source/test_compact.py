"""Compact trees are the parser's trees: the same kinds, fields and places, in less memory."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from flake8_hybridize.source.compact import COMPACT, compact, for_nodes

HERE = Path(__file__).parent
SHAPES = """
async def f(a: int, /, b=1, *args, c, d=2, **kwargs) -> None:
    global g, h
    async with a as b, c: x: int = await d
    async for i in [*a, -b]: yield i
    try: del x.y[1:2, ::3], z
    except (A, B) as error: raise C from error
    finally: assert (lambda: a if b else c), f"{a!r:>{b}} {c=}"
class K(Base, metaclass=Meta):
    @property
    def p(self): nonlocal_ = {**a, 'b': 1}, {c for c in d if e}, {k: v for k, v in w}; return u"s", b"" if 0 else ...
match a:
    case {"k": [1, *rest], **others} | K(1, p=None) as whole if x: pass
    case _: (y := 10_000 + x < 2 <= 3 and not z)
from . import a as b, c
from .d import *
import e.f, g as h
x @= 1; x: int; x[...] = yield_ = (i async for i in z)
while x: break
else: continue_
"""
"""Nearly all kinds of nodes and fields."""


def _same(left: object, right: object) -> bool:
    """Whether two trees have the same names of kinds, fields and places."""
    if isinstance(left, ast.AST) and isinstance(right, ast.AST):
        names = (*left._fields, *left._attributes)
        return type(left).__name__ == type(right).__name__ and all(
            _same(getattr(left, name, None), getattr(right, name, None)) for name in names
        )
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_same, left, right))
    return type(left) is type(right) and left == right


@pytest.mark.parametrize("text", [SHAPES, Path(__file__).read_text(), "", "\n" * 30_000 + "x = y.z(1)\n"])
def test_compact_tree_is_the_tree_of_the_parser(text: str) -> None:
    tree, made = ast.parse(text), compact(ast.parse(text))
    assert _same(tree, made)
    assert ast.unparse(tree) == ast.unparse(made)
    kinds = {type(node) for node in ast.walk(made) if node._fields or node._attributes}
    assert kinds <= set(COMPACT.values())
    assert all(issubclass(made, kind) and made.__name__ == kind.__name__ for kind, made in COMPACT.items())
    assert not any(node.__dict__ for node in ast.walk(made))


def test_what_is_compact_stays_so() -> None:
    made = compact(ast.parse("x = [1]"))
    assert compact(made) is made


@pytest.mark.interpreted
def test_what_is_too_deep_stays_plain() -> None:
    tree = ast.parse("x = " + "-" * 900 + "1")
    assert compact(tree) is tree


def test_tables_have_the_same_for_compact_nodes() -> None:
    table = {ast.Name: "name", ast.Load: "load"}
    table.update(for_nodes(table))
    name = compact(ast.parse("x")).body[0].value  # type: ignore[attr-defined]
    assert (table[type(name)], table[type(name.ctx)]) == ("name", "load")


def test_a_compact_node_takes_little_more_than_half_at_most() -> None:
    call = ast.parse("f(x)").body[0].value  # type: ignore[attr-defined]
    plain = sys.getsizeof(call) + sys.getsizeof(call.__dict__)
    assert 1.8 * sys.getsizeof(compact(call)) < plain  # 2.5 and more from Python 3.11 on

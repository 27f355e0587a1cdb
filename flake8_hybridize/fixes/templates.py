"""Takes formatted text apart: f-strings, `.format`, `%` and `+` into literals and values.

Formatting happens in Python. While a function is traced it sees symbolic tensors, so a value that
may be a tensor has to be handed to TensorFlow as it is.
"""

from __future__ import annotations

import ast
import itertools
import re
import string
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_hybridize.fixes.syntax import concrete, node_span, segment, span, trusted_span
from flake8_hybridize.source.text import Source

if TYPE_CHECKING:
    from ast_grep_py import SgNode

Tensors = Collection[ast.expr]
_PERCENT = re.compile(
    r"%(?P<flags>[#0\- +]*)(?P<width>\d*)(?:\.(?P<precision>\d+))?(?P<type>[diouxXeEfFgGcrsa%])"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text: a literal's value, or the code of an expression."""

    text: str
    literal: bool = False


class Unsplittable(Exception):
    """This text is built in a way that cannot be taken apart."""


def pieces(source: Source, node: ast.expr, tensors: Tensors = ()) -> list[Piece]:
    """What the text consists of; anything but formatted text is one value.

    A value with a format keeps it (`f"{epoch:03d}"`) unless it is one of the known `tensors`.
    """
    split = _split_by(node)
    if split is not None:
        return split(source, node, tensors)
    if builds_text(node) or trusted_span(source, node) is None:
        raise Unsplittable
    return [Piece(segment(source, node))]


def is_template(node: ast.expr) -> bool:
    """Whether the expression formats values into text."""
    return not isinstance(node, ast.Constant) and _split_by(node) is not None


def builds_text(node: ast.expr) -> bool:
    """Whether text is made somewhere inside the expression."""
    return any(
        isinstance(part, ast.expr) and (is_template(part) or _renders(part)) for part in ast.walk(node)
    )


def _renders(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and _called(node) in {
        "repr",
        "ascii",
        "format",
        "join",
        "pformat",
        "dumps",
    }


def _called(node: ast.Call) -> str:
    func = node.func
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


_Split = Callable[[Source, ast.expr, Tensors], list[Piece]]


def _split_by(node: ast.expr) -> _Split | None:
    if isinstance(node, ast.Constant):
        return _constant if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return _f_string
    if isinstance(node, ast.Call):
        return _call_splitter(node)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and _is_string(node.left):
        return _percent
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _sum if _is_text(node.left) or _is_text(node.right) else None
    return None


def _call_splitter(node: ast.Call) -> _Split | None:
    if (
        isinstance(node.func, ast.Name)
        and node.func.id == "str"
        and len(node.args) == 1
        and not node.keywords
    ):
        return _str_call
    if isinstance(node.func, ast.Attribute) and node.func.attr == "format" and _is_string(node.func.value):
        return _format_call
    return None


def _is_string(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_text(node: ast.expr) -> bool:
    return _split_by(node) is not None


def _constant(source: Source, node: ast.expr, tensors: Tensors) -> list[Piece]:
    assert isinstance(node, ast.Constant)
    return [Piece(str(node.value), literal=True)]


def _sum(source: Source, node: ast.expr, tensors: Tensors) -> list[Piece]:
    """Both sides of `"a" + str(b)`; a side that is not surely text cannot be split off."""
    assert isinstance(node, ast.BinOp)
    if not (_is_text(node.left) and _is_text(node.right)):
        raise Unsplittable
    return [*pieces(source, node.left, tensors), *pieces(source, node.right, tensors)]


def _str_call(source: Source, node: ast.expr, tensors: Tensors) -> list[Piece]:
    assert isinstance(node, ast.Call)
    return [_value(source, node.args[0])]


def _value(source: Source, node: ast.expr) -> Piece:
    place = trusted_span(source, node)
    if place is None or isinstance(node, ast.Starred) or builds_text(node):
        raise Unsplittable
    text = source.text[slice(*place)]
    return Piece(
        f"({text})" if isinstance(node, ast.Tuple | ast.Lambda | ast.Yield | ast.GeneratorExp) else text
    )


def _format_call(source: Source, node: ast.expr, tensors: Tensors) -> list[Piece]:
    assert isinstance(node, ast.Call)
    assert isinstance(node.func, ast.Attribute)
    assert isinstance(node.func.value, ast.Constant)
    given: dict[str, ast.expr] = {str(index): value for index, value in enumerate(node.args)}
    given |= {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg is not None}
    if len(given) != len(node.args) + len(node.keywords):
        raise Unsplittable
    found: list[Piece] = []
    used: list[str] = []
    numbers = itertools.count()
    for literal, field, spec, conversion in _fields(str(node.func.value.value)):
        found.append(Piece(literal, literal=True))
        if field is None:
            continue
        name = field or str(next(numbers))
        if name not in given or "{" in (spec or ""):
            raise Unsplittable
        used.append(name)
        piece = _value(source, given[name])
        if (spec or conversion) and given[name] not in tensors:
            template = f"{{{'!' + conversion if conversion else ''}{':' + spec if spec else ''}}}"
            piece = Piece(f"{quoted(template)}.format({piece.text})")
        found.append(piece)
    if sorted(used) != sorted(given):
        raise Unsplittable
    return found


def _fields(template: str) -> Iterator[tuple[str, str | None, str | None, str | None]]:
    try:
        yield from string.Formatter().parse(template)
    except ValueError:
        raise Unsplittable from None


def _percent(source: Source, node: ast.expr, tensors: Tensors) -> list[Piece]:
    assert isinstance(node, ast.BinOp)
    assert isinstance(node.left, ast.Constant)
    values = iter(node.right.elts if isinstance(node.right, ast.Tuple) else [node.right])
    found: list[Piece] = []
    template, done = str(node.left.value), 0
    for match in _PERCENT.finditer(template):
        found.append(_plain(template[done : match.start()]))
        done = match.end()
        if match["type"] == "%":
            found.append(Piece("%", literal=True))
            continue
        value = next(values, None)
        if value is None:
            raise Unsplittable
        piece = _value(source, value)
        if match.group() != "%s" and value not in tensors:
            piece = Piece(f"{quoted(match.group())} % ({piece.text},)")
        found.append(piece)
    if next(values, None) is not None:
        raise Unsplittable
    return [*found, _plain(template[done:])]


def _plain(text: str) -> Piece:
    if "%" in text:
        raise Unsplittable
    return Piece(text, literal=True)


def _f_string(source: Source, node: ast.expr, tensors: Tensors) -> list[Piece]:
    assert isinstance(node, ast.JoinedStr)
    place = span(source, node)
    whole = concrete(source.text, "concatenated_string", place) or concrete(source.text, "string", place)
    if whole is None:
        raise Unsplittable
    parts = (
        [whole]
        if whole.kind() == "string"
        else [part for part in whole.children() if part.kind() == "string"]
    )
    values = iter([value for value in node.values if isinstance(value, ast.FormattedValue)])
    return [piece for part in parts for piece in _string_pieces(source.text, part, values, tensors)]


def _string_pieces(
    text: str, part: SgNode, values: Iterator[ast.FormattedValue], tensors: Tensors
) -> Iterator[Piece]:
    children = part.children()
    start, end = text[slice(*node_span(children[0]))], text[slice(*node_span(children[-1]))]
    formatted = "f" in start.lower()
    done = node_span(children[0])[1]
    for child in children[1:-1]:
        if child.kind() == "interpolation":
            begin, stop = node_span(child)
            yield _literal_piece(text[done:begin], start, end, formatted)
            value = next(values, None)
            if value is None:
                raise Unsplittable
            yield from _interpolation(text, child, f"{start}{text[begin:stop]}{end}", value, tensors)
            done = stop
    yield _literal_piece(text[done : node_span(children[-1])[0]], start, end, formatted)


def _literal_piece(raw: str, start: str, end: str, formatted: bool) -> Piece:
    if formatted:
        raw = raw.replace("{{", "{").replace("}}", "}")
        start = start.replace("f", "").replace("F", "")
    try:
        value = ast.literal_eval(f"{start}{raw}{end}")
    except (SyntaxError, ValueError):
        raise Unsplittable from None
    if not isinstance(value, str):
        raise Unsplittable
    return Piece(value, literal=True)


def _interpolation(
    text: str, node: SgNode, alone: str, value: ast.FormattedValue, tensors: Tensors
) -> Iterator[Piece]:
    """The value of `{value}`; `alone` is the f-string with nothing else in it, kept for its format."""
    children = [child for child in node.children() if child.kind() != "comment"]
    kinds = {child.kind() for child in children[2:]}
    if builds_text(value.value):
        raise Unsplittable
    plain = kinds == {"}"}
    if not plain and value.value not in tensors:
        yield Piece(alone)
        return
    begin, stop = node_span(children[1])
    if "=" in kinds:
        equals = next(child for child in children if child.kind() == "=")
        yield Piece(text[node_span(node)[0] + 1 : node_span(equals)[1]], literal=True)
    code = text[begin:stop].strip()
    yield Piece(code if children[1].kind() not in {"expression_list", "lambda", "yield"} else f"({code})")


def quoted(value: str, quote: str = '"') -> str:
    """A literal of this text, in these quotes where that needs no escapes."""
    text = repr(value)
    if text[0] == quote or quote in value:
        return text
    return quote + text[1:-1] + quote

"""`print(...)` to `tf.print(...)`, exact about `sep`, `end` and `file` (HYB201).

`tf.print` writes to stderr unless told otherwise, and flushes at each call (TensorFlow 2.21, run on
a pipe), so `flush` is left out. Formatted text is taken apart, because its values would be the
symbolic tensors of the trace.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from flake8_hybridize.fixes.edits import make_fix
from flake8_hybridize.fixes.imports import tensorflow_reference
from flake8_hybridize.fixes.scopes import statement_of
from flake8_hybridize.fixes.syntax import Arguments, argument_nodes, arguments, segment, span, trusted_span
from flake8_hybridize.fixes.templates import (
    Piece,
    Tensors,
    Unsplittable,
    builds_text,
    is_template,
    pieces,
    quoted,
)
from flake8_hybridize.results import Applicability, Edit, Fix
from flake8_hybridize.source.text import Source, UnreadableSource

STREAMS = frozenset({"sys.stdout", "sys.stderr"})
_REASON = (
    "tf.print runs at every call, writes to stderr unless told otherwise, and formats numbers its own way"
)


def print_to_tf(source: Source, call: ast.Call, tensors: Tensors = ()) -> Fix | None:
    """Replace the statement `print(...)` by `tf.print(...)`.

    `tensors` are the expressions known to be tensors: they lose a format such as `:.3f`, which
    raises on them. None for another `file` than the standard streams, for unknown keywords, and
    for text that cannot be taken apart.
    """
    statement = statement_of(source.tree(), call)
    found = arguments(source, call)
    reference = tensorflow_reference(source, call)
    if (
        not (isinstance(statement, ast.Expr) and statement.value is call)
        or found is None
        or reference is None
    ):
        return None
    if trusted_span(source, call) is None or not all(map(_understood, call.keywords)):
        return None
    try:
        changes = _changes(source, call, found, tensors)
    except Unsplittable:
        return None
    name = f"{reference.text}.print"
    edits = [*reference.edits, Edit(*span(source, call.func), name), *changes]
    return make_fix(source, edits, Applicability.UNSAFE, f"Replace `print` by `{name}`", _REASON)


def _understood(keyword: ast.keyword) -> bool:
    value = keyword.value
    if keyword.arg == "file":
        return _is_none(value) or ast.unparse(value) in STREAMS
    return keyword.arg in {"sep", "end"} or (keyword.arg == "flush" and isinstance(value, ast.Constant))


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _dropped(keyword: ast.keyword) -> bool:
    return keyword.arg == "flush" or _is_none(keyword.value)


def _changes(source: Source, call: ast.Call, found: Arguments, tensors: Tensors) -> list[Edit]:
    if any(is_template(argument) for argument in call.args):
        return [Edit(found.opened, found.closed, _flattened(source, call, tensors))]
    if any(builds_text(argument) for argument in call.args):
        raise Unsplittable
    return list(_keyword_edits(source, call, found))


def _keyword_edits(source: Source, call: ast.Call, found: Arguments) -> Iterable[Edit]:
    for index, node in enumerate(argument_nodes(call)):
        if not isinstance(node, ast.keyword):
            continue
        start, end = found.spans[index]
        if not _dropped(node):
            if node.arg == "file":
                yield Edit(start, start + len("file"), "output_stream")
        elif index:
            yield Edit(found.spans[index - 1][1], end, "")
        else:
            yield Edit(start, found.spans[1][0] if len(found.spans) > 1 else found.closed, "")


def _flattened(source: Source, call: ast.Call, tensors: Tensors) -> str:
    """All arguments as one list of pieces, printed without a separator of `tf.print`'s own."""
    keywords = {keyword.arg: keyword.value for keyword in call.keywords if not _dropped(keyword)}
    separator = keywords.pop("sep", ast.Constant(" "))
    if not isinstance(separator, ast.Constant) or not isinstance(separator.value, str):
        raise Unsplittable
    found: list[Piece] = []
    for index, argument in enumerate(call.args):
        if index:
            found.append(Piece(separator.value, literal=True))
        found += pieces(source, argument, tensors)
    parts = _arguments(_merged(found), _quote(segment(source, call)))
    for name, value in keywords.items():
        parts.append(f"{'output_stream' if name == 'file' else name}={segment(source, value)}")
    text = ", ".join(parts)
    try:
        source.encode(text)
    except UnreadableSource:
        raise Unsplittable from None
    return text


def _quote(written: str) -> str:
    return "'" if "'" in written and '"' not in written else '"'


def _merged(found: Iterable[Piece]) -> list[Piece]:
    merged: list[Piece] = []
    for piece in found:
        if piece.literal and merged and merged[-1].literal:
            merged[-1] = Piece(merged[-1].text + piece.text, literal=True)
        elif piece.text or not piece.literal:
            merged.append(piece)
    return merged


def _arguments(found: list[Piece], quote: str) -> list[str]:
    """The arguments, with `sep=""` where single spaces between them are not what was printed."""
    spaced = _spaced(found)
    texts = [quoted(piece.text, quote) if piece.literal else piece.text for piece in spaced or found]
    return texts if spaced is not None or len(found) < 2 else [*texts, f"sep={quote}{quote}"]


def _spaced(found: list[Piece]) -> list[Piece] | None:
    """The pieces without the single spaces that `tf.print` puts between its arguments."""
    shortened: list[Piece] = []
    for index, piece in enumerate(found):
        first, last = index == 0, index == len(found) - 1
        if not piece.literal:
            if not first and not found[index - 1].literal:
                return None
            shortened.append(piece)
            continue
        text = piece.text
        if not (first or last) and text == " ":
            continue
        if (not first and not text.startswith(" ")) or (not last and not text.endswith(" ")):
            return None
        text = text[0 if first else 1 : len(text) if last else -1]
        if not text or (len(piece.text) == 1 and not (first and last)):
            return None
        shortened.append(Piece(text, literal=True))
    return shortened

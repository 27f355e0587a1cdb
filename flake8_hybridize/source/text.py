r"""One Python file as text, and the way back to its bytes.

`Source.text` holds the file's characters without a byte order mark and with the line breaks as
they are in the file (`\n`, `\r\n`, `\r`, also mixed), so that `Source.encode(text)` gives the file
back, byte for byte, where nothing was edited. What flake8 hands over as `lines` has had its line
breaks translated already.
"""

from __future__ import annotations

import ast
import codecs
import io
import tokenize
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from flake8_hybridize.source.compact import compact
from flake8_hybridize.source.positions import Positions, split_lines

MARKERS = ("tensorflow", "keras", "sonnet", "tf.")
"""A file that contains none of these cannot use TensorFlow under any name the analysis follows."""

_BYTE_MARKERS = tuple(marker.encode("ascii") for marker in MARKERS)


class UnreadableSource(Exception):
    """A file that cannot be analysed, and why, in one line."""

    def __init__(self, path: str, line: int | None, message: str) -> None:
        super().__init__(path, line, message)
        self.path = path
        self.line = line
        self.message = message

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.message}"


def mentions_tensorflow(text: str | bytes | Sequence[str]) -> bool:
    """Whether a file (its text, its bytes or its lines) can be about TensorFlow at all."""
    if isinstance(text, bytes):
        return any(marker in text for marker in _BYTE_MARKERS)
    whole = text if isinstance(text, str) else "".join(text)
    return any(marker in whole for marker in MARKERS)


@dataclass(frozen=True, eq=False)
class Source:
    r"""The text of one file.

    `encoding`: the codec of the file, without a byte order mark.
    `newline`: its most frequent line break, the one for inserted lines (`\n` if it has none).
    `bom`: whether the file starts with a UTF-8 byte order mark.
    `exact`: whether encoding the unchanged text gives the same bytes; some codecs do not promise it.
    """

    path: str
    text: str
    encoding: str = "utf-8"
    newline: str = "\n"
    bom: bool = False
    exact: bool = True
    _tree: list[ast.Module] = field(default_factory=list, repr=False)

    @classmethod
    def from_path(cls, path: str | Path) -> Source:
        """Read a file from disk."""
        return cls.from_bytes(read_bytes(path), str(path))

    @classmethod
    def from_bytes(cls, data: bytes, path: str) -> Source:
        """Decode a file as Python does: byte order mark, coding line, else UTF-8."""
        if b"\0" in data:
            raise UnreadableSource(path, data[: data.index(b"\0")].count(b"\n") + 1, "contains NUL bytes")
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        except SyntaxError as error:
            raise UnreadableSource(path, 1, _one_line(error.msg or str(error))) from error
        bom = data.startswith(codecs.BOM_UTF8)
        encoding = "utf-8" if encoding == "utf-8-sig" else encoding
        text = _decode(data[len(codecs.BOM_UTF8) :] if bom else data, encoding, path)
        exact = encoding == "utf-8" or _survives(data, text, encoding)
        return cls(path, text, encoding, _usual_newline(text), bom, exact)

    @classmethod
    def from_lines(cls, lines: Sequence[str], path: str, tree: ast.Module | None = None) -> Source:
        """The source of what flake8 hands over: lines, and the tree it has parsed from them."""
        text = "".join(lines)
        bom = text.startswith("\ufeff")
        text = text[1:] if bom else text
        return cls(path, text, "utf-8", _usual_newline(text), bom, True, [] if tree is None else [tree])

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines as Python counts them, each with its line break."""
        return tuple(split_lines(self.text))

    @cached_property
    def positions(self) -> Positions:
        """Translates the places of this text."""
        return Positions(self.lines)

    def tree(self) -> ast.Module:
        """The syntax tree, parsed once and made compact; treat it as read-only, for all share it."""
        self._tree[:] = [compact(self.plain_tree())]
        return self._tree[0]

    def plain_tree(self) -> ast.Module:
        """The same, not made compact: for what is forgotten at once."""
        if not self._tree:
            self._tree.append(_parse(self.text, self.path))
        return self._tree[0]

    def with_tree(self, tree: ast.Module) -> Source:
        """The same text with the tree that was made of it before."""
        return Source(self.path, self.text, self.encoding, self.newline, self.bom, self.exact, [tree])

    def with_text(self, text: str) -> Source:
        """The same file with another text."""
        return Source(self.path, text, self.encoding, self.newline, self.bom, self.exact)

    def encode(self, text: str) -> bytes:
        """The bytes of `text` in this file's encoding, with its byte order mark."""
        if not self.exact:
            raise UnreadableSource(
                self.path, None, f"its encoding {self.encoding} does not allow a faithful rewrite"
            )
        try:
            data = text.encode(self.encoding)
        except UnicodeEncodeError as error:
            line = text.count("\n", 0, error.start) + 1
            message = f"a character cannot be written in this file's encoding {self.encoding}"
            raise UnreadableSource(self.path, line, message) from error
        return codecs.BOM_UTF8 + data if self.bom else data


def read_bytes(path: str | Path) -> bytes:
    """The bytes of a file on disk."""
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableSource(str(path), None, f"cannot be read: {reason}") from error


def _decode(data: bytes, encoding: str, path: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableSource(path, line, f"is not valid {encoding}: {error.reason}") from error
    except (LookupError, ValueError) as error:
        raise UnreadableSource(path, 1, _one_line(str(error))) from error


def _survives(data: bytes, text: str, encoding: str) -> bool:
    try:
        return text.encode(encoding) == data
    except UnicodeError:
        return False


def _usual_newline(text: str) -> str:
    if "\r" not in text:
        return "\n"
    windows = text.count("\r\n")
    counts = {"\n": text.count("\n") - windows, "\r\n": windows, "\r": text.count("\r") - windows}
    return max(counts, key=lambda newline: counts[newline])


def _parse(text: str, path: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        raise UnreadableSource(path, error.lineno, f"does not parse: {_one_line(error.msg)}") from error
    except (RecursionError, MemoryError) as error:
        raise UnreadableSource(path, None, "does not parse: an expression is nested too deeply") from error
    except ValueError as error:
        raise UnreadableSource(path, None, f"does not parse: {_one_line(str(error))}") from error


def _one_line(message: str) -> str:
    return " ".join(message.split())

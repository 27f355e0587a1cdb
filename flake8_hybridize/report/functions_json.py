"""The verdicts on all functions as one JSON object: a contract that other programs rely on."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator

from flake8_hybridize import __version__
from flake8_hybridize.report.functions import function_object
from flake8_hybridize.report.json import SCHEMA, error_object
from flake8_hybridize.report.run import Run
from flake8_hybridize.results import Verdict

_BETWEEN = ",\n "
_ENCODER = json.JSONEncoder(ensure_ascii=False)


def render(run: Run) -> str:
    """Every function of every file that could be read, and the files that could not."""
    return b"".join(pieces(run)).decode("utf-8", "surrogateescape")


def pieces(run: Run) -> Iterator[bytes]:
    """The same piece by piece, since the whole is large."""
    document = {
        "schema": SCHEMA,
        "version": __version__,
        "files": len(run.results),
        "lines": run.lines,
        "seconds": round(run.seconds, 3),
    }
    head = json.dumps(document, ensure_ascii=False)
    yield f'{head[:-1]},\n"functions": ['.encode()
    yield from _listed(
        unpacked(result.rows) if result.rows else _encoded(rows(result.verdicts)) for result in run.results
    )
    yield b'],\n"errors": ['
    yield from _listed([_encoded(_written(error_object(error) for error in run.errors))])
    yield b"]}\n"


def packed(written: str) -> bytes:
    """The entries as they are kept until all files are done: a tenth of the text."""
    return zlib.compress(_encoded(written), 1)


def unpacked(entries: bytes) -> bytes:
    """The text of entries that were packed."""
    return zlib.decompress(entries)


def rows(verdicts: Iterable[Verdict]) -> str:
    """The entries of `functions` for some of them."""
    return _written(map(function_object, verdicts))


def _written(objects: Iterable[object]) -> str:
    """One object a line; with an indent Python's encoder is six times slower, which is more than a warm run takes."""
    return _BETWEEN.join(map(_ENCODER.encode, objects))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _listed(parts: Iterable[bytes]) -> Iterator[bytes]:
    before = b"\n "
    for part in filter(None, parts):
        yield before + part
        before = _encoded(_BETWEEN)
    if before == _encoded(_BETWEEN):
        yield b"\n"

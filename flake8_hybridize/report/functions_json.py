"""The verdicts on all functions as one JSON object: a contract that other programs rely on."""

from __future__ import annotations

import json
from collections.abc import Iterable

from flake8_hybridize import __version__
from flake8_hybridize.report.functions import function_object
from flake8_hybridize.report.json import SCHEMA, error_object
from flake8_hybridize.report.run import Run
from flake8_hybridize.results import Verdict

_BETWEEN = ",\n "
_ENCODER = json.JSONEncoder(ensure_ascii=False)


def render(run: Run) -> str:
    """Every function of every file that could be read, and the files that could not."""
    document = {
        "schema": SCHEMA,
        "version": __version__,
        "files": len(run.results),
        "lines": run.lines,
        "seconds": round(run.seconds, 3),
    }
    head = json.dumps(document, ensure_ascii=False)
    functions = _listed(result.rows or rows(result.verdicts) for result in run.results)
    errors = _listed([_written(error_object(error) for error in run.errors)])
    return f'{head[:-1]},\n"functions": [{functions}],\n"errors": [{errors}]}}\n'


def rows(verdicts: Iterable[Verdict]) -> str:
    """The entries of `functions` for some of them."""
    return _written(map(function_object, verdicts))


def _written(objects: Iterable[object]) -> str:
    """One object a line; with an indent Python's encoder is six times slower, which is more than a warm run takes."""
    return _BETWEEN.join(map(_ENCODER.encode, objects))


def _listed(parts: Iterable[str]) -> str:
    written = _BETWEEN.join(filter(None, parts))
    return f"\n {written}\n" if written else ""

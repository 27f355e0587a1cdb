"""The verdicts on all functions as one JSON object: a contract that other programs rely on."""

from __future__ import annotations

import json
from collections.abc import Iterable

from flake8_hybridize import __version__
from flake8_hybridize.report.functions import function_object
from flake8_hybridize.report.json import SCHEMA, error_object
from flake8_hybridize.report.run import Run


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
    functions = _rows(function_object(verdict) for verdict in run.verdicts)
    errors = _rows(error_object(error) for error in run.errors)
    return f'{head[:-1]},\n"functions": [{functions}],\n"errors": [{errors}]}}\n'


def _rows(objects: Iterable[object]) -> str:
    """One object a line; with an indent Python's encoder is six times slower, which is more than a warm run takes."""
    written = ",\n ".join(json.dumps(item, ensure_ascii=False) for item in objects)
    return f"\n {written}\n" if written else ""

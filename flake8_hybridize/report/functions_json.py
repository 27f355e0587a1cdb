"""The verdicts on all functions as one JSON object: a contract that other programs rely on."""

from __future__ import annotations

import json

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
        "functions": [function_object(verdict) for verdict in run.verdicts],
        "errors": [error_object(error) for error in run.errors],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"

"""The verdicts on all functions as comma separated values, one row a function."""

from __future__ import annotations

import csv
import io
from typing import Any

from flake8_hybridize.report.functions import function_object, kind_of
from flake8_hybridize.report.run import Run
from flake8_hybridize.results import Verdict

COLUMNS = (
    "path",
    "qualname",
    "line",
    "end_line",
    "hybrid",
    "parameters",
    "tensor_parameters",
    "literal_parameters",
    "tensor_computation",
    "side_effects",
    "recursive",
    "hazards",
    "blockers",
    "eligible",
    "confidence",
    "traced_by",
    "heat",
    "heat_evidence",
    "benefit",
    "decision",
    "input_signature",
    "options",
    "tier",
)


def render(run: Run) -> str:
    """A header, then a row a function; the items of a list are separated by blanks."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(map(_row, run.verdicts))
    return text.getvalue()


def _row(verdict: Verdict) -> dict[str, Any]:
    row = function_object(verdict)
    row["parameters"] = [f"{parameter.name}:{kind_of(parameter)}" for parameter in verdict.parameters]
    row["side_effects"] = [f"{effect.kind}:{effect.line}" for effect in verdict.side_effects]
    row["hazards"] = [f"{hazard.code}:{hazard.line}" for hazard in verdict.hazards]
    return {name: _cell(row[name]) for name in COLUMNS}


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return " ".join(value)
    return str(value).lower() if isinstance(value, bool) else value

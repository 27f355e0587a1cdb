"""Findings as one JSON object; fields may be added to it, never renamed."""

from __future__ import annotations

import json
from typing import Any

from flake8_hybridize import __version__
from flake8_hybridize.report import statistics
from flake8_hybridize.report.edits import placed, positions
from flake8_hybridize.report.run import FileError, FileResult, Run
from flake8_hybridize.results import Finding
from flake8_hybridize.rules.registry import RULES
from flake8_hybridize.source.positions import Positions

SCHEMA = 1


def render(run: Run) -> str:
    """Findings with their ranges and fixes; lines and columns are 1-based and count characters."""
    document = {
        "schema": SCHEMA,
        "version": __version__,
        "files": len(run.results),
        "lines": run.lines,
        "seconds": round(run.seconds, 3),
        "findings": [finding for result in run.results for finding in _findings(result)],
        "statistics": statistics.counts(run),
        "errors": [error_object(error) for error in run.errors],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def error_object(error: FileError) -> dict[str, Any]:
    """A file that could not be analysed."""
    return {"path": error.path, "line": error.line, "message": error.message}


def _findings(result: FileResult) -> list[dict[str, Any]]:
    where = positions(result)
    return [_finding(finding, where) for finding in result.findings]


def _finding(finding: Finding, where: Positions) -> dict[str, Any]:
    return {
        "path": finding.path,
        "line": finding.line,
        "column": finding.column,
        "end_line": finding.end_line,
        "end_column": finding.end_column,
        "code": finding.code,
        "name": RULES[finding.code].name,
        "severity": finding.severity.value,
        "confidence": finding.confidence.label,
        "function": finding.function,
        "message": finding.message,
        "fix": _fix(finding, where),
    }


def _fix(finding: Finding, where: Positions) -> dict[str, Any] | None:
    if finding.fix is None:
        return None
    return {
        "applicability": finding.fix.applicability.value,
        "description": finding.fix.description,
        "reason": finding.fix.reason,
        "edits": [
            {
                "line": edit.start[0],
                "column": edit.start[1] + 1,
                "end_line": edit.end[0],
                "end_column": edit.end[1] + 1,
                "text": edit.text,
            }
            for edit in placed(finding, where)
        ],
    }

"""Findings as SARIF 2.1.0 (OASIS standard), with rules, ranges and fixes."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from flake8_hybridize import __version__, pages
from flake8_hybridize.report.edits import PlacedEdit, placed, positions
from flake8_hybridize.report.run import FileError, FileResult, Run
from flake8_hybridize.results import Applicability, Finding, Severity
from flake8_hybridize.rules.registry import RULES, Rule
from flake8_hybridize.source.positions import Positions

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(run: Run) -> str:
    """One log with one run; columns are counted in UTF-16 units, as most readers take them."""
    codes = sorted({finding.code for finding in run.findings})
    driver = {
        "name": "flake8-hybridize",
        "version": __version__,
        "informationUri": pages.HOME,
        "rules": [_rule(RULES[code]) for code in codes],
    }
    single = {
        "tool": {"driver": driver},
        "columnKind": "utf16CodeUnits",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "results": [item for result in run.results for item in _results(result, codes)],
        "invocations": [_invocation(run)],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [single]}
    return json.dumps(log, indent=1, ensure_ascii=False) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "helpUri": pages.uri(rule.code),
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"category": rule.category.value},
    }
    page = pages.page(rule.code)
    if page is not None:
        described["help"] = {"text": page, "markdown": page}
    return described


def _invocation(run: Run) -> dict[str, Any]:
    return {
        "executionSuccessful": not run.errors,
        "toolExecutionNotifications": [_notification(error) for error in run.errors],
    }


def _notification(error: FileError) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(error.path)}
    if error.line:
        physical["region"] = {"startLine": error.line}
    return {
        "level": "error",
        "message": {"text": error.message},
        "locations": [{"physicalLocation": physical}],
    }


def _artifact(path: str) -> dict[str, str]:
    prefix = "file://" if path.startswith("/") else ""
    return {"uri": prefix + quote(path.encode("utf-8", "surrogateescape"))}


def _results(result: FileResult, codes: list[str]) -> list[dict[str, Any]]:
    where = positions(result)
    return [_result(finding, where, codes) for finding in result.findings]


def _result(finding: Finding, where: Positions, codes: list[str]) -> dict[str, Any]:
    start = (finding.line, finding.column - 1)
    end = (finding.end_line, finding.end_column - 1)
    location = {
        "physicalLocation": {
            "artifactLocation": _artifact(finding.path),
            "region": _region(start, end, where),
        },
        "logicalLocations": [{"fullyQualifiedName": finding.function}],
    }
    described: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [location],
        "properties": {"confidence": finding.confidence.label},
    }
    if finding.fix and finding.fix.applicability is not Applicability.DISPLAY:
        described["fixes"] = [_fix(finding, where)]
    return described


def _fix(finding: Finding, where: Positions) -> dict[str, Any]:
    assert finding.fix is not None
    change = {
        "artifactLocation": _artifact(finding.path),
        "replacements": [_replacement(edit, where) for edit in placed(finding, where)],
    }
    return {
        "description": {"text": finding.fix.description},
        "artifactChanges": [change],
        "properties": {"applicability": finding.fix.applicability.value, "reason": finding.fix.reason},
    }


def _replacement(edit: PlacedEdit, where: Positions) -> dict[str, Any]:
    return {"deletedRegion": _region(edit.start, edit.end, where), "insertedContent": {"text": edit.text}}


def _region(start: tuple[int, int], end: tuple[int, int], where: Positions) -> dict[str, int]:
    return {
        "startLine": start[0],
        "startColumn": where.utf16_column(*start) + 1,
        "endLine": end[0],
        "endColumn": where.utf16_column(*end) + 1,
    }

"""Findings as workflow commands, which GitHub shows next to the lines of a pull request."""

from __future__ import annotations

from flake8_hybridize.report.run import Run
from flake8_hybridize.results import Finding, Severity
from flake8_hybridize.rules.registry import RULES

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(run: Run) -> str:
    """One command a finding."""
    return "".join(f"{_command(finding)}\n" for finding in run.findings)


def _command(finding: Finding) -> str:
    properties = {
        "title": f"{finding.code} {RULES[finding.code].name}",
        "file": finding.path,
        "line": str(finding.line),
        "endLine": str(finding.end_line),
    }
    if finding.line == finding.end_line:
        properties |= {"col": str(finding.column), "endColumn": str(finding.end_column)}
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{LEVELS[finding.severity]} {written}::{_data(f'{finding.code} {finding.message}')}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

"""Findings as a GitLab code quality report."""

from __future__ import annotations

import hashlib
import json
from collections import Counter

from flake8_hybridize.report.run import Run
from flake8_hybridize.results import Finding, Severity

SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.INFO: "info"}


def render(run: Run) -> str:
    """One object a finding; fingerprints hold no line, only the order within a function."""
    seen: Counter[tuple[str, str, str]] = Counter()
    issues = []
    for finding in run.findings:
        key = (finding.path, finding.code, finding.function)
        seen[key] += 1
        issues.append(_issue(finding, _fingerprint(*key, str(seen[key]))))
    return json.dumps(issues, indent=1, ensure_ascii=False) + "\n"


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def _issue(finding: Finding, fingerprint: str) -> dict[str, object]:
    return {
        "description": f"{finding.code} {finding.message}",
        "check_name": finding.code,
        "fingerprint": fingerprint,
        "severity": SEVERITIES[finding.severity],
        "location": {"path": finding.path, "lines": {"begin": finding.line, "end": finding.end_line}},
    }

"""Findings as flake8 prints them: `path:line:column: code text`."""

from __future__ import annotations

from flake8_hybridize.report.run import Run


def render(run: Run) -> str:
    """One line a finding; empty where nothing was found."""
    return "".join(f"{f.path}:{f.line}:{f.column}: {f.code} {f.message}\n" for f in run.findings)

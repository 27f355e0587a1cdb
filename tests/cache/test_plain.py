"""What is kept of an analysis is the analysis."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flake8_hybridize.analysis import analyse
from flake8_hybridize.cache.plain import dumped, loaded
from flake8_hybridize.model.project import Project
from flake8_hybridize.options import Options
from flake8_hybridize.source.text import Source

PROJECT = Path(__file__).resolve().parent.parent / "projects" / "denoise"


def test_every_field_comes_back() -> None:
    project, reasons = Project((PROJECT,)), 0
    for path in sorted(PROJECT.rglob("*.py")):
        found = analyse(Source.from_path(path), Options(extend_select=("HYB",)), project)
        found = replace(found, findings=tuple(replace(finding, fix=None) for finding in found.findings))
        assert loaded(dumped(found)) == found
        reasons += sum(len(met.reasons) for verdict in found.verdicts for met in verdict.preconditions)
    assert reasons > 3

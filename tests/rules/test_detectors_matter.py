"""Mutation check of the rules: with any one detector switched off, a fixture is no longer reported as it should be."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from flake8_hybridize import analysis
from flake8_hybridize.hazards.base import DETECTORS, Rule
from flake8_hybridize.rules import registry
from flake8_hybridize.verdict.boundary.base import FACTS
from tests.rules.test_fixtures import FIXTURES, expected, reported

Detector = Callable[..., Any]


def tables() -> list[list[Detector]]:
    """Every list that detectors are filed in."""
    filed: list[list[Detector]] = []
    for name in dir(DETECTORS):
        if name.startswith("by_"):
            table = getattr(DETECTORS, name)
            filed += table.values() if isinstance(table, dict) else [table]
    return [*filed, FACTS]


def detectors() -> list[Detector]:
    """Every detector once, in a fixed order."""
    found = {detector for table in tables() for detector in table}
    return sorted(found, key=lambda detector: (detector.__module__, detector.__name__))


def codes(detector: Detector) -> set[str]:
    """Codes of the rules that the detector's file knows."""
    module = sys.modules[detector.__module__]
    return {value.code for value in vars(module).values() if isinstance(value, Rule)}


@contextmanager
def without(detector: Detector) -> Iterator[None]:
    """Runs with one detector switched off."""
    touched = [table for table in tables() if detector in table]
    places = [(table, table.index(detector)) for table in touched]
    for table in touched:
        table.remove(detector)
    try:
        yield
    finally:
        for table, place in places:
            table.insert(place, detector)


def fixtures(found: set[str]) -> list[Path]:
    """Fixtures of these codes; those of the blocked proposals show a detector as well."""
    return [path for code in sorted(found) for path in sorted((FIXTURES / code).glob("*.py"))]


@pytest.mark.parametrize(
    "detector", detectors(), ids=lambda d: f"{d.__module__.rpartition('.')[2]}.{d.__name__}"
)
def test_a_detector_switched_off_is_missed(detector: Detector) -> None:
    candidates = [*fixtures(codes(detector)), *fixtures({"HYB101", "HYB102", "HYB103"})]
    with without(detector):
        assert any(reported(path) != expected(path.read_text(encoding="utf-8")) for path in candidates)


@pytest.mark.parametrize("report", registry.REPORTS, ids=lambda r: r.__module__.rpartition(".")[2])
def test_a_report_switched_off_is_missed(report: Detector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        analysis, "REPORTS", tuple(other for other in registry.REPORTS if other is not report)
    )
    candidates = fixtures(codes(report) or {"HYB201"})
    assert any(reported(path) != expected(path.read_text(encoding="utf-8")) for path in candidates)

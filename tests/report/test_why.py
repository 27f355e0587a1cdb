"""`hybridize why` names the files on the way to what decided, and how far one had to look."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flake8_hybridize.analysis import analyse
from flake8_hybridize.model.project import Project
from flake8_hybridize.options import Options
from flake8_hybridize.report.why import render
from flake8_hybridize.results import Verdict
from flake8_hybridize.source.text import Source

WHOLE = Options()
PROJECT = Path(__file__).resolve().parent.parent / "projects" / "denoise"


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)


def verdict(place: str, options: Options = WHOLE) -> Verdict:
    path, _, name = place.partition("::")
    found = analyse(Source.from_path(Path(path)), options, Project((PROJECT,))).verdicts
    return next(v for v in found if v.qualname == name)


def test_the_way_through_other_files_is_named() -> None:
    text = render(verdict("denoise/restore.py::preview"))
    chain = [line.strip() for line in text.splitlines() if line.strip().startswith("by ")]
    assert chain == [
        "by Restorer.predict, denoise/models/base.py line 27",
        "by Wide.noise, denoise/models/wide.py line 18",
    ]


def test_a_hazard_of_the_function_itself_has_no_way() -> None:
    found = verdict("denoise/measures.py::contrast")
    assert [hazard.chain for hazard in found.hazards] == [()]


@pytest.mark.parametrize(
    ("place", "tier"),
    [
        ("denoise/losses.py::_edges", "function"),
        ("denoise/losses.py::spread", "function"),
        ("denoise/restore.py::preview", "project"),
        ("denoise/measures.py::sharpened", "project"),
        ("denoise/data/augment.py::with_noise", "project"),
        ("denoise/models/base.py::Restorer.default", "project"),
    ],
)
def test_the_tier_is_how_far_one_had_to_look(place: str, tier: str) -> None:
    assert verdict(place).tier == tier


def test_without_imports_no_tier_is_beyond_the_module() -> None:
    alone = Options(follow_imports=False)
    for path in sorted(PROJECT.rglob("*.py")):
        found = analyse(Source.from_path(path), alone, Project((PROJECT,))).verdicts
        assert {v.tier for v in found} <= {"function", "module"}, os.fspath(path)


def test_callers_and_callees_of_the_module_are_the_tier_module() -> None:
    alone = Options(follow_imports=False)
    assert verdict("denoise/losses.py::edge_loss", alone).tier == "module"
    assert verdict("denoise/losses.py::charbonnier", alone).tier == "module"
    assert verdict("denoise/losses.py::squared", alone).tier == "function"

"""A verdict does not depend on how a program is spread over modules."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flake8_hybridize.analysis import analyse
from flake8_hybridize.model.project import Project
from flake8_hybridize.options import Options
from flake8_hybridize.results import Analysis, Verdict
from flake8_hybridize.source.text import Source
from tests.verdict.programs import Program, programs


def facts(verdict: Verdict) -> dict[str, Any]:
    """What must be the same wherever the function is written."""
    return {
        "hybrid": verdict.hybrid,
        "eligible": verdict.eligible,
        "decision": verdict.decision.value,
        "blockers": sorted(verdict.blockers),
        "hazards": sorted({(hazard.code, hazard.confidence.label) for hazard in verdict.hazards}),
        "computes": verdict.tensor_computation,
        "traced": verdict.traced_by is not None,
        "heat": verdict.heat,
        "benefit": verdict.benefit,
        "confidence": verdict.confidence.label,
    }


def spread(program: Program, folder: Path) -> dict[str, Any]:
    """The verdicts on the functions of the program spread over a package."""
    project, found = Project((folder,)), {}
    for path in sorted(set(program.write(folder).values())):
        analysis = analyse(Source.from_path(path), Options(), project)
        found.update({v.qualname: facts(v) for v in analysis.verdicts if v.qualname[1:].isdigit()})
    return found


def inlined(program: Program, folder: Path) -> dict[str, Any]:
    """The same for the program in one module."""
    path = folder / "inlined.py"
    path.write_text(program.inlined(), encoding="utf-8")
    analysis = analyse(Source.from_path(path), Options(), Project((folder,)))
    return {v.qualname: facts(v) for v in analysis.verdicts if v.qualname[1:].isdigit()}


def different(many: dict[str, Any], one: dict[str, Any]) -> list[tuple[str, str, Any, Any]]:
    """Function, fact, what it is over many modules and in one, where these are not the same."""
    assert many.keys() == one.keys()
    return [
        (name, fact, many[name][fact], one[name][fact])
        for name in sorted(one)
        for fact in one[name]
        if many[name][fact] != one[name][fact]
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(programs())
def test_verdicts_are_those_of_the_program_in_one_module(program: Program) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as many:
        assert different(spread(program, Path(many)), inlined(program, Path(one))) == []


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(programs(recursive=True), st.randoms(use_true_random=False))
def test_the_order_of_files_changes_nothing(program: Program, chance: random.Random) -> None:
    with tempfile.TemporaryDirectory() as folder:
        program.write(Path(folder))
        paths = sorted(Path(folder).rglob("*.py"))
        alone = {path: whole(path, Project((Path(folder),))) for path in paths}
        project = Project((Path(folder),))
        chance.shuffle(paths)
        assert {path: whole(path, project) for path in paths} == alone


def whole(path: Path, project: Project) -> Analysis:
    """Everything that is said about a file."""
    return analyse(Source.from_path(path), Options(extend_select=("HYB",)), project)


DENOISE = Path(__file__).resolve().parent.parent / "projects" / "denoise"


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.permutations(sorted(DENOISE.rglob("*.py"))))
def test_the_order_of_files_of_a_real_project_changes_nothing(paths: list[Path]) -> None:
    project = Project((DENOISE,))
    found = {path: whole(path, project) for path in paths}
    assert [found[path] for path in paths[:5]] == [whole(path, Project((DENOISE,))) for path in paths[:5]]

"""Work grows with the size of the code and no faster: functions called and steps taken, at a quarter and in full."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from flake8_hybridize.analysis import analyse
from flake8_hybridize.model.project import Project
from flake8_hybridize.options import Options
from flake8_hybridize.source.text import Source
from tests.work import shapes
from tests.work.counting import calls

QUARTER = 4
MOST = 2.2**2
"""Twice the code may be 2.2 times the work."""

FILES: dict[str, tuple[Callable[[int], str], int]] = {
    "a file of 20,000 lines": (shapes.long_file, 20_000),
    "5,000 functions": (shapes.many_functions, 5_000),
    "a call chain of 1,000": (shapes.call_chain, 1_000),
    "200 nested loops": (shapes.nested_loops, 200),
    "a table of 2 MB": (shapes.table, 2_000_000),
}


@pytest.fixture(autouse=True, scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Load the knowledge tables before anything is counted."""
    root = tmp_path_factory.mktemp("warm")
    work_of({"a.py": shapes.long_file(40) + shapes.call_chain(2)}, root)


def work_of(files: dict[str, str], root: Path) -> tuple[int, int]:
    """Functions called and steps taken for the first file; the others are there to be imported."""
    root.mkdir(exist_ok=True)
    (root / "pyproject.toml").touch()
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    called, effort = calls([root / list(files)[-1]], root)
    return called, effort.steps


def assert_linear(small: tuple[int, int], large: tuple[int, int], most: float = MOST) -> None:
    assert all(number > 0 for number in small)
    growth = tuple(after / before for before, after in zip(small, large))
    assert max(growth) <= most, f"{small} -> {large}"


@pytest.mark.parametrize("name", FILES)
def test_one_file(name: str, tmp_path: Path) -> None:
    shape, size = FILES[name]
    small = work_of({"a/a.py": shape(size // QUARTER)}, tmp_path / "a")
    large = work_of({"b/b.py": shape(size)}, tmp_path / "b")
    assert_linear(small, large)


def test_a_class_hierarchy_50_deep(tmp_path: Path) -> None:
    """The line of bases of each class is as long as the hierarchy is deep, so that all of them are half its square."""
    small = work_of({"a.py": shapes.class_chain(25)}, tmp_path / "a")
    large = work_of({"b.py": shapes.class_chain(50)}, tmp_path / "b")
    assert_linear(small, large, most=2.7)


@pytest.mark.parametrize(("size", "most"), [(12, 2 * MOST), (25, MOST)])
def test_functions_that_all_call_each_other(size: int, most: float, tmp_path: Path) -> None:
    """Four times the calls; up to the bound of the analysis each of the functions is looked at for all the others."""
    small = work_of({"a.py": shapes.clique(size)}, tmp_path / "a")
    large = work_of({"b.py": shapes.clique(2 * size)}, tmp_path / "b")
    assert_linear(small, large, most)


def test_what_callers_of_callers_give_is_asked_once_of_each(tmp_path: Path) -> None:
    small = work_of({"a.py": shapes.clique_of_arrays(10)}, tmp_path / "a")
    large = work_of({"b.py": shapes.clique_of_arrays(20)}, tmp_path / "b")
    assert_linear(small, large, most=2 * MOST)


@pytest.mark.parametrize("shape", [shapes.ring, shapes.tangle])
def test_a_circle_of_functions(shape: Callable[[int], str], tmp_path: Path) -> None:
    """Circles longer than the depth of the analysis."""
    small = work_of({"a.py": shape(102)}, tmp_path / "a")
    large = work_of({"b.py": shape(153)}, tmp_path / "b")
    assert_linear(small, large, most=1.5 * 1.1)


def test_what_the_bound_leaves_open_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(shapes.clique(50), encoding="utf-8")
    analysis = analyse(Source.from_path(tmp_path / "a.py"), Options(), Project((tmp_path,)))
    assert analysis.error is None
    for verdict in analysis.verdicts:
        unknown = next(p for p in verdict.preconditions if p.name.startswith("nothing unknown"))
        assert unknown.holds is False
        assert "too many functions that call each other" in unknown.because
        assert not verdict.eligible


def test_modules_that_import_each_other(tmp_path: Path) -> None:
    small = work_of(shapes.modules(500), tmp_path / "a")
    large = work_of(shapes.modules(2000), tmp_path / "b")
    assert_linear(small, large)

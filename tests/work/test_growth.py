"""Work grows with the size of the code and no faster: functions called and steps taken, at a quarter and in full."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

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


def test_modules_that_import_each_other(tmp_path: Path) -> None:
    small = work_of(shapes.modules(500), tmp_path / "a")
    large = work_of(shapes.modules(2000), tmp_path / "b")
    assert_linear(small, large)

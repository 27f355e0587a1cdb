"""What is kept of a project that was analysed: counted by kind and line, which no machine changes."""

from __future__ import annotations

import ast
import gc
import shutil
import sys
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import pytest

from flake8_hybridize.analysis import analyse
from flake8_hybridize.hazards.body import Body
from flake8_hybridize.hazards.summaries import Program
from flake8_hybridize.model.module import Function
from flake8_hybridize.model.project import Project
from flake8_hybridize.options import Options
from flake8_hybridize.report.functions_json import packed, rows, unpacked
from flake8_hybridize.source.text import Source
from tests.work.counting import ROOT

CODE = ROOT / "tests" / "fixtures" / "HYB101"
MOST_BYTES = 2800
"""A line of these programs, which are denser than most code. It was 2540 with Python 3.11; 4630 before nodes had slots,
equal sets were one, and what was found out for verdicts alone was let go of."""


class Kept(NamedTuple):
    """What a project refers to after all its files, the lines of these, and what nobody refers to any more."""

    items: list[object]
    lines: int
    garbage: list[object]

    def count(self, kind: type) -> int:
        return sum(type(item) is kind for item in self.items)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    root = tmp_path_factory.mktemp("memory") / "programs"
    shutil.copytree(CODE, root)
    (root / "pyproject.toml").touch()
    files, project = sorted(root.rglob("*.py")), Project((root,))
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        for path in files:
            assert analyse(Source.from_path(path), Options(), project).error is None
        gc.collect()
        garbage = gc.garbage.copy()
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
    lines = sum(path.read_bytes().count(b"\n") for path in files)
    return Kept(reachable([project]), lines, garbage)


def reachable(roots: Iterable[object]) -> list[object]:
    """Everything that the roots refer to, but for code."""
    found, waiting = dict[int, object](), list(roots)
    code = {id(vars(module)) for module in list(sys.modules.values())}
    while waiting:
        item = waiting.pop()
        if id(item) not in found and id(item) not in code and not isinstance(item, (type, type(sys))):
            found[id(item)] = item
            waiting += gc.get_referents(item)
    return list(found.values())


def test_a_line_takes_no_more_than_it_did(kept: Kept) -> None:
    sizes: Counter[str] = Counter()
    for item in kept.items:
        sizes[type(item).__name__] += sys.getsizeof(item)
    by_line = [(name, size // kept.lines) for name, size in sizes.most_common(12)]
    assert sum(sizes.values()) <= MOST_BYTES * kept.lines, by_line


def test_syntax_trees_have_no_dictionaries(kept: Kept) -> None:
    nodes = [item for item in kept.items if isinstance(item, ast.AST) and item._attributes]
    plain = sum(bool(vars(node)) for node in nodes)
    assert plain <= 0.01 * len(nodes), (
        plain,
        len(nodes),
    )  # those that were made up, as for the call of a property


def test_names_and_what_answers_rest_on_are_few_sets(kept: Kept) -> None:
    assert kept.count(set) <= 5 * kept.count(Function)  # 21 before


def test_what_was_for_verdicts_alone_is_gone(kept: Kept) -> None:
    assert kept.count(Program) == 1
    assert kept.count(Body) <= 0.1 * kept.count(Function)


def test_nothing_of_ours_is_left_for_the_collector(kept: Kept) -> None:
    ours = [item for item in kept.garbage if type(item).__module__.startswith("flake8_hybridize")]
    assert not ours, Counter(type(item).__name__ for item in ours)


def test_rows_of_the_report_are_kept_packed() -> None:
    path = max((ROOT / "examples").rglob("*.py"), key=lambda path: path.stat().st_size)
    written = rows(analyse(Source.from_path(path), Options()).verdicts)
    assert unpacked(packed(written)).decode() == written
    assert 2 * len(packed(written)) < len(written)

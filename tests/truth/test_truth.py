"""Every fixture does under the real TensorFlow what its header says."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("tensorflow")

from tests.truth.harness import disagreement, measure
from tests.truth.header import has_header, parse_header

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
# HYB9xx are about the tool itself: some of those files do not even parse.
FILES = sorted(p for p in FIXTURES.glob("HYB[1-4]*/*.py"))


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def test_every_fixture_says_its_truth() -> None:
    without = [_name(path) for path in FILES if not has_header(path.read_text(encoding="utf-8"))]
    assert FILES
    assert without == []


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_fixture_against_tensorflow(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    header = parse_header(text, path.name)
    assert disagreement(measure(text, header), header) == ""

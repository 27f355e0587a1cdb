"""What the report says of parameters and recursion holds in a run under TensorFlow, and tensors are found."""

from __future__ import annotations

from pathlib import Path
from zlib import crc32

import pytest

pytest.importorskip("tensorflow")

from tests.truth import given_programs
from tests.truth.header import parse_header
from tests.truth.recorder import contradictions, record, reported, unseen_tensors

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
ONE_OF = 16
# By their names, so that the sample stays the same when others come; there is no time for all.
SAMPLE = sorted(p for p in FIXTURES.glob("HYB[1-4]*/*.py") if crc32(p.stem.encode()) % ONE_OF == 0)
# Run eagerly these are given what a graph makes tensors of.
TENSORS_IN_A_GRAPH = ("fires_static_shape", "fires_python_helper", "fires_bodies_in_function")


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", SAMPLE, ids=_name)
def test_fixtures_are_given_what_the_report_says(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.stem in TENSORS_IN_A_GRAPH or parse_header(text).isolated:
        return
    seen, _ = record(text)
    assert contradictions(reported(text), seen) == []


@pytest.mark.parametrize("name", sorted(given_programs.PROGRAMS))
def test_arguments_are_known(name: str) -> None:
    text = given_programs.program(name)
    seen, outcome = record(text)
    assert outcome.error == ""
    functions = reported(text)
    assert contradictions(functions, seen) == []
    assert unseen_tensors(functions, seen) == []


def test_every_value_is_known_that_a_function_is_given() -> None:
    text = given_programs.values()
    seen, outcome = record(text)
    assert outcome.error == ""
    functions = reported(text)
    assert len(seen) == len(functions)
    assert contradictions(functions, seen) == []
    assert unseen_tensors(functions, seen) == []

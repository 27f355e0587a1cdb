"""The analysis of the same code must not become more work by accident."""

from __future__ import annotations

import json

from tests.work.counting import RECORDED, measured

TOLERANCE = 1.10


def test_work_is_what_was_recorded() -> None:
    """If more work is meant: `python -m tests.work.counting` records it."""
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    now = measured()
    assert now.keys() == recorded.keys()
    grown = {
        f"{corpus} {name}": f"{recorded[corpus][name]} -> {number} per thousand lines"
        for corpus, numbers in now.items()
        for name, number in numbers.items()
        if number > recorded[corpus][name] * TOLERANCE
    }
    assert grown == {}


def test_what_is_recorded_is_work() -> None:
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    for numbers in recorded.values():
        assert numbers["steps"] > 1000
        assert all(number > 0 for number in numbers.values())

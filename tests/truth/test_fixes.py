"""Fixed programs under the real TensorFlow do what the programs did eagerly before.

Unsafe fixes may change what the page of their code announces, see `ANNOUNCED`; safe fixes nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("tensorflow")

from flake8_hybridize.fixes.attach import BUILDERS
from flake8_hybridize.hazards.base import Category
from flake8_hybridize.rules.registry import RULES
from tests.fixes.programs import FILES, fixed, name_of, program
from tests.truth.edit import IDENTITY, versions
from tests.truth.harness import Outcome, Truth, _identity, compare, run
from tests.truth.header import parse_header
from tests.truth.values import Array

FIXABLE = [path for path in FILES if path.parent.name in BUILDERS and path.stem.startswith("fires_")]

ANNOUNCED = {
    "HYB201": {"stdout", "stderr"},  # tf.print writes to stderr, in a format of its own
    "HYB208": {"value"},  # other random numbers
    "HYB209": {"value"},  # another time
}
"""What the page of a code says that its unsafe fix may change."""


def eager(path: Path) -> Outcome:
    """The program before the fixes, its target run eagerly."""
    text = program(path).text
    header = parse_header(path.read_text(encoding="utf-8"), path.name)
    if header.expect == "none" or header.isolated:
        return run(text, {})
    return run(versions(text, header).eager, {IDENTITY: _identity})


def shape(value: Any) -> Any:
    """A picture without its numbers."""
    if isinstance(value, list):
        return [shape(item) for item in value]
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    return value.value.shape if isinstance(value, Array) else type(value)


def differences(truth: Truth, announced: set[str]) -> list[str]:
    """What is different beyond the announcements, the shapes of results never among them."""
    assert truth.eager is not None
    assert truth.traced is not None
    found = [reason for reason in truth.reasons if reason.partition(" ")[0] not in announced]
    if not truth.traced.failed and shape(truth.eager.value) != shape(truth.traced.value):
        found.append("shape")
    return found


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
@pytest.mark.parametrize("path", FIXABLE, ids=name_of)
def test_fixed_program_does_the_same(path: Path, unsafe: bool) -> None:
    result = fixed(path, unsafe)
    if not result.applied:
        pytest.skip("nothing to fix")
    left = {RULES[finding.code].category for finding in result.remaining}
    if left & {Category.RAISES, Category.DIFFERS}:
        pytest.skip("other hazards are left")
    codes = {finding.code for finding in result.applied}
    announced = set().union(*(ANNOUNCED.get(code, set()) for code in codes)) if unsafe else set()
    truth = compare(eager(path), run(result.text, {}))
    assert differences(truth, announced) == []


@pytest.mark.parametrize("code", BUILDERS)
def test_every_builder_is_run(code: str) -> None:
    """At least one fixture of the code is fixed to the end, so that the test above compares it."""
    folder = [path for path in FIXABLE if path.parent.name == code]
    whole = [path for path in folder if code in {finding.code for finding in fixed(path, True).applied}]
    assert any(
        RULES[finding.code].category not in (Category.RAISES, Category.DIFFERS)
        for path in whole
        for finding in fixed(path, True).remaining
    ) or any(not fixed(path, True).remaining for path in whole)

"""Degrees to which values are tensors, as masks over parameters."""

from __future__ import annotations

import pytest

from flake8_hybridize.tensors.substitution import indices
from flake8_hybridize.tensors.values import MAYBE, NO, YES


@pytest.mark.parametrize(
    ("mask", "found"), [(0b101, [0, 2]), (1 << 40, [40]), (NO, []), (YES, []), (MAYBE, [])]
)
def test_only_masks_have_positions(mask: int, found: list[int]) -> None:
    assert indices(mask) == found

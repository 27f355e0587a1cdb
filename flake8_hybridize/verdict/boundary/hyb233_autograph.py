"""HYB233 for `autograph=False`: the decorator itself keeps AutoGraph away."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import OWN, Signal
from flake8_hybridize.hazards.hyb233_autograph import RULE
from flake8_hybridize.model.module import Function
from flake8_hybridize.tensors.values import NO
from flake8_hybridize.verdict.boundary.base import Border, border
from flake8_hybridize.verdict.boundary.makings import makings


@border
def switched_off(known: Border, function: Function) -> Iterator[Signal]:
    """Tensor control flow under a decorator with `autograph=False`."""
    for making in makings(known, function):
        value = making.argument("autograph")
        control = known.program.summary(function).control
        if control != NO and isinstance(value, ast.Constant) and value.value is False:
            yield Signal(
                RULE, "AUTOGRAPH_OFF", making.node, "branches on a tensor, but is decorated with autograph=False",
                "drop autograph=False", "autograph=False", condition=control, param=OWN, needs_evidence=True,
            )  # fmt: skip

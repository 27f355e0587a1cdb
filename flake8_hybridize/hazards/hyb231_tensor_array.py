"""HYB231: the result of writing to a TensorArray is dropped, which only an eager one forgives."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, text_of
from flake8_hybridize.results import Applicability
from flake8_hybridize.tensors.observations import Statement
from flake8_hybridize.tensors.values import TENSORARRAY

RULE = DETECTORS.declare(
    Rule(
        code="HYB231",
        name="ta-unassigned",
        summary="a TensorArray is written to and the written array is not kept",
        category=Category.DIFFERS,
        names=("TA_UNASSIGNED",),
        fix=Applicability.UNSAFE,
    )
)
_WRITING = ("write", "scatter", "split", "unstack")


@DETECTORS.on(Statement)
def dropped(statement: Statement, body: Body) -> Iterator[Signal]:
    """`ta.write(i, x)` as a statement."""
    node = statement.node.value
    if statement.value.kinds != TENSORARRAY or not isinstance(node, ast.Call):
        return
    if isinstance(node.func, ast.Attribute) and node.func.attr in _WRITING:
        text = text_of(node.func)
        yield Signal(
            RULE, "TA_UNASSIGNED", node, f"drops the result of {text}, without which the graph does not write",
            f"assign it: {text_of(node.func.value)} = {text}(…)", text,
        )  # fmt: skip

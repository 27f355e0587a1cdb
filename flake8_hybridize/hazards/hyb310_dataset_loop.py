"""HYB310: a loop over a whole dataset in the graph.

Measured on TensorFlow 2.21: entering a dataset from a graph has a high fixed price, while a decorated step
costs little per batch. The body alone says that there is such a loop, which is enough not to propose the
function: its step should be decorated. Whether a decorated function is reported depends on how many batches
there are (`verdict/boundary/hyb309_too_small.py`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, text_of
from flake8_hybridize.results import Confidence, Severity
from flake8_hybridize.tensors.observations import Loop
from flake8_hybridize.tensors.values import DATASET, ITERATOR, NO, PYITERATOR, UNKNOWN, YES

RULE = DETECTORS.declare(
    Rule(
        code="HYB310",
        name="dataset-loop",
        summary="a loop over a whole dataset in the graph is slower than a decorated step",
        category=Category.SLOWER,
        severity=Severity.INFO,
        names=("DATASET_LOOP",),
        opt_in=True,
    )
)


@DETECTORS.on(Loop)
def loop_over_dataset(loop: Loop, body: Body) -> Iterator[Signal]:
    """A `for` statement over a dataset, or over a parameter that may be one."""
    if not isinstance(loop.node, (ast.For, ast.AsyncFor)):
        return
    condition = _is_dataset(loop)
    if condition == NO:
        return
    text = text_of(loop.node.iter)
    yield Signal(
        RULE, "DATASET_LOOP", loop.node, f"loops over the dataset {text}", "decorate the step instead",
        f"a loop over the dataset {text}", condition=condition, confidence=Confidence.GUESS,
        category=Category.SLOWER, staged=True, only="dataset" if condition > 0 else "",
    )  # fmt: skip


def _is_dataset(loop: Loop) -> int:
    """Whether the loop is over a dataset; a mask of the one parameter that decides."""
    value = loop.value
    if value.kinds & (DATASET | ITERATOR) or (value.kinds == PYITERATOR and value.extra == "staged"):
        return YES
    if value.kinds == UNKNOWN and value.param >= 0 and _pairs(loop.node.target):  # type: ignore[union-attr]
        return value.deps
    return NO


def _pairs(target: ast.expr) -> bool:
    """Features and labels: what lists, tensors and dicts of a training program rarely give."""
    return isinstance(target, (ast.Tuple, ast.List)) and len(target.elts) == 2

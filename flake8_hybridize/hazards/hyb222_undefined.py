"""HYB222: a name that only the rounds of a loop over a dataset give a value.

Run on TensorFlow 2.21: `for x in dataset: loss = f(x)` and then `return loss` raises `'loss' must be defined before
the loop`. Over a tensor or tf.range AutoGraph finds an initial value itself, over a dataset it does not.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Signal
from flake8_hybridize.hazards.body import Body
from flake8_hybridize.hazards.hyb222_loops import RULE
from flake8_hybridize.hazards.hyb240_dataset import dataset_degree
from flake8_hybridize.hazards.liveness import writes
from flake8_hybridize.tensors.observations import Loop
from flake8_hybridize.tensors.values import NO


@DETECTORS.on(Loop)
def undefined(loop: Loop, body: Body) -> Iterator[Signal]:
    """The first name that the loop changes, needs, and has no value for when it begins."""
    condition = dataset_degree(loop.value)
    generator = body.function is not None and body.function.is_generator
    if condition == NO or generator or not isinstance(loop.node, ast.For):
        return
    changed = writes(loop.node)
    missing = sorted(
        name for name in body.liveness.needed.get(loop.node, frozenset()) & changed if name not in loop.before
    )
    if missing:
        name = missing[0]
        yield Signal(
            RULE, "LOOP_VAR_MISMATCH", loop.node,
            f"needs a value of {name} before the loop over a dataset, which a graph loop cannot do without",
            f"set {name} before the loop", f"{name} has no value before the loop", condition=condition, staged=True,
            only="dataset" if condition > 0 else "", needs_evidence=True,
        )  # fmt: skip

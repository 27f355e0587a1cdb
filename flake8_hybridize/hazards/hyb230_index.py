"""HYB230: a Python container indexed by a tensor."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, text_of
from flake8_hybridize.tensors.iteration import is_nest
from flake8_hybridize.tensors.observations import Index
from flake8_hybridize.tensors.values import CONTAINER, STRING, tensorness

RULE = DETECTORS.declare(
    Rule(
        code="HYB230",
        name="python-index-by-tensor",
        summary="lists, dicts and strings cannot be indexed by a traced tensor",
        category=Category.RAISES,
        names=("PYINDEX_BY_TENSOR",),
    )
)


@DETECTORS.on(Index)
def indexed(seen: Index, body: Body) -> Iterator[Signal]:
    """`SCALES[t]`, `layers[int(tf.argmax(g))]`, `table[t]`."""
    base = seen.base.kinds
    if base & ~(CONTAINER | STRING) or not base or is_nest(seen.index):
        return
    text = text_of(seen.node)
    yield Signal(
        RULE, "PYINDEX_BY_TENSOR", seen.node, f"indexes a Python container by a tensor ({text}), which raises when traced",
        "use tf.gather or tf.switch_case", text, condition=tensorness(seen.index),
    )  # fmt: skip

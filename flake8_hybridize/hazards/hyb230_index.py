"""HYB230: a Python container indexed by a tensor."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, text_of
from flake8_hybridize.hazards.hyb213_numpy import is_constant
from flake8_hybridize.results import Confidence
from flake8_hybridize.tensors.iteration import is_dict, is_nest
from flake8_hybridize.tensors.observations import Index
from flake8_hybridize.tensors.values import (
    ARRAY,
    CONTAINER,
    EAGER_NUMBER,
    NO,
    STRING,
    UNKNOWN,
    UNKNOWN_VALUE,
    Value,
    holds_tensors,
    tensorness,
)

RULE = DETECTORS.declare(
    Rule(
        code="HYB230",
        name="python-index-by-tensor",
        summary="lists, dicts, strings and arrays cannot be indexed by a traced tensor",
        category=Category.RAISES,
        names=("PYINDEX_BY_TENSOR",),
    )
)


def _is_number_of_tensor(value: Value) -> bool:
    """Whether it may be what `int` makes of a tensor: a number in eager code, which a key may be."""
    return value.extra == EAGER_NUMBER or (
        bool(value.kinds & UNKNOWN) and value.param < 0 and bool(value.deps)
    )


@DETECTORS.on(Index)
def indexed(seen: Index, body: Body) -> Iterator[Signal]:
    """`SCALES[t]`, `layers[int(tf.argmax(g))]`, `table[t]`, where the table is a list, a dict or an array."""
    base = seen.base.kinds
    array = base == ARRAY and not seen.base.deps
    perhaps = is_nest(seen.base) or seen.base == UNKNOWN_VALUE
    if not base or (base & ~(CONTAINER | STRING) and not (array or perhaps)):
        return
    if is_nest(seen.index) or is_constant(seen.index):
        return
    if is_dict(seen.base) and not _is_number_of_tensor(seen.index):
        return  # a tensor is no key in eager code either
    condition = holds_tensors(seen.index) if array else tensorness(seen.index)
    if condition == NO:
        return
    text = text_of(seen.node)
    kind = "NumPy array" if array else "Python container"
    # What a model or an unknown call returns may be a list.
    confidence = Confidence.GUESS if perhaps else Confidence.LIKELY
    yield Signal(
        RULE, "PYINDEX_BY_TENSOR", seen.node, f"indexes a {kind} by a tensor ({text}), which raises when traced",
        "use tf.gather or tf.switch_case", text, condition=condition, confidence=confidence,
    )  # fmt: skip

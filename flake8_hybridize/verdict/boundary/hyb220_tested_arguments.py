"""HYB220: a parameter is tested for truth, and callers give it a tensor that is no bool."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import OWN, Signal
from flake8_hybridize.hazards.body import text_of
from flake8_hybridize.hazards.hyb220_truth import RULE
from flake8_hybridize.model.module import Function
from flake8_hybridize.tensors.iteration import is_nest
from flake8_hybridize.tensors.observations import Test
from flake8_hybridize.tensors.values import TENSOR, UNKNOWN
from flake8_hybridize.verdict.boundary.base import Border, border


@border
def tested_arguments(known: Border, function: Function) -> Iterator[Signal]:
    """`if count:` of a parameter that is a number tensor at a call in sight."""
    sites = known.callers.calls(function)
    if not sites:
        return
    for test in known.program.body(function).facts.seen(Test):
        if test.how in ("assert", "filter") or test.value.dtype:
            continue
        if test.value.param < 0 or not test.value.kinds & UNKNOWN:
            continue
        given = (site.bound.get(test.value.param) for site in sites)
        dtype = next(
            (v.dtype for v in given if v is not None and v.kinds == TENSOR and v.dtype and not is_nest(v)),
            "bool",
        )
        if dtype != "bool":
            text = text_of(test.node)
            yield Signal(
                RULE, "TENSOR_TRUTH", test.node, f"tests the {dtype} tensor {text}, which raises when traced",
                "compare it: `!= 0`", text, param=OWN,
            )  # fmt: skip

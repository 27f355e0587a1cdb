"""HYB239: a decorated method of an object that nothing keeps; it is gone when the method is traced."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, OWN, Category, Rule, Signal
from flake8_hybridize.hazards.body import text_of
from flake8_hybridize.model.module import Function
from flake8_hybridize.tensors.values import FRESH, INSTANCE
from flake8_hybridize.verdict.boundary.base import Border, border

RULE = DETECTORS.declare(
    Rule(
        code="HYB239",
        name="temp-instance",
        summary="a decorated method is called on an object that is not kept",
        category=Category.RAISES,
        names=("TEMP_INSTANCE",),
    )
)


@border
def temporary(known: Border, function: Function) -> Iterator[Signal]:
    """`Class(...).method(x)`; calling the object itself keeps it alive."""
    if not function.is_method or function.name.startswith("__") or function.has_decorator("classmethod"):
        return
    if known.program.decoration(function) is None and known.program.is_hybrid(function):
        return
    for site in known.callers.calls(function):
        call = site.call
        func = call.node.func
        receiver = call.receiver
        if not isinstance(func, ast.Attribute) or not isinstance(func.value, ast.Call) or receiver is None:
            continue
        if receiver.kinds & INSTANCE and receiver.origin == FRESH and site.module is function.module:
            what = f"is called on {text_of(func.value)}, which is gone when it is traced"
            yield Signal(RULE, "TEMP_INSTANCE", call.node, what, "keep the object in a name", what, param=OWN)

"""HYB218: a graph function that is called with what `keras.Input` makes, which no trace can take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flake8_hybridize.hazards.base import DETECTORS, OWN, Category, Rule, Signal
from flake8_hybridize.model.module import Function
from flake8_hybridize.tensors.calls import is_symbolic
from flake8_hybridize.tensors.values import CONTAINER, INSTANCE, LAYER, MODEL, SYMBOLIC, Value
from flake8_hybridize.verdict.boundary.base import Border, border
from flake8_hybridize.verdict.boundary.makings import eager_calls
from flake8_hybridize.verdict.callers import Site

RULE = DETECTORS.declare(
    Rule(
        code="HYB218",
        name="keras-symbolic",
        summary="a graph function is called with a symbolic tensor of Keras",
        category=Category.RAISES,
        names=("KERAS_SYMBOLIC",),
    )
)


@border
def called_on_symbolic(known: Border, function: Function) -> Iterator[Signal]:
    """Each call in this file that surely passes a KerasTensor as an argument."""
    for site in symbolic_sites(eager_calls(known, function)):
        if site.module is not function.module:
            continue
        index = next((i for i, value in sorted(site.bound.items()) if _surely_symbolic(value)), None)
        if index is not None and not _through_keras(site):
            name = function.params[index].name
            what = f"is given a KerasTensor for {name}, which has no value to trace with"
            advice, short = "call it undecorated, or in a Lambda layer", "called on keras.Input"
            yield Signal(RULE, "KERAS_SYMBOLIC", site.call.node, what, advice, short, param=OWN)


def symbolic_sites(sites: Iterable[Site]) -> Iterator[Site]:
    """The calls of which an argument may be, or hold, a KerasTensor."""
    return (site for site in sites if any(is_symbolic(value) for value in site.bound.values()))


def _surely_symbolic(value: Value) -> bool:
    if value.kinds == CONTAINER and value.items is not None:
        return any(_surely_symbolic(item) for item in value.items)
    return value.kinds == SYMBOLIC


def _through_keras(site: Site) -> bool:
    """Whether `layer(x)` calls the layer's `call`: Keras passes no KerasTensor on to it."""
    callee = site.call.callee
    return bool(callee.kinds & INSTANCE and callee.kinds & (LAYER | MODEL))

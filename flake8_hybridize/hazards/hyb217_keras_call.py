"""HYB217: a traced `call` of a Keras 3 layer or model bakes in weights that are not built yet."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, OWN, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, read_attributes
from flake8_hybridize.knowledge import lookup
from flake8_hybridize.model.module import Class, Function
from flake8_hybridize.results import Applicability
from flake8_hybridize.tensors.engine import Engine
from flake8_hybridize.tensors.values import CONTAINER, LAYER, MODEL, Value

RULE = DETECTORS.declare(
    Rule(
        code="HYB217",
        name="keras-call-decorated",
        summary="a decorated call of a Keras layer or model keeps its initial weights for ever",
        category=Category.DIFFERS,
        names=("KERAS_CALL_STALE",),
        fix=Applicability.SAFE,
    )
)


@DETECTORS.on_function
def stale_call(seen: None, body: Body) -> Iterator[Signal]:
    """`call`, or a method that `call` calls, of a Keras class with sublayers and without `build`."""
    function = body.function
    if function is None or function.owner is None or function.name in ("build", "__init__", "__call__"):
        return
    cls = function.owner
    if body.engine.base_kind(cls) not in ("layer", "model") or not _runs_in_call(body.engine, cls, function):
        return
    if body.engine.find_method(cls, "build") is not None:
        return
    layer = next((name for name in sorted(read_attributes(function)) if _is_unbuilt_layer(body.engine, cls, name)), None)
    if layer is None:
        return
    yield Signal(
        RULE,
        "KERAS_CALL_STALE",
        function.node,
        what=f"is (part of) a Keras call whose sublayer self.{layer} is not built: its initial weights are baked in",
        advice="decorate the function that calls the model",
        short=f"unbuilt self.{layer}",
        param=OWN,
    )


def _runs_in_call(engine: Engine, cls: Class, function: Function) -> bool:
    if function.name == "call":
        return True
    reached, waiting = set(), ["call"]
    while waiting:
        name = waiting.pop()
        method = engine.find_method(cls, name)
        if method is None or method in reached:
            continue
        reached.add(method)
        waiting += [attribute for attribute in read_attributes(method) if attribute in cls.methods]
    return function in reached


def _is_unbuilt_layer(engine: Engine, cls: Class, name: str) -> bool:
    if name not in {attr for base in engine.mro(cls) if isinstance(base, Class) for attr in base.stores}:
        return False
    value = engine.attribute(cls, name)
    return value is not None and _holds_layer(value)


def _holds_layer(value: Value) -> bool:
    if value.kinds & (LAYER | MODEL):
        stateless = isinstance(value.ref, str) and _is_stateless(value.ref)
        return not stateless and value.kinds & ~(LAYER | MODEL) & CONTAINER == 0
    if value.kinds & CONTAINER:
        parts = value.items if value.items is not None else (value.elem,) if value.elem is not None else ()
        return any(_holds_layer(part) for part in parts)
    return False


def _is_stateless(name: str) -> bool:


    api = lookup.api(name)
    return api is not None and "stateless" in api.flags.split()

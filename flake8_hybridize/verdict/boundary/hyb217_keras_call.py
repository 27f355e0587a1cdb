"""HYB217: a traced `call` of a Keras 3 layer or model bakes in weights that are not built yet.

Keras first runs `call` in a symbolic scope to build the sublayers; the trace of this run keeps the initial values of
the new weights as constants and serves the real call as well.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, OWN, Category, Rule, Signal
from flake8_hybridize.hazards.body import read_attributes
from flake8_hybridize.knowledge import lookup
from flake8_hybridize.model.module import Class, Function
from flake8_hybridize.results import Applicability
from flake8_hybridize.source.tree import walk
from flake8_hybridize.tensors.engine import Engine
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.values import CONTAINER, INSTANCE, LAYER, MODEL, Value, element
from flake8_hybridize.verdict.boundary.base import KERAS_3, Border, border

RULE = DETECTORS.declare(
    Rule(
        code="HYB217",
        name="keras-call-decorated",
        summary="a decorated call of a Keras layer or model keeps its initial weights for ever",
        category=Category.DIFFERS,
        names=("KERAS_CALL_STALE",),
        fix=Applicability.UNSAFE,
    )
)
_BUILDING = ("build", "fit", "predict", "evaluate", "load_weights", "build_from_config")


@border
def stale_call(known: Border, function: Function) -> Iterator[Signal]:
    """`call`, or what it calls, of a Keras class with unbuilt sublayers and without `build`."""
    if known.tensorflow_version < KERAS_3:
        return
    node = _place(known, function)
    layer = _of_method(known, function) or _of_helper(known, function)
    if node is None or not layer:
        return
    yield Signal(
        RULE, "KERAS_CALL_STALE", node,
        what=f"runs in a Keras call before {layer} is built: its initial weights are baked in",
        advice="decorate the function that calls the model", short=f"unbuilt {layer}", param=OWN,
    )  # fmt: skip


def _place(known: Border, function: Function) -> ast.AST | None:
    """The decorator, or the `tf.function(self.call)` in a constructor; None where it is wrapped later."""
    decoration = known.program.decoration(function)
    if decoration is not None:
        return decoration.node
    wraps = known.program.wrapped(function.module).get(function)
    if wraps is None:
        return function.node
    if function.owner is None:
        return None
    inits = [m.node for c in function.module.classes for name, m in c.methods.items() if name == "__init__"]
    found = next(((w.node, node) for w in wraps for node in inits if _within(w.node, node)), None)
    if found is None or (function.name == "call" and not _takes_its_place(*found)):
        return None
    return found[0]


def _takes_its_place(wrap: ast.AST, init: ast.AST) -> bool:
    """`self.call = tf.function(self.call)`: under another name, Keras runs the method as it is."""
    kept = [node for node in walk(init) if isinstance(node, ast.Assign) and node.value is wrap]
    return not kept or any(isinstance(t, ast.Attribute) and t.attr == "call" for n in kept for t in n.targets)


def _within(node: ast.AST, outer: ast.AST) -> bool:
    first, last = outer.lineno, outer.end_lineno  # type: ignore[attr-defined]
    return bool(first <= node.lineno <= last)  # type: ignore[attr-defined]


def _of_method(known: Border, function: Function) -> str:
    """The unbuilt sublayer that the method reads, if `call` reaches it."""
    cls = function.owner
    if cls is None or function.name in ("build", "__init__", "__call__"):
        return ""
    if not _unbuilt_class(known, cls) or not _runs_in_call(known.program.engine, cls, function):
        return ""
    found = (n for n in sorted(read_attributes(function)) if _is_unbuilt_attribute(known, cls, n))
    return next((f"self.{name}" for name in found), "")


def _of_helper(known: Border, function: Function) -> str:
    """The unbuilt sublayer that a method run in `call` passes to the function."""
    if function.owner is not None:
        return ""
    for site in known.callers.calls(function):
        caller = site.caller
        if caller is None or caller.owner is None or not _of_method(known, caller):
            continue
        for value in site.bound.values():
            if value.place.startswith("self.") and holds_unbuilt(known.program.engine, value):
                return value.place
    return ""


def _unbuilt_class(known: Border, cls: Class) -> bool:
    """Whether it is a Keras class without `build` whose instances nobody builds."""
    key = ("unbuilt", cls)
    found = known.shared.get(key)
    if found is None:
        engine = known.program.engine
        found = known.shared[key] = (
            engine.base_kind(cls) in ("layer", "model")
            and not engine.is_keras_2(cls)
            and not engine.has_unknown_base(cls)
            and engine.find_method(cls, "build") is None
            and not _is_built_by_someone(known, cls)
            and not _is_called_directly(known, cls)
        )
    return bool(found)


def _is_built_by_someone(known: Border, cls: Class) -> bool:
    calls = (call for name in _BUILDING for call, _ in known.method_calls.get(name, ()))
    return any(
        call.receiver is not None and call.receiver.ref is cls and call.method != "fit" for call in calls
    )


def _is_called_directly(known: Border, cls: Class) -> bool:
    """Whether someone calls the method itself (`model.call(x)`), which builds what it uses as any other function."""
    method = known.program.engine.find_method(cls, "call")
    if method is None:
        return False
    return any(
        site.call.method == "call" and not _is_super(site.call) and site.caller is not method
        for site in known.callers.calls(method)
    )


def _is_super(call: Call) -> bool:
    """`super().call(...)`."""
    func = call.node.func
    return isinstance(func, ast.Attribute) and isinstance(func.value, ast.Call)


def _runs_in_call(engine: Engine, cls: Class, function: Function) -> bool:
    if function.name == "call":
        return True
    reached, waiting = set(), ["call"]
    while waiting:
        method = engine.find_method(cls, waiting.pop())
        if method is None or method in reached:
            continue
        reached.add(method)
        waiting += [attribute for attribute in read_attributes(method) if attribute in cls.methods]
    return function in reached


def _is_unbuilt_attribute(known: Border, cls: Class, name: str) -> bool:
    """Whether `self.name` holds layers that no constructor builds or fills."""
    engine = known.program.engine
    makers = [m for base in engine.mro(cls) if isinstance(base, Class) for m in base.stores.get(name, ())]
    if not makers:
        return False
    for maker in makers:
        for seen in known.program.body(maker).facts.seen(Call):
            if seen.method in _BUILDING or _receiver_attribute(seen) == name:
                return False
    value = engine.attribute(cls, name)
    return value is not None and holds_unbuilt(engine, value)


def _receiver_attribute(call: Call) -> str:
    """`a` for `self.a.method(...)`."""
    func = call.node.func
    holder = func.value if isinstance(func, ast.Attribute) else None
    return holder.attr if isinstance(holder, ast.Attribute) else ""


def holds_unbuilt(engine: Engine, value: Value, depth: int = 0) -> bool:
    """Whether the value is, or holds, a layer whose weights are surely made on its first call."""
    kinds = value.kinds
    if depth > 4 or value.extra == "built":
        return False
    if kinds == CONTAINER:
        parts = value.items if value.items is not None else (element(value),)
        return any(holds_unbuilt(engine, part, depth + 1) for part in parts)
    if isinstance(value.ref, Class) and kinds & INSTANCE and kinds & (LAYER | MODEL):
        return _makes_weights_late(engine, value.ref, depth + 1)
    if kinds == LAYER and isinstance(value.ref, str):
        api = lookup.api(value.ref)
        return api is not None and "layer-variables" in api.flags.split()
    return bool(value.extra == "unbuilt")


def _makes_weights_late(engine: Engine, cls: Class, depth: int) -> bool:
    if engine.has_unknown_base(cls):
        return False
    build = engine.find_method(cls, "build")
    if build is not None:
        return "add_weight" in read_attributes(build)
    names = {name for base in engine.mro(cls) if isinstance(base, Class) for name in base.stores}
    values = (engine.attribute(cls, name) for name in sorted(names))
    return any(value is not None and holds_unbuilt(engine, value, depth + 1) for value in values)

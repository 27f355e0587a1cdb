"""HYB203 and HYB205: Python state written, or a traced tensor stored, outside the call."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body
from flake8_hybridize.results import Confidence
from flake8_hybridize.source.tree import walk
from flake8_hybridize.tensors.observations import Call, Store
from flake8_hybridize.tensors.values import (
    CLASS,
    CONTAINER,
    FRESH,
    OPTIMIZER,
    OUTER,
    PARAM,
    TAPE,
    UNKNOWN,
    VARIABLE,
    YES,
    Value,
    tensorness,
)

STATE = DETECTORS.declare(
    Rule(
        code="HYB203",
        name="state-write-in-graph",
        summary="Python state written in a traced function changes once per trace",
        category=Category.DIFFERS,
        names=("PY_STATE_WRITE",),
    )
)
LEAK = DETECTORS.declare(
    Rule(
        code="HYB205",
        name="tensor-leak",
        summary="a tensor of the trace is stored outside of it, where it cannot be used",
        category=Category.RAISES,
        names=("TENSOR_LEAK", "TENSOR_CACHE"),
    )
)
_LASTING_SETTERS = frozenset({"learning_rate", "lr", "iterations"})


@DETECTORS.on(Store)
def stored(store: Store, body: Body) -> Iterator[Signal]:
    """Writes to attributes of objects that outlive the call, to globals and to closures."""
    if store.how not in ("attribute", "global", "nonlocal") or _harmless(store) or _restored(store, body):
        return
    outer = store.name if store.how == "nonlocal" else ""
    target = f"{_base_text(store)}{store.name}"
    leak = _leaks(store.value)
    confidence = _confidence(store)
    param = store.base.param if store.base.origin == PARAM else -1
    if leak:
        name = "TENSOR_CACHE" if store.where.guarded else "TENSOR_LEAK"
        what = f"stores a traced tensor in {target}, which is not usable outside the trace"
        yield Signal(
            LEAK, name, store.node, what, "return it", target, confidence=confidence, param=param, effect="mutation",
            outer_name=outer, attribute=_overwritten(store, body),
        )  # fmt: skip
    elif not store.where.guarded:
        what = f"writes {target}, which happens only while tracing"
        yield Signal(
            STATE, "PY_STATE_WRITE", store.node, what, "return it or use tf.Variable", target,
            confidence=confidence, param=param, repairable=True, effect="mutation" if store.how == "attribute" else "global",
            outer_name=outer, attribute=_overwritten(store, body),
        )  # fmt: skip


def _overwritten(store: Store, body: Body) -> str:
    """Name of an attribute that gets a value regardless of what it held; counters and sums are read outside by nature."""
    if store.how != "attribute" or store.augmented or store.base.kinds & CLASS:
        return ""
    return "" if store.where.guarded and not _is_set_anyway(store, body) else store.name


def _is_set_anyway(store: Store, body: Body) -> bool:
    """Whether the body sets the attribute before, whatever it held: what looks like a guard of a cache is none."""
    return any(
        other.how == "attribute"
        and other.name == store.name
        and other.base.place == store.base.place
        and not (other.where.guarded or other.augmented)
        and other.node.lineno < store.node.lineno  # type: ignore[attr-defined]
        for other in body.seen(Store)
    )


def _leaks(value: Value) -> bool:
    """Whether the value is, or holds, a tensor of the trace; variables outlive it."""
    if value.kinds & CONTAINER:
        parts = value.items if value.items is not None else (value.elem,) if value.elem is not None else ()
        return any(_leaks(part) for part in parts)
    return tensorness(value) == YES and not value.kinds & VARIABLE


def _harmless(store: Store) -> bool:
    if "tensorflow.init_scope" in store.where.context:
        return True
    if store.how != "attribute":
        return False
    if store.base.origin == FRESH or store.base.kinds & TAPE or store.value.kinds == VARIABLE:
        return True
    return bool(store.base.kinds & OPTIMIZER) and store.name in _LASTING_SETTERS


def _restored(store: Store, body: Body) -> bool:
    """`was = state`, then `finally: state = was`: after the call everything is as before."""
    known = body.shared.get("restored")
    if known is None:
        root = body.function.node if body.function is not None else body.module.tree
        known = body.shared["restored"] = frozenset(_put_back(root) if body.module.has_finally else ())
    assert isinstance(known, frozenset)
    return bool(known) and isinstance(store.node, ast.expr) and ast.unparse(store.node) in known


def _put_back(root: ast.AST) -> Iterator[str]:
    nodes = walk(root)
    blocks = [node.finalbody for node in nodes if isinstance(node, ast.Try) and node.finalbody]
    if not blocks:
        return
    assigned = [node for node in nodes if isinstance(node, ast.Assign) and len(node.targets) == 1]
    saved = {(ast.unparse(node.value), ast.unparse(node.targets[0])) for node in assigned}
    for block in blocks:
        for node in block:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
                state = ast.unparse(node.targets[0])
                if (state, node.value.id) in saved:
                    yield state


def _confidence(store: Store) -> Confidence:
    if store.how != "attribute" or store.base.origin == OUTER:
        return Confidence.PROVED
    if store.base.origin == PARAM or store.base.kinds & CLASS:
        return Confidence.PROVED
    return Confidence.GUESS


def _base_text(store: Store) -> str:
    if store.how != "attribute":
        return f"{store.how} "
    return f"{store.base.place or 'an object'}."


@DETECTORS.on(Store)
def cached_item(store: Store, body: Body) -> Iterator[Signal]:
    """`if key not in self.cache: self.cache[key] = tensor`."""
    if (
        store.how != "item"
        or not store.where.guarded
        or store.base.origin != OUTER
        or not _leaks(store.value)
    ):
        return
    place = store.base.place or "a container"
    what = f"caches a traced tensor in {place}, which is not usable outside the trace"
    yield Signal(
        LEAK, "TENSOR_CACHE", store.node, what, "make it in __init__ or under tf.init_scope", place,
        confidence=Confidence.PROVED, effect="mutation",
    )  # fmt: skip


@DETECTORS.on(Call)
def cached_call(call: Call, body: Body) -> Iterator[Signal]:
    """A call of a project function, or a read of a property, whose results `functools` keeps; variables may be kept."""
    if not call.functions or call.result.kinds & VARIABLE or tensorness(call.result) != YES:
        return
    for function in call.functions:
        if function.has_decorator("lru_cache", "cache", "cached_property"):
            what = f"calls {function.name}, whose cache keeps a traced tensor beyond the trace"
            yield Signal(
                LEAK, "TENSOR_CACHE", call.node, what, "cache NumPy values", function.name, confidence=Confidence.LIKELY,
                effect="mutation",
            )  # fmt: skip


@DETECTORS.on_target("builtins.setattr")
def set_attribute(call: Call, body: Body) -> Iterator[Signal]:
    """`setattr(obj, name, value)` is an attribute write."""
    if not call.args or call.args[0].origin == FRESH:
        return
    base: Value = call.args[0]
    yield Signal(
        STATE, "PY_STATE_WRITE", call.node, "calls setattr, which happens only while tracing", "return the value", "setattr",
        confidence=Confidence.GUESS if base.kinds == UNKNOWN and not base.origin else Confidence.LIKELY,
        param=base.param if base.origin == PARAM else -1, effect="mutation",
    )  # fmt: skip

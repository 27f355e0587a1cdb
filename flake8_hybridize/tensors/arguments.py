"""What a project function is given: defaults, evidence, and a body interpreted anew where it matters."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from flake8_hybridize.model.module import Class, Function
from flake8_hybridize.results import Confidence
from flake8_hybridize.tensors.facts import Facts
from flake8_hybridize.tensors.refs import Bound, Hybrid, Partial
from flake8_hybridize.tensors.spread import Arguments
from flake8_hybridize.tensors.substitution import Bindings, indices
from flake8_hybridize.tensors.values import (
    CALLABLE,
    CONTAINER,
    DATASET,
    EXACT,
    FRESH,
    INSTANCE,
    LAYER,
    LOSS,
    METRIC,
    MODEL,
    OUTER,
    PARAM,
    UNKNOWN,
    UNKNOWN_VALUE,
    Value,
    outside,
    replace,
)

if TYPE_CHECKING:
    from flake8_hybridize.tensors.engine import Engine
    from flake8_hybridize.tensors.interpret import Frame

RICH = CALLABLE | INSTANCE | MODEL | LAYER | LOSS | DATASET | METRIC
_PARTS_PASSED = ("its parts are passed", "its tensors are passed")


def default_arguments(frame: Frame, function: Function, bound: Bindings, given: Arguments) -> None:
    """Fills in what the call leaves to default values; behind `*args` or `**kwargs` it may be one of these.

    What the `*` gives is for the parameters without a default.
    """
    if given.open_ended:
        rest = given.rest
        for index, param in enumerate(function.params):
            needed = rest is not None and param.default is None and param.kind == "positional"
            bound.setdefault(index, rest if rest is not None and needed else UNKNOWN_VALUE)
        return
    frame.engine.reads.note(function)
    defaults = frame.engine.defaults
    if function not in defaults:
        nodes = enumerate(param.default for param in function.params)
        defaults[function] = [(index, _default(frame, node)) for index, node in nodes if node is not None]
    for index, value in defaults[function]:
        bound.setdefault(index, value)


def _default(frame: Frame, node: ast.expr) -> Value:
    if isinstance(node, ast.Constant):
        return replace(frame.evaluate(node), origin=OUTER)
    return Value(CONTAINER, origin=OUTER) if isinstance(node, (ast.Tuple, ast.List)) else UNKNOWN_VALUE


def specialised(frame: Frame, function: Function, bound: Bindings) -> Any:
    """Facts of the callee, interpreted anew where an argument decides what its body calls."""
    engine = frame.engine
    facts = engine.facts(function)
    matters = [
        index
        for index in indices(engine.opaque(function))
        if index in bound and bound[index].kinds & RICH and function.params[index].annotation is None
    ]
    if _receiver_matters(frame.engine, function, bound):
        matters = [0, *(index for index in matters if index)]
    if not matters or not facts.complete:
        return facts
    return engine.facts(function, tuple((index, plain(bound[index])) for index in matters))


def plain(value: Value) -> Value:
    """An argument as the callee sees it, without what means something in the body of the caller only."""
    seen = outside(value, "")
    origin = FRESH if value.origin == FRESH else PARAM
    return replace(seen, ref=_plain_ref(value.ref), origin=origin)


def _plain_ref(ref: Any) -> Any:
    if isinstance(ref, Bound):
        return Bound(outside(ref.receiver, ""), ref.name, ref.function)
    if isinstance(ref, Partial):
        kwargs = tuple((name, outside(value, "")) for name, value in ref.kwargs)
        return Partial(plain(ref.target), tuple(outside(value, "") for value in ref.args), kwargs)
    if isinstance(ref, Hybrid) and ref.target is not None:
        return Hybrid(plain(ref.target), ref.node, ref.arguments)
    return ref


def _receiver_matters(engine: Engine, function: Function, bound: Bindings) -> bool:
    """Whether the body uses methods of its own object that the class of this very object has and others have not."""
    receiver = bound.get(0)
    if receiver is None or receiver.extra != EXACT or not function.is_method or function.owner is None:
        return False
    cls = receiver.ref
    if not receiver.kinds & INSTANCE or not isinstance(cls, Class):
        return False
    methods = {name: engine.find_method(cls, name) for name in function.self_reads}
    used = [(name, method) for name, method in methods.items() if method is not None]
    if not used or (cls is function.owner and not engine.subclasses(cls)):
        return False
    general = engine.instance(function.owner)
    return any([found for _, found in engine.dispatched(general, name)] != [method] for name, method in used)


def lift_evidence(frame: Frame, node: ast.Call, function: Function, bound: Bindings, facts: Facts) -> None:
    """What the callee's body says about its parameters holds for the caller's, too."""
    wanted = {index: given for index, given in bound.items() if given.kinds & UNKNOWN and given.deps}
    if not wanted:
        return
    known = frame.engine.known_evidence(function, wanted, facts if facts.key is not None else None)
    for index, given in wanted.items():
        evidence = known.get(index)
        if evidence is not None and evidence.kind in ("tensor", "container"):
            parts = next((words for words in _PARTS_PASSED if evidence.text.startswith(words)), "passed")
            text = f"{parts} to {function.name}, line {node.lineno}"
            confidence = min(evidence.confidence, Confidence.LIKELY)
            frame.note(given, evidence.kind, confidence, text, node.lineno, evidence.fed)

"""HYB242: a variable of Keras 3 becomes a plain tensor when it is passed to a graph function.

`tf.function` passes a tf.Variable as it is. A keras.Variable is none: it is converted to a tensor, which cannot be
assigned to, and which a gradient tape does not watch.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, OWN, Category, Rule, Signal
from flake8_hybridize.hazards.body import text_of
from flake8_hybridize.model.module import Function
from flake8_hybridize.source.tree import walk
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.values import (
    CONTAINER,
    KERAS_VARIABLE,
    OPTIMIZER,
    PARTS,
    TAPE,
    UNKNOWN,
    VARIABLE,
    Value,
)
from flake8_hybridize.verdict.boundary.base import KERAS_3, Border, border
from flake8_hybridize.verdict.boundary.makings import at, eager_calls

RULE = DETECTORS.declare(
    Rule(
        code="HYB242",
        name="keras-variable-argument",
        summary="a Keras variable that is passed to a traced function is a plain tensor there",
        category=Category.RAISES,
        names=("KERAS_VARIABLE_ARG",),
    )
)
_ASSIGNMENTS = frozenset(("assign", "assign_add", "assign_sub"))


@border
def passed_variables(known: Border, function: Function) -> Iterator[Signal]:
    """A parameter that calls give Keras variables, and that the body assigns to, updates or differentiates by."""
    if known.tensorflow_version < KERAS_3:
        return
    given: dict[int, str] = {}
    for site in eager_calls(known, function):
        for index, value in site.bound.items():
            if _is_keras(value):
                given.setdefault(index, at(site, function))
    calls = known.program.body(function).facts.seen(Call)
    for index, where in given.items() if calls else ():
        if index < len(function.params) and not any(_watches(call, index) for call in calls):
            for call in calls:
                yield from _use(call, index, function.params[index].name, where)


def _is_keras(value: Value) -> bool:
    if value.kinds == VARIABLE:
        return bool(value.ref == KERAS_VARIABLE)
    parts = value.items or ((value.elem,) if value.elem is not None else ())
    return value.kinds == CONTAINER and bool(parts) and all(_is_keras(part) for part in parts)


def _use(call: Call, index: int, name: str, where: str) -> Iterator[Signal]:
    text = text_of(call.node.func)
    category = Category.RAISES
    if call.method in _ASSIGNMENTS and call.receiver is not None and _is_given(call.receiver, index):
        what = f"calls {text} on a Keras variable that {where} passes, a plain tensor in the graph"
    elif _is_update(call) and _mentions(call.node, name):
        what = f"updates the Keras variables {name} that {where} passes, plain tensors in the graph"
    elif (
        call.method == "gradient"
        and _is_tape(call)
        and any(_is_source(value, index) for value in _sources(call))
    ):
        category = Category.DIFFERS
        what = f"gets None for the gradient by {name}: {where} passes Keras variables, plain tensors in the graph"
    else:
        return
    advice = "read them from the model in the function"
    yield Signal(RULE, "KERAS_VARIABLE_ARG", call.node, what, advice, text, param=OWN, category=category)


def _is_given(value: Value, index: int) -> bool:
    """Whether the value is the argument itself, or an item of it."""
    return value.deps in (1 << index, 1 << (index + PARTS))


def _is_update(call: Call) -> bool:
    """Whether an optimizer updates variables: nothing else has a method apply_gradients."""
    if call.receiver is None:
        return False
    named = call.method == "apply_gradients" and call.receiver.kinds == UNKNOWN
    return named or (call.method in ("apply_gradients", "apply") and bool(call.receiver.kinds & OPTIMIZER))


def _is_tape(call: Call) -> bool:
    return call.receiver is not None and bool(call.receiver.kinds & TAPE)


def _sources(call: Call) -> tuple[Value, ...]:
    sources = call.args[1] if len(call.args) > 1 else call.kwargs.get("sources")
    return () if sources is None else sources.items or (sources,)


def _is_source(value: Value, index: int) -> bool:
    return value.param == index or value.deps == 1 << (index + PARTS)


def _mentions(node: ast.AST, name: str) -> bool:
    return any(isinstance(part, ast.Name) and part.id == name for part in walk(node))


def _watches(call: Call, index: int) -> bool:
    return call.method == "watch" and any(_is_given(value, index) for value in call.args)

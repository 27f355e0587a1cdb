"""HYB227: something that is no legal name where an operation expects its name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, text_of
from flake8_hybridize.model.module import Function
from flake8_hybridize.results import Applicability, Confidence
from flake8_hybridize.tensors.engine import Engine
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.results import positional_names
from flake8_hybridize.tensors.values import NO, NO_CONSTANT, NONE, STRING, UNKNOWN, YES, Value, tensorness

RULE = DETECTORS.declare(
    Rule(
        code="HYB227",
        name="invalid-name",
        summary="an operation's name is no text, or no text that a graph accepts",
        category=Category.RAISES,
        names=("INVALID_NAME",),
        fix=Applicability.UNSAFE,
    )
)
MOST_HELPERS = 2
# What tf.Graph accepts; a leading underscore is legal below a name scope.
_LEGAL = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_.\\/>-]*\Z")


@DETECTORS.on(Call)
def misnamed(call: Call, body: Body) -> Iterator[Signal]:
    """The argument in the place of `name`, by position or keyword; eager execution never looks at it."""
    if call.api is None or call.api.effect or not call.target.startswith("tensorflow."):
        return
    value = _name(call)
    if value is None:
        return
    text = text_of(call.node.func)
    condition, what = _illegal(value)
    if condition == NO:
        condition, what = _illegal_part(call, value)
    if condition != NO:
        yield Signal(
            RULE, "INVALID_NAME", call.node, f"calls {text} with {what} as its name", "pass the argument by keyword, or no name",
            text, condition=condition, confidence=Confidence.PROVED if condition == YES else Confidence.LIKELY, needs_evidence=True,
        )  # fmt: skip


@DETECTORS.on(Call)
def misnamed_in_callee(call: Call, body: Body) -> Iterator[Signal]:
    """A literal text given to a parameter that the callee, or what it calls, makes the name of operations."""
    for function, bound in zip(call.functions, call.bound):
        for index, value in bound.items():
            if value.kinds != STRING or not isinstance(value.const, str) or _illegal(value)[0] == NO:
                continue
            if index in _naming(body.engine, function, MOST_HELPERS):
                text = text_of(call.node.func)
                yield Signal(
                    RULE, "INVALID_NAME", call.node, f"calls {text}, which names operations {value.const!r}",
                    "give it a legal name", text, confidence=Confidence.LIKELY,
                )  # fmt: skip


def _naming(engine: Engine, function: Function, most: int) -> frozenset[int]:
    """The parameters that the body, or a helper of it, hands to TensorFlow as the name of an operation."""
    found: set[int] = set()
    for seen in engine.facts(function).observations:
        if not isinstance(seen, Call):
            continue
        if seen.api is not None and not seen.api.effect and seen.target.startswith("tensorflow."):
            name = _name(seen)
            if name is not None and name.param >= 0 and name.deps == 1 << name.param:
                found.add(name.param)
        elif most:
            for helper, bound in zip(seen.functions, seen.bound):
                given = (bound[index] for index in _naming(engine, helper, most - 1) if index in bound)
                found.update(value.param for value in given if value.param >= 0)
    return frozenset(found)


def _name(call: Call) -> Value | None:
    assert call.api is not None
    names = positional_names(call.api.parameters)
    place = names.index("name") if "name" in names else -1
    if 0 <= place < len(call.args):
        return call.args[place]
    return call.kwargs.get("name") if "name" in call.api.parameters else None


def _illegal_part(call: Call, value: Value) -> tuple[int, str]:
    """A part of a formatted text that no name may have, whatever is filled in."""
    given = [keyword.value for keyword in call.node.keywords if keyword.arg == "name"]
    given += call.node.args[:1] if call.target == "tensorflow.name_scope" else []
    for node in given:
        if value.kinds == STRING and any(not _LEGAL.match("_" + text) for text in _fixed_parts(node)):
            return YES, text_of(node)
    return NO, ""


def _fixed_parts(node: ast.expr) -> Iterator[str]:
    """The literal texts in what a text is put together from: f-strings, and sums of texts."""
    if isinstance(node, ast.JoinedStr):
        yield from (str(part.value) for part in node.values if isinstance(part, ast.Constant))
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        for side in (node.left, node.right):
            if isinstance(side, ast.Constant) and isinstance(side.value, str):
                yield side.value
            yield from _fixed_parts(side)


def _illegal(value: Value) -> tuple[int, str]:
    if isinstance(value.const, str) and value.kinds == STRING:
        return (NO, "") if not value.const or _LEGAL.match(value.const) else (YES, f"{value.const!r}")
    if value.kinds & (STRING | NONE) or not value.kinds:
        return NO, ""
    if value.kinds & UNKNOWN:
        return (tensorness(value), "a tensor") if value.deps else (NO, "")
    return YES, "a tensor" if tensorness(
        value
    ) == YES else f"{value.const}" if value.const is not NO_CONSTANT else "no text"

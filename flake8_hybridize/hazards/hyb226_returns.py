"""HYB226: results that a graph cannot return."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, OWN, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body
from flake8_hybridize.model.module import Class, Function
from flake8_hybridize.results import Confidence
from flake8_hybridize.source.tree import children
from flake8_hybridize.tensors.observations import Leave
from flake8_hybridize.tensors.values import (
    CALLABLE,
    CLASS,
    CONTAINER,
    DTYPE,
    INSTANCE,
    LAYER,
    METRIC,
    MODEL,
    NO,
    NONE,
    OPTIMIZER,
    PYITERATOR,
    STRING,
    TAPE,
    Value,
)

RULE = DETECTORS.declare(
    Rule(
        code="HYB226",
        name="unsupported-return",
        summary="a graph returns tensors and nests of tensors only",
        category=Category.RAISES,
        names=("UNSUPPORTED_RETURN", "RETURNS_VARIABLE", "PY_RETURN"),
    )
)
_REFUSED = {
    CALLABLE: "a function", CLASS: "a class", DTYPE: "a dtype", TAPE: "a tape", LAYER: "a layer", MODEL: "a model",
    OPTIMIZER: "an optimizer", METRIC: "a metric", PYITERATOR: "a Python iterator",
}  # fmt: skip


@DETECTORS.on(Leave)
def returned(leave: Leave, body: Body) -> Iterator[Signal]:
    """A returned function, object, set, dtype, tape or layer."""
    if leave.how != "return" or body.function is None:
        return
    refused = _refused(leave.value, body, 0)
    if refused:
        yield Signal(
            RULE, "UNSUPPORTED_RETURN", leave.node, f"returns {refused}, which a graph cannot", "return tensors", f"returns {refused}",
            confidence=Confidence.LIKELY, param=OWN,
        )  # fmt: skip
    elif leave.value.kinds & STRING and leave.where.tensor_if != NO:
        yield Signal(
            RULE, "PY_RETURN", leave.node, "returns text chosen by a tensor, which comes back as a tensor", "choose in the caller",
            "returns text", condition=leave.where.tensor_if, confidence=Confidence.GUESS,
        )  # fmt: skip


def _refused(value: Value, body: Body, depth: int) -> str:
    kinds = value.kinds & ~NONE
    if kinds & INSTANCE and isinstance(value.ref, Class) and kinds == INSTANCE:
        return "" if _is_structure(value.ref, body) else f"an object of class {value.ref.name}"
    if kinds & CONTAINER and value.extra == "set":
        return "a set"
    if kinds & CONTAINER and value.items is not None and depth < 2:
        for item in value.items:
            found = _refused(item, body, depth + 1)
            if found:
                return found
    if kinds == CONTAINER and value.items is None and value.elem is not None and depth < 2:
        return _refused(value.elem, body, depth + 1)
    for bit, text in _REFUSED.items():
        if kinds & bit and kinds & ~(bit | INSTANCE | CALLABLE | CLASS) == 0:
            return text
    return ""


def _is_structure(cls: Class, body: Body) -> bool:
    """NamedTuples, attrs classes and extension types are nests of tensors."""
    for base in body.engine.mro(cls):
        if not isinstance(base, Class) and base.rpartition(".")[2] in (
            "NamedTuple", "namedtuple", "ExtensionType", "BatchableExtensionType", "CompositeTensor", "TypedDict", "?", "dict", "tuple",
        ):  # fmt: skip
            return True
    return any(
        "attr" in getattr(d, "id", getattr(getattr(d, "func", d), "attr", ""))
        for d in cls.node.decorator_list
    )


@DETECTORS.on_function
def generator(seen: None, body: Body) -> Iterator[Signal]:
    """`yield` and `async` make something that is no tensor."""
    function = body.function
    if function is None or function.is_lambda:
        return
    if function.is_generator or function.is_async:
        kind = "a coroutine" if function.is_async else "a generator"
        yield Signal(
            RULE, "UNSUPPORTED_RETURN", _first_yield(function), f"is {kind}, which a graph cannot return", "return tensors", kind, param=OWN,
            confidence=Confidence.PROVED,
        )  # fmt: skip


def _first_yield(function: Function) -> ast.AST:
    waiting: list[ast.AST] = [function.node]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return node
        waiting += [
            n for n in children(node) if not isinstance(n, (ast.FunctionDef, ast.Lambda, ast.ClassDef))
        ]
    return function.node

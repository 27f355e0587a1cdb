"""HYB301: a graph that computes no tensor.

The proof needs every observation of the body and of all it calls: one call that is not surely plain Python, one
operand that may be a tensor, one side effect, and the rule is silent.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, OWN, Category, Rule, Signal
from flake8_hybridize.knowledge import lookup
from flake8_hybridize.model.module import Class, Function, last_part
from flake8_hybridize.results import Applicability, Confidence, Parameter
from flake8_hybridize.tensors.calls import is_symbolic
from flake8_hybridize.tensors.observations import (
    Augmented,
    Branch,
    Call,
    Format,
    Index,
    Leave,
    Observation,
    Operation,
    Read,
    Statement,
    Test,
)
from flake8_hybridize.tensors.values import (
    BOOL,
    CONTAINER,
    DTYPE,
    MAYBE,
    NO,
    NONE,
    NUMBER,
    PARAM,
    PYITERATOR,
    SHAPE,
    STATIC,
    STRING,
    UNKNOWN,
    Value,
    either,
    holds_tensors,
    tensorness,
)
from flake8_hybridize.verdict.boundary.base import Border, border
from flake8_hybridize.verdict.parameters import classify, resolve

RULE = DETECTORS.declare(
    Rule(
        code="HYB301",
        name="no-tensor-work",
        summary="the decorated function computes no tensor",
        category=Category.USELESS,
        names=("NO_TENSOR_WORK",),
        fix=Applicability.SAFE,
    )
)
MAX_DEPTH = 4
_PLAIN = NUMBER | BOOL | STRING | NONE | SHAPE | DTYPE | CONTAINER | PYITERATOR
_TRANSPARENT = ("staticmethod", "classmethod")
_HARMLESS = (Leave, Statement, Augmented, Format)


@border
def no_tensors(known: Border, function: Function) -> Iterator[Signal]:
    """A decorated function all of whose work is Python on Python values."""
    decoration = known.program.decoration(function)
    if decoration is None or any(
        name in ("input_signature", "jit_compile") for name, _ in decoration.arguments
    ):
        return
    if (
        _is_stub(function)
        or function.is_generator
        or function.is_async
        or known.program.summary(function).recursive
    ):
        return
    if any(
        node is not decoration.node and last_part(node) not in _TRANSPARENT for node in function.decorators
    ):
        return
    given = (value for site in known.callers.calls(function) for value in site.bound.values())
    if any(is_symbolic(value) for value in given):
        return  # Keras computes with them
    if _computes_nothing(known, function, classify(known.program, known.callers, function), 0):
        yield Signal(
            RULE, "NO_TENSOR_WORK", decoration.node, what="computes no tensor, so tf.function only adds cost", advice="remove it",
            short="computes no tensor", param=OWN, confidence=Confidence.PROVED, blocks=False,
        )  # fmt: skip


def _is_stub(function: Function) -> bool:
    """Whether the body only passes, raises or hands its arguments back, as abstract and dummy methods do."""
    body = [] if isinstance(function.node, ast.Lambda) else function.node.body
    return bool(body) and all(
        isinstance(node, (ast.Pass, ast.Raise))
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        or (isinstance(node, ast.Return) and _hands_back(node.value))
        for node in body
    )


def _hands_back(node: ast.expr | None) -> bool:
    if isinstance(node, (ast.Tuple, ast.List)):
        return all(_hands_back(part) for part in node.elts)
    return node is None or isinstance(node, (ast.Name, ast.Constant))


def _computes_nothing(
    known: Border, function: Function, parameters: tuple[Parameter, ...], depth: int
) -> bool:
    program = known.program
    if depth > MAX_DEPTH or (depth > 0 and _is_stub(function)):
        return False
    if any(
        resolve(signal.condition, parameters, signal.alone) is not None for signal in program.own(function)
    ):
        return False
    facts = program.body(function).facts
    return facts.complete and all(_harmless(known, seen, parameters, depth) for seen in facts.observations)


def _harmless(known: Border, seen: Observation, parameters: tuple[Parameter, ...], depth: int) -> bool:
    if isinstance(seen, _HARMLESS):
        return not isinstance(seen, Leave) or seen.how != "return" or _plain_result(seen.value)
    if isinstance(seen, Operation):
        return _no_tensor(either(tensorness(seen.left), tensorness(seen.right)), parameters)
    if isinstance(seen, Index):
        return seen.index.kinds == STRING or _no_tensor(tensorness(seen.base), parameters)
    if isinstance(seen, (Test, Branch)):
        return _no_tensor(tensorness(seen.value) if isinstance(seen, Test) else seen.test, parameters)
    if isinstance(seen, Read):
        if seen.value.kinds & UNKNOWN:
            return _set_by_constructor(known, seen)
        return not seen.value.kinds & ~_PLAIN and holds_tensors(seen.value) == NO
    return isinstance(seen, Call) and _harmless_call(known, seen, parameters, depth)


def _no_tensor(degree: int, parameters: tuple[Parameter, ...]) -> bool:
    """Whether the operands are surely no tensors; what comes of an attribute is judged where that is read."""
    return degree in (NO, MAYBE) or resolve(degree, parameters) is None


def _plain_result(value: Value) -> bool:
    """Whether returning the value makes no operation: variables and outer objects would be read or refused."""
    return value.origin in ("", "fresh", PARAM) or not value.kinds & ~(_PLAIN | UNKNOWN)


def _harmless_call(known: Border, call: Call, parameters: tuple[Parameter, ...], depth: int) -> bool:
    if call.functions:
        return not call.created and all(
            not known.program.is_hybrid(callee)
            and _computes_nothing(known, callee, _as_given(callee, call.bound[index], parameters), depth + 1)
            for index, callee in enumerate(call.functions)
        )
    if call.result.kinds & ~(_PLAIN | UNKNOWN) or tensorness(call.result) == MAYBE:
        return False
    if call.api is None or call.api.effect or call.api.cost:
        return False
    degree = NO
    for value in (*call.args, *call.kwargs.values()):
        degree = either(degree, tensorness(value))
    receiver = call.receiver
    if call.target:
        python = call.target.startswith(("builtins.", "math.")) or lookup.package(call.target) == "pure"
        return python and (call.target in _ASKING or _no_tensor(degree, parameters))
    return receiver is not None and bool(receiver.kinds) and not receiver.kinds & ~(STATIC | CONTAINER)


_ASKING = frozenset(
    (
        "builtins.isinstance",
        "builtins.len",
        "builtins.hasattr",
        "builtins.callable",
        "builtins.type",
        "builtins.id",
    )
)


def _as_given(
    callee: Function, bound: dict[int, Value], parameters: tuple[Parameter, ...]
) -> tuple[Parameter, ...]:
    """The callee's parameters as this call gives them."""
    found = []
    for index, param in enumerate(callee.params):
        value = bound.get(index)
        degree = NO if value is None else tensorness(value)
        kind = "object" if degree == NO or resolve(degree, parameters) is None else "unknown"
        found.append(Parameter(param.name, kind, Confidence.LIKELY, ""))
    return tuple(found)


def _set_by_constructor(known: Border, read: Read) -> bool:
    """Whether the attribute only ever holds what all visible constructor calls pass: plain Python values."""
    cls = read.base.ref
    if read.how != "attribute" or not isinstance(cls, Class):
        return False
    engine = known.program.engine
    makers = cls.stores.get(read.name, [])
    if not makers or any(
        not isinstance(base, Class) and base != "builtins.object" for base in engine.mro(cls)[1:]
    ):
        return False
    if len(cls.module.attribute_stores.get(read.name, ())) != len(makers):
        return False
    return all(_plain_store(known, maker, read.name) for maker in makers)


def _plain_store(known: Border, maker: Function, name: str) -> bool:
    stored = known.program.engine.facts(maker).stores.get(name)
    if stored is None:
        return False
    if stored.kinds and not stored.kinds & ~(_PLAIN & ~CONTAINER):
        return True
    sites = known.callers.calls(maker)
    if stored.origin != PARAM or stored.param < 0 or not sites:
        return False
    given = [site.bound.get(stored.param) for site in sites]
    return all(value is not None and value.kinds and not value.kinds & ~STATIC for value in given)

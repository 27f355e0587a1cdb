"""How much tensor work one call of a function does, counted in small eager operations.

Measured on TensorFlow 2.21 (docs/how-it-decides.md): a traced call costs about 14 small eager operations, so fewer
gain nothing; a gradient tape with an optimizer step, a loop, or a few Keras layers always gain.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from flake8_hybridize.hazards.body import Body
from flake8_hybridize.knowledge import lookup
from flake8_hybridize.tensors.iteration import is_nest
from flake8_hybridize.tensors.observations import Call, Index, Iterate, Loop, Operation, Where
from flake8_hybridize.tensors.substitution import Bindings, condition
from flake8_hybridize.tensors.values import (
    BITS,
    LAYER,
    LOSS,
    MAYBE,
    METRIC,
    MODEL,
    NO,
    OPTIMIZER,
    STRING,
    TENSORLIKE,
    UNKNOWN,
    YES,
    either,
    holds_tensors,
    replace,
    tensorness,
)

_MADE = (
    LAYER | MODEL | LOSS | METRIC | OPTIMIZER | BITS["initializer"] | BITS["distribution"] | BITS["bijector"]
)
LAYER_OPS = 16
UNKNOWN_MODEL_OPS = 16
STAGED_ROUNDS = 10
UNKNOWN_ROUNDS = 5
MOST_ROUNDS = 40
# A reduction of a ragged tensor checks its partition in Python: 130 to 290 times the time of an addition.
RAGGED_OPS = 20
_OF_RAGGED = frozenset(
    "row_lengths row_splits nested_row_splits nested_row_lengths value_rowids bounding_shape".split()
)


class Work(NamedTuple):
    """`acts`: it may change something or tell of it, so that a call without a result is for more than its errors;

    `ops` per call, without what runs only once; `tensors` the degree to which tensors are computed at all."""

    ops: float = 0
    tensors: int = NO
    tape: bool = False
    optimizer: bool = False
    loop: bool = False
    heavy: bool = False
    acts: bool = False


def own_work(body: Body) -> Work:
    """Work in the body itself; calls of project functions are added by `add_call`."""
    ops, tensors = 0.0, NO
    tape = optimizer = loop = heavy = acts = False
    ragged = _is_ragged(body)
    for seen in body.facts.observations:
        kind = type(seen)
        if kind is Call:
            cost, degree = _call(seen)
            flags = seen.api.flags.split() if seen.api is not None else ()
            heavy = heavy or "heavy" in flags
            acts = acts or _acts(seen, flags)
            cost += RAGGED_OPS if ragged and "reduces" in flags else 0
            tape = tape or (seen.api is not None and seen.api.returns == "tape")
            optimizer = optimizer or seen.method in ("apply_gradients", "minimize") or _is_optimizer(seen)
        elif kind in _DEGREES:
            cost, degree = 1.0, _DEGREES[kind](seen)
        else:
            continue
        if cost and degree != NO and not seen.where.guarded:
            tensors = either(tensors, degree)
            ops += cost * rounds(seen.where) / (seen.among if kind is Call else 1)
            loop = loop or seen.where.loops > 0 or seen.where.tensor_loop != NO
    return Work(ops, tensors, tape, optimizer, loop, heavy, acts)


def _acts(call: Call, flags: Sequence[str]) -> bool:
    """Whether a call of something else than the project's functions may do more than give a result."""
    if call.api is None:
        harmless = call.target.startswith("builtins.") or lookup.package(call.target) in ("tensor", "pure")
        return not call.functions and call.created is None and not harmless
    return bool(call.api.effect) or (call.api.returns == "none" and "pure" not in flags)


def _is_ragged(body: Body) -> bool:
    """Whether the body works on ragged tensors and does not make them dense."""
    calls = body.seen(Call)
    methods = {call.method for call in calls}
    if methods.isdisjoint(_OF_RAGGED) and not any(
        call.target == "tensorflow.ragged.map_flat_values" for call in calls
    ):
        return False
    return "to_tensor" not in methods


def _is_optimizer(call: Call) -> bool:
    return bool(
        call.receiver is not None and call.receiver.kinds & OPTIMIZER and call.method.startswith("apply")
    )


def _operation(seen: Operation) -> int:
    """Degree to which it is one of tensors; `"mask" in batch` looks into a dict by a name."""
    if seen.operator in ("in", "not in") and seen.left.kinds == STRING:
        return NO
    return either(tensorness(seen.left), tensorness(seen.right))


def _index(seen: Index) -> int:
    """The same; so does `batch["images"]`."""
    return NO if seen.index.kinds == STRING else tensorness(seen.base)


def _rows(seen: Loop | Iterate) -> int:
    """Degree to which a loop, or what unpacks, slices rows of a tensor."""
    if isinstance(seen.node, ast.While) or is_nest(seen.value):
        return NO
    return tensorness(seen.value)


_DEGREES: dict[type, Callable[[Any], int]] = {
    Operation: _operation,
    Index: _index,
    Loop: _rows,
    Iterate: _rows,
}


def _call(call: Call) -> tuple[float, int]:
    if call.functions:
        return 0, NO
    if call.callee.kinds & (LAYER | MODEL | LOSS | METRIC):
        return LAYER_OPS, YES
    if call.api is not None:
        return _api_cost(call)
    if call.target:
        return (1, YES) if lookup.package(call.target) == "tensor" else (0, NO)
    if call.result.kinds & UNKNOWN:
        degree = NO
        for value in (*call.args, *call.kwargs.values()):
            degree = either(degree, holds_tensors(value))
        if degree != NO and (not call.method or call.callee.kinds & UNKNOWN):
            return UNKNOWN_MODEL_OPS, MAYBE
    return 0, NO


def _api_cost(call: Call) -> tuple[float, int]:
    assert call.api is not None
    if "class" in call.api.flags.split() and call.result.kinds & _MADE:
        return 0, NO  # the row says what a call of the object costs
    receiver = call.receiver
    if (
        receiver is not None
        and not call.target
        and receiver.kinds & (LAYER | MODEL | LOSS)
        and call.method == "__call__"
    ):
        return LAYER_OPS, YES
    if call.result.kinds & TENSORLIKE or call.api.returns in ("tensor", "tensor*"):
        return max(call.api.cost, 1), YES
    if call.method in ("apply_gradients", "minimize", "update_state"):
        return 20, YES
    if call.api.effect == "io":
        return 0, NO  # what it takes is spent on files
    return float(call.api.cost), YES if call.api.cost else NO


def rounds(where: Where) -> float:
    """Estimated rounds of the loops around a place."""
    if where.tensor_loop == YES:
        return STAGED_ROUNDS
    if not where.loops:
        return 1
    return min(where.trips or UNKNOWN_ROUNDS, MOST_ROUNDS)


def add_call(work: Work, call: Call, callee: Work, bound: Bindings) -> Work:
    """Work of a caller with one more call of a callee, whose parameters are given `bound`."""
    tensors = condition(callee.tensors, bound)
    if tensors == NO or call.where.guarded:
        return work if work.acts or not callee.acts else work._replace(acts=True)
    return replace(
        work,
        ops=work.ops + callee.ops * rounds(call.where) / call.among,
        tensors=either(work.tensors, tensors),
        tape=work.tape or callee.tape,
        optimizer=work.optimizer or callee.optimizer,
        loop=work.loop or callee.loop or call.where.loops > 0,
        heavy=work.heavy or callee.heavy,
        acts=work.acts or callee.acts,
    )

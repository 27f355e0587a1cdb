"""HYB233 where the body alone cannot tell: `autograph=False`, and control flow on parameters that nobody is seen to give."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import OWN, Signal
from flake8_hybridize.hazards.hyb233_autograph import RULE
from flake8_hybridize.model.module import Function
from flake8_hybridize.tensors.observations import Operation, Read
from flake8_hybridize.tensors.substitution import indices
from flake8_hybridize.tensors.values import BOOL, NO, NUMBER, PARTS, STRING, YES
from flake8_hybridize.verdict.boundary.base import Border, border
from flake8_hybridize.verdict.boundary.makings import makings


@border
def switched_off(known: Border, function: Function) -> Iterator[Signal]:
    """Tensor control flow under a decorator with `autograph=False`."""
    for making in makings(known, function):
        value = making.argument("autograph")
        control = known.program.summary(function).control
        if control != NO and isinstance(value, ast.Constant) and value.value is False:
            yield Signal(
                RULE, "AUTOGRAPH_OFF", making.node, "branches on a tensor, but is decorated with autograph=False",
                "drop autograph=False", "autograph=False", condition=control, param=OWN, needs_evidence=True,
            )  # fmt: skip


_ORDERED = ("<", "<=", ">", ">=")


@border
def one_is_a_tensor(known: Border, function: Function) -> Iterator[Signal]:
    """Control flow on all parameters of a tf.function that computes from its arguments alone.

    Nothing is known of them, but without any tensor among them the graph would be a constant. Two of them must be
    compared by their order, which flags and modes are not.
    """
    if known.program.decoration(function) is None or not _is_of_arguments_only(known, function):
        return
    for signal in known.program.summary(function).signals:
        if signal.rule is RULE and not signal.path and signal.condition > 0:
            steering = {index % PARTS for index in indices(signal.condition)}
            if steering == set(range(len(function.params))) and _compares_two(known, function):
                yield signal._replace(condition=YES, param=OWN)
                return


def _is_of_arguments_only(known: Border, function: Function) -> bool:
    """Whether no call is in sight, no parameter says what it is, and nothing but constants is read from outside."""
    if known.callers.calls(function) or known.callers.hand_overs(function) or function.is_method:
        return False
    if any(p.annotation is not None or p.default is not None for p in function.params):
        return False
    reads = known.program.body(function).seen(Read)
    return not any(read.value.kinds & ~(NUMBER | STRING | BOOL) for read in reads)


def _compares_two(known: Border, function: Function) -> bool:
    """Whether one parameter, or a part of it, is compared with another by their order."""
    for seen in known.program.body(function).seen(Operation):
        left, right = ({i % PARTS for i in indices(side.deps)} for side in (seen.left, seen.right))
        if seen.operator in _ORDERED and left and right and left.isdisjoint(right):
            return True
    return False

"""HYB236: what XLA refuses, drops or gets wrong in a function compiled with `jit_compile=True`.

Measured on TensorFlow 2.21 on a CPU: strings, prints, host functions and tables raise; a TensorArray that grows
stays empty; assertions vanish; the gradient of a `while` without a bound raises.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from flake8_hybridize.hazards.base import DETECTORS, OWN, Category, Rule, Signal
from flake8_hybridize.hazards.body import text_of
from flake8_hybridize.hazards.lifting import MAX_PATH
from flake8_hybridize.hazards.reached import reached
from flake8_hybridize.model.module import Function
from flake8_hybridize.results import Applicability, Confidence
from flake8_hybridize.tensors.observations import Call, Loop, Observation
from flake8_hybridize.tensors.values import BITS, YES
from flake8_hybridize.verdict.boundary.base import Border, border
from flake8_hybridize.verdict.boundary.makings import makings

RULE = DETECTORS.declare(
    Rule(
        code="HYB236",
        name="xla-unsupported",
        summary="XLA cannot compile an operation, drops a check or keeps a growing array empty",
        category=Category.RAISES,
        names=("XLA_UNSUPPORTED", "XLA_DYNAMIC_TA", "XLA_NO_CHECKS", "XLA_WHILE_GRAD"),
        fix=Applicability.UNSAFE,
    )
)
_TABLE = BITS["table"]
_CHECKS = frozenset(
    f"tensorflow.debugging.assert_{name}"
    for name in "equal none_equal less less_equal greater greater_equal positive negative non_negative non_positive near".split()
) | {"tensorflow.debugging.Assert", "tensorflow.Assert"}


class _Trouble(NamedTuple):
    node: ast.AST
    name: str
    what: str
    category: Category
    path: tuple[str, ...] = ()
    at: int = 0


@border
def not_compilable(known: Border, function: Function) -> Iterator[Signal]:
    """Everything in the body and its callees that XLA does not take."""
    if not any(making.is_true("jit_compile", "experimental_compile") for making in makings(known, function)):
        return
    for found in _troubles(known, function, False, ()):
        yield Signal(
            RULE, found.name, found.node, found.what, "drop jit_compile", found.name, param=OWN, category=found.category,
            confidence=Confidence.LIKELY, path=found.path, at=found.at, blocks=False,
        )  # fmt: skip


def _troubles(known: Border, function: Function, taped: bool, path: tuple[str, ...]) -> Iterator[_Trouble]:
    for seen in known.program.body(function).facts.observations:
        yield from _own(seen, taped)
        if not isinstance(seen, Call) or len(path) >= MAX_PATH:
            continue
        for callee, _ in reached(seen):
            if callee.name in path or callee is function:
                continue
            for found in _troubles(known, callee, taped or seen.where.tapes > 0, (*path, callee.name)):
                if found.name == "XLA_NO_CHECKS":  # the checks of a library are not the reader's
                    continue
                line = found.at or found.node.lineno  # type: ignore[attr-defined]
                yield found._replace(node=seen.node, path=(callee.name, *found.path), at=line)


def _own(seen: Observation, taped: bool) -> Iterator[_Trouble]:
    if isinstance(seen, Call):
        yield from _call(seen, taped)
    elif (
        isinstance(seen, Loop)
        and isinstance(seen.node, ast.While)
        and seen.staged == YES
        and (taped or seen.where.tapes)
    ):
        what = "differentiates a while loop without a bound, which XLA cannot"
        yield _Trouble(seen.node, "XLA_WHILE_GRAD", what, Category.RAISES)


def _call(call: Call, taped: bool) -> Iterator[_Trouble]:
    text = text_of(call.node.func)
    if call.target in _CHECKS:
        yield _Trouble(
            call.node, "XLA_NO_CHECKS", f"calls {text}, which XLA drops silently", Category.DIFFERS
        )
    elif _is_unsupported(call):
        yield _Trouble(
            call.node, "XLA_UNSUPPORTED", f"calls {text}, which XLA cannot compile", Category.RAISES
        )
    elif call.target == "tensorflow.TensorArray" and _grows(call):
        what = "makes a TensorArray that grows, which XLA leaves empty"
        yield _Trouble(call.node, "XLA_DYNAMIC_TA", what, Category.DIFFERS)
    elif (
        call.target == "tensorflow.while_loop"
        and "maximum_iterations" not in call.kwargs
        and len(call.args) < 7
    ) and (taped or call.where.tapes):
        what = "differentiates a while loop without maximum_iterations, which XLA cannot"
        yield _Trouble(call.node, "XLA_WHILE_GRAD", what, Category.RAISES)


def _is_unsupported(call: Call) -> bool:
    if call.api is None:
        return False
    if (
        call.receiver is not None
        and call.receiver.kinds == _TABLE
        and call.method in ("lookup", "insert", "export", "size")
    ):
        return True
    return "no-xla" in call.api.flags.split()


def _grows(call: Call) -> bool:
    dynamic = call.kwargs.get("dynamic_size")
    size = call.kwargs.get("size") or (call.args[1] if len(call.args) > 1 else None)
    return dynamic is not None and dynamic.const is True and (size is None or size.const == 0)

"""HYB224: exceptions that come from the running graph, or leave it as another class."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body
from flake8_hybridize.tensors.observations import Call, Catch
from flake8_hybridize.tensors.values import DATASET, ITERATOR, NO, TENSORLIKE, YES, either, tensorness

RULE = DETECTORS.declare(
    Rule(
        code="HYB224",
        name="try-except-tf",
        summary="errors of operations are raised when the graph runs, not where they are traced",
        category=Category.RAISES,
        names=("TRY_EXCEPT_TF", "EXC_TYPE"),
    )
)
_ERRORS = "tensorflow.errors."


@DETECTORS.on(Catch)
def caught(seen: Catch, body: Body) -> Iterator[Signal]:
    """`except tf.errors.…` around operations, `except StopIteration` around `next(iterator)`."""
    inside = [call for call in body.facts.seen(Call) if _within(call.node, seen.node.body)]
    for handler, names in seen.handlers:
        if names and all(name == "builtins.StopIteration" for name in names):
            condition = _next_of_iterator(inside)
        elif names and all(name.startswith(_ERRORS) or name == "builtins.StopIteration" for name in names):
            condition = _operations(inside)
        else:
            continue
        text = names[0].replace("tensorflow.", "tf.").replace("builtins.", "")
        yield Signal(
            RULE, "TRY_EXCEPT_TF", handler, f"catches {text} of operations, which raise it when the graph runs",
            "put the try around the call of the graph", f"except {text}", condition=condition, alone=True, staged=True,
        )  # fmt: skip


def _within(node: ast.AST, block: list[ast.stmt]) -> bool:
    first, last = block[0].lineno, block[-1].end_lineno or 0
    return first <= node.lineno <= last  # type: ignore[attr-defined, no-any-return]


def _next_of_iterator(calls: list[Call]) -> int:
    degree = NO
    for call in calls:
        if call.target == "builtins.next" and len(call.args) == 1:
            value = call.args[0]
            degree = either(degree, YES if value.kinds & (ITERATOR | DATASET) else max(value.deps, NO))
    return degree


def _operations(calls: list[Call]) -> int:
    """Files and checkpoints are read while tracing, so that their errors are caught."""
    degree = NO
    for call in calls:
        if call.api is not None and call.api.effect in ("io", "host", "eager-only", "network"):
            return NO
        if call.api is not None and call.result.kinds & TENSORLIKE:
            degree = either(degree, tensorness(call.result))
    return either(degree, _next_of_iterator(calls))

"""HYB215, without callers in sight: an argument chooses which optimizer is used, and makes its variables, in this call.

Two calls that choose differently raise (run on TensorFlow 2.21); whether there are such calls, the function does not
say. So this holds a proposal back and is no finding.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import OWN, Signal
from flake8_hybridize.hazards.body import Body
from flake8_hybridize.model.module import Function
from flake8_hybridize.results import Confidence
from flake8_hybridize.source.tree import walk
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.values import OPTIMIZER, YES
from flake8_hybridize.verdict.boundary.base import Border, border
from flake8_hybridize.verdict.boundary.hyb215_optimizer import ADVICE, RULE, UPDATES, is_lazy
from flake8_hybridize.verdict.boundary.variation import dotted


@border
def chosen_by_argument(known: Border, function: Function) -> Iterator[Signal]:
    """`OPTIMIZERS[which].apply_gradients(…)`, or one optimizer where a flag is set and another where it is not."""
    if isinstance(function.node, ast.Lambda):
        return
    body = known.program.body(function)
    updates = [call for call in body.seen(Call) if _updates(call)]
    if not updates or _builds_optimizers(known, function):
        return
    for call in updates:
        if _picks(call, function, body) or any(_excludes(call, other, body) for other in updates):
            yield Signal(
                RULE, "OPTIMIZER_ARG", call.node, "uses an optimizer that its arguments choose; each makes its variables on first use",
                ADVICE, "an optimizer chosen by argument", confidence=Confidence.GUESS, param=OWN,
            )  # fmt: skip
            return


def _updates(call: Call) -> bool:
    receiver = call.receiver
    return (
        call.method in UPDATES and receiver is not None and receiver.kinds == OPTIMIZER and is_lazy(receiver)
    )


def _builds_optimizers(known: Border, function: Function) -> bool:
    """Whether some optimizer of the module gets its variables before it is used."""
    return any(
        call.receiver is not None and call.receiver.kinds & OPTIMIZER and body.module is function.module
        for call, body in known.method_calls.get("build", ())
    )


def _picks(call: Call, function: Function, body: Body) -> bool:
    """Whether the optimizer is an item of a container that a parameter chooses."""
    assert isinstance(call.node.func, ast.Attribute)
    node = call.node.func.value
    if isinstance(node, ast.Name) and node.id in function.local_names:
        node = next((value for value in _assigned(body, node.id)), node)
    if not isinstance(node, ast.Subscript):
        return False
    names = {part.id for part in walk(node.slice) if isinstance(part, ast.Name)}
    return any(function.param_index(name) is not None for name in names)


def _assigned(body: Body, name: str) -> Iterator[ast.expr]:
    for node, around in body.parents.items():
        stored = isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
        if stored and isinstance(around, ast.Assign) and len(around.targets) == 1:
            yield around.value


def _excludes(call: Call, other: Call, body: Body) -> bool:
    """Whether the two update with different optimizers in the two branches of a test that may be one on Python values."""
    if YES in (call.where.tensor_if, other.where.tensor_if):
        return False  # both are traced
    texts = [
        dotted(seen.node.func.value) for seen in (call, other) if isinstance(seen.node.func, ast.Attribute)
    ]
    if not all(texts) or texts[0] == texts[1]:
        return False
    here, there = _branches(call.node, body), _branches(other.node, body)
    return any(node in there and there[node] != branch for node, branch in here.items())


def _branches(node: ast.AST, body: Body) -> dict[ast.AST, bool]:
    """The tests around a node, each with whether the node is where it holds."""
    found: dict[ast.AST, bool] = {}
    around = body.parents.get(node)
    while around is not None:
        if isinstance(around, ast.If) and node is not around.test:
            found[around] = node in around.body
        node, around = around, body.parents.get(around)
    return found

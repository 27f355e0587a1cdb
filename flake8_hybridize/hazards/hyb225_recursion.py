"""HYB225: recursion that a tensor is meant to end."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, text_of
from flake8_hybridize.model.module import Function
from flake8_hybridize.source.tree import children
from flake8_hybridize.tensors.engine import Engine
from flake8_hybridize.tensors.observations import Call, Test
from flake8_hybridize.tensors.values import NO, YES, both, tensorness

RULE = DETECTORS.declare(
    Rule(
        code="HYB225",
        name="recursion-on-tensor",
        summary="recursion whose end depends on a tensor never ends while tracing",
        category=Category.RAISES,
        names=("RECURSION",),
    )
)
MOST_REACHED = 60
_LOOPS = (ast.For, ast.AsyncFor, ast.comprehension, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@DETECTORS.on_recursion
def recursive(seen: None, body: Body) -> Iterator[Signal]:
    """A call back to the function that only tests on tensors keep from being made: tracing makes it always."""
    function = body.function
    tests = {test.node: tensorness(test.value) for test in body.facts.seen(Test)}
    if function is None or all(degree == NO for degree in tests.values()):
        return
    for call in body.facts.seen(Call):
        controls = _controls(function.node, call.node)
        condition = YES if controls else NO
        for control in controls:
            condition = both(condition, _undecided(control, tests))
        if condition != NO and any(_reaches(body.engine, f, function) for f in call.functions):
            text = text_of(controls[-1])
            yield Signal(
                RULE, "RECURSION", call.node, f"calls itself until `{text}` decides, which tracing cannot evaluate",
                "use tf.while_loop", f"recursion on {text}", condition=condition, alone=True,
            )  # fmt: skip
            return


def _reaches(engine: Engine, start: Function, goal: Function) -> bool:
    """Whether calling `start` may call `goal`."""
    waiting, reached = [start], {start}
    while waiting and len(reached) < MOST_REACHED:
        function = waiting.pop()
        if function is goal:
            return True
        for seen in engine.facts(function).observations:
            if isinstance(seen, Call):
                waiting += [callee for callee in seen.functions if callee not in reached]
                reached.update(seen.functions)
    return goal in waiting


def _undecided(control: ast.AST, tests: dict[ast.expr, int]) -> int:
    """Degree to which tracing takes both ways of the test; `depth == 0 or t < e` is decided by its Python part."""
    if not isinstance(control, ast.expr):
        return NO
    if isinstance(control, ast.UnaryOp) and isinstance(control.op, ast.Not):
        return _undecided(control.operand, tests)
    degree = tests.get(control, NO)
    if isinstance(control, ast.BoolOp):
        for part in control.values[:-1]:
            degree = both(degree, _undecided(part, tests))
    return degree


def _controls(root: ast.AST, goal: ast.AST) -> list[ast.AST]:
    """Tests and loops that decide whether `goal` is reached: those around it, and those that leave before it."""
    path = _path(root, goal)
    found: list[ast.AST] = []
    for parent, child in itertools.pairwise(path):
        if isinstance(parent, (ast.If, ast.IfExp, ast.While)) and child is not parent.test:
            found.append(parent.test)
        elif isinstance(parent, _LOOPS):
            found.append(parent)
        elif isinstance(parent, ast.BoolOp):
            found += [value for value in parent.values if value.end_lineno and _before(value, child)]
        found += _leaving(parent, child)
    return found


def _before(node: ast.AST, other: ast.AST) -> bool:
    return (node.lineno, node.col_offset) < (other.lineno, other.col_offset)  # type: ignore[attr-defined]


def _path(root: ast.AST, goal: ast.AST) -> list[ast.AST]:
    """The nodes from `root` down to `goal`."""
    if root is goal:
        return [root]
    line, end = goal.lineno, goal.end_lineno  # type: ignore[attr-defined]
    for child in children(root):
        if getattr(child, "lineno", line) <= line and getattr(child, "end_lineno", end) >= end:
            found = _path(child, goal)
            if found:
                return [root, *found]
    return []


def _leaving(parent: ast.AST, child: ast.AST) -> list[ast.AST]:
    """Tests of statements before `child` in its block one of whose branches ends the function or the round."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(parent, name, None)
        if isinstance(block, list) and child in block:
            earlier = block[: block.index(child)]
            return [s.test for s in earlier if isinstance(s, ast.If) and (_ends(s.body) or _ends(s.orelse))]
    return []


def _ends(block: list[ast.stmt]) -> bool:
    return bool(block) and isinstance(block[-1], (ast.Return, ast.Raise, ast.Continue, ast.Break))

"""Loops: bodies run at most twice, since values only grow in the lattice."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from flake8_hybridize.tensors import narrowing
from flake8_hybridize.tensors.flow import Env, merge
from flake8_hybridize.tensors.iteration import element_of_iteration, of_callables, round_count, staging
from flake8_hybridize.tensors.observations import (
    Loop,
    Syntax,
)
from flake8_hybridize.tensors.protocols import iterated
from flake8_hybridize.tensors.targets import assign
from flake8_hybridize.tensors.values import (
    BOOL,
    DATASET,
    EAGER_NUMBER,
    NO,
    NUMBER,
    TENSOR,
    UNKNOWN,
    YES,
    Value,
    either,
    replace,
)

if TYPE_CHECKING:
    from flake8_hybridize.tensors.interpret import Frame

MAX_REPEATED_LOOPS = 3


def _loop(
    frame: Frame,
    node: ast.For | ast.AsyncFor | ast.While,
    value: Value,
    staged: int,
    trips: int,
    head: Callable[[], None],
) -> None:
    before = frame.env
    assert before is not None
    inside = replace(
        frame.where,
        tensor_loop=either(frame.where.tensor_loop, staged),
        tensor_if_in_loop=NO,
        loops=frame.where.loops + 1,
        trips=frame.where.trips * trips,
        staged=staged,
    )
    outer, frame.where = frame.where, inside
    mark, state = len(frame.observations), dict(before)
    breaks: list[Env] = []
    end: Env | None = None
    rounds = 2 if inside.loops <= MAX_REPEATED_LOOPS else 1
    for _ in range(rounds):
        del frame.observations[mark:]
        frame.enter(dict(state))
        frame.loop_exits.append(([], []))
        head()
        frame.block(node.body)
        breaks, continues = frame.loop_exits.pop()
        end = frame.env
        for env in continues:
            end = merge(end, env)
        again = merge(dict(state), end)
        assert again is not None
        if staged != NO and end is not None:
            _carry(again, before, end, staged)
        settled = all(state.get(name) is item or _same(state.get(name), item) for name, item in again.items())
        state = again
        if settled:
            break
    frame.where = outer
    frame.env = state if not _endless(node) else None
    if node.orelse and frame.env is not None:
        frame.see(Syntax(node, frame.where, "loop-else"))
        frame.block(node.orelse)
    for env in breaks:
        frame.env = merge(frame.env, env)
    after = frame.env if frame.env is not None else state
    frame.see(Loop(node, frame.where, staged, value, before, after, end or {}))


def _carry(state: Env, before: Env, end: Env, staged: int) -> None:
    """Python numbers that a graph loop changes are tensors in it and after it."""
    for name, value in before.items():
        changed = end.get(name)
        if changed is None or changed is value or not value.kinds or value.kinds & ~(NUMBER | BOOL):
            continue
        dtype = (
            "bool"
            if value.kinds == BOOL
            else {"int": "int32", "float": "float32"}.get(value.dtype, value.dtype)
        )
        if staged == YES:
            state[name] = Value(TENSOR, dtype=dtype, extra=EAGER_NUMBER)
        elif staged > 0:
            state[name] = Value(value.kinds | UNKNOWN, deps=staged, dtype=dtype, extra=EAGER_NUMBER)


def _same(left: Value | None, right: Value) -> bool:
    return left is not None and (left.kinds, left.deps, left.ref, left.dtype) == (
        right.kinds,
        right.deps,
        right.ref,
        right.dtype,
    )


def _endless(node: ast.AST) -> bool:
    return isinstance(node, ast.While) and isinstance(node.test, ast.Constant) and bool(node.test.value)


def for_(frame: Frame, node: ast.For | ast.AsyncFor) -> None:
    """A `for` loop; AutoGraph stages it if it runs over a tensor or a dataset."""
    value = of_callables(frame.evaluate(node.iter), node.target, node.body)
    staged = staging(value)
    item = element_of_iteration(iterated(frame, node.iter, value))
    _loop(
        frame,
        node,
        value,
        staged,
        round_count(value) or _taken(node.iter, value),
        lambda: assign(frame, node.target, item, node.iter, unpacked=True),
    )


def _taken(iterable: ast.expr, value: Value) -> int:
    """`n` for a loop over `dataset.take(n)`; 0 for any other."""
    if not (value.kinds & DATASET and isinstance(iterable, ast.Call) and len(iterable.args) == 1):
        return 0
    func, count = iterable.func, iterable.args[0]
    if not (isinstance(func, ast.Attribute) and func.attr == "take" and isinstance(count, ast.Constant)):
        return 0
    return count.value if isinstance(count.value, int) and count.value > 0 else 0


def while_(frame: Frame, node: ast.While) -> None:
    """A `while` loop; AutoGraph stages it if its test is a tensor."""
    value = frame.evaluate(node.test)
    staged = narrowing.test(frame, node.test, value, "while")

    def head() -> None:
        frame.evaluate(node.test)
        narrowing.assume(frame, node.test, True)

    _loop(frame, node, value, staged, 0, head)

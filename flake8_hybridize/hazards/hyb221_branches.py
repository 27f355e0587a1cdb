"""HYB221: branches under a tensor that do not leave the same behind."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body
from flake8_hybridize.hazards.fits import misfit
from flake8_hybridize.hazards.reads import live_after
from flake8_hybridize.tensors.calls import function_of
from flake8_hybridize.tensors.observations import Branch, Call, Leave
from flake8_hybridize.tensors.values import NO, Value, tensorness

RULE = DETECTORS.declare(
    Rule(
        code="HYB221",
        name="branch-mismatch",
        summary="the branches of a test on a tensor leave different names, types or results behind",
        category=Category.RAISES,
        names=("BRANCH_MISMATCH",),
    )
)


def _signal(
    node: ast.AST, what: str, short: str, condition: int, advice: str = "give both branches the same"
) -> Signal:
    return Signal(RULE, "BRANCH_MISMATCH", node, what, advice, short, condition=condition, alone=True)


@DETECTORS.on(Branch)
def names(branch: Branch, body: Body) -> Iterator[Signal]:
    """A name that is read later and is missing, None or of another type in one branch."""
    node = branch.node
    if isinstance(node, ast.IfExp) or branch.then is None or branch.other is None:
        return
    function = body.function
    outer = function.global_names | function.nonlocal_names if function is not None else frozenset()
    for name in dict.fromkeys((*branch.then, *branch.other)):
        then, other = branch.then.get(name), branch.other.get(name)
        if then is other or "." in name or name in outer or not live_after(body, name, node):
            continue
        if then is None or other is None:
            what = f"sets {name} in one branch of a test on a tensor only, and reads it afterwards"
            yield _signal(node.test, what, f"{name} set in one branch", branch.test, "set it before")
        else:
            different = misfit(then, other)
            if different:
                what = f"leaves {name} with {different} in the branches of a test on a tensor"
                yield _signal(node.test, what, f"{name}: {different}", branch.test)


@DETECTORS.on(Branch)
def ternary(branch: Branch, body: Body) -> Iterator[Signal]:
    """`a if t else b` with values of different types."""
    node = branch.node
    if isinstance(node, ast.IfExp) and branch.then is not None and branch.other is not None:
        different = misfit(branch.then[""], branch.other[""])
        if different:
            yield _signal(node, f"chooses by a tensor between {different}", different, branch.test)


@DETECTORS.on_target("tensorflow.cond")
def conditional(call: Call, body: Body) -> Iterator[Signal]:
    """`tf.cond(t, f, g)` whose functions return values of different types."""
    given = [*call.args[1:3], *(call.kwargs[name] for name in ("true_fn", "false_fn") if name in call.kwargs)]
    functions = [function_of(value) for value in given]
    predicate = call.args[0] if call.args else call.kwargs.get("pred")
    if len(functions) != 2 or predicate is None or functions[0] is None or functions[1] is None:
        return
    first, second = (body.engine.facts(function).returns for function in functions if function is not None)
    different = misfit(first, second) if first.kinds and second.kinds else ""
    if different:
        yield _signal(call.node, f"chooses by tf.cond between {different}", different, tensorness(predicate))


# ---------------------------------------------------------------------- returns
@DETECTORS.on(Branch)
def returns(branch: Branch, body: Body) -> Iterator[Signal]:
    """One branch returns and the way around it does not, or they return values of different types."""
    node = branch.node
    if isinstance(node, ast.IfExp) or branch.where.loops or body.function is None:
        return
    left = _left(body)
    then, other = _returned(node.body, left), _returned(node.orelse, left)
    if not then and not other:
        return
    rest, ends = _way_around(body, node, left)
    if not then:
        then, other = other, [] if _ends(node.body) else rest
        ends = ends or _ends(node.body)
    elif not _ends(node.orelse):
        other = other + rest
    else:
        ends = True
    if not other and not ends:
        yield _signal(
            node.test,
            "returns in one branch of a test on a tensor only",
            "return in one branch",
            branch.test,
            "return in both",
        )
    for value in then:
        different = next(filter(None, (misfit(value, around) for around in other)), "")
        if different:
            yield _signal(
                node.test,
                f"returns {different} in the branches of a test on a tensor",
                different,
                branch.test,
            )
            return


def _returned(block: list[ast.stmt], left: dict[ast.AST, Value]) -> list[Value]:
    """Values of the return statements in a block."""
    return [left[node] for node in _statements(block) if isinstance(node, ast.Return) and node in left]


def _left(body: Body) -> dict[ast.AST, Value]:
    """What each return statement of the body returns."""
    found = body.shared.get("left")
    if found is None:
        found = body.shared["left"] = {
            seen.node: seen.value
            for seen in body.facts.observations
            if isinstance(seen, Leave) and seen.how == "return"
        }
    assert isinstance(found, dict)
    return found


def _staged(body: Body) -> frozenset[ast.AST]:
    """The tests on tensors in the body."""
    found = body.shared.get("staged tests")
    if found is None:
        seen = (seen for seen in body.facts.observations if isinstance(seen, Branch))
        found = body.shared["staged tests"] = frozenset(branch.node for branch in seen if branch.test != NO)
    assert isinstance(found, frozenset)
    return found


def _statements(block: list[ast.stmt]) -> Iterator[ast.AST]:
    """Statements of the block and of the blocks in it, in their order; with a stack, since `elif` nests deeply."""
    waiting: list[ast.AST] = block[::-1]  # type: ignore[assignment]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.stmt):
            yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            inner = [part for name in ("body", "orelse", "finalbody") for part in getattr(node, name, ())]
            parts = (*inner, *getattr(node, "handlers", ()), *getattr(node, "cases", ()))
            waiting.extend(reversed(parts))


def _way_around(body: Body, node: ast.AST, left: dict[ast.AST, Value]) -> tuple[list[Value], bool]:
    """What is returned by the statements behind `node`, and whether they leave by raising at least.

    What is behind a test on a tensor around `node` does not count: AutoGraph wants the return within it.
    """
    assert body.function is not None
    staged = _staged(body)
    found: list[Value] = []
    path = _path(body.function.node, node)
    for parent, child in reversed(list(itertools.pairwise(path))):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(parent, name, None)
            if isinstance(block, list) and child in block:
                behind = block[block.index(child) + 1 :]
                found += _returned(behind, left)
                if _ends(behind):
                    return found, True
        if parent in staged:
            break
    return found, False


def _ends(block: list[ast.stmt]) -> bool:
    return bool(block) and isinstance(block[-1], (ast.Return, ast.Raise, ast.Continue, ast.Break))


def _path(root: ast.AST, goal: ast.AST) -> list[ast.AST]:
    """The nodes from `root` down to `goal`."""
    if root is goal:
        return [root]
    line, end = goal.lineno, goal.end_lineno  # type: ignore[attr-defined]
    for child in ast.iter_child_nodes(root):
        if getattr(child, "lineno", line) <= line and getattr(child, "end_lineno", end) >= end:
            found = _path(child, goal)
            if found:
                return [root, *found]
    return []

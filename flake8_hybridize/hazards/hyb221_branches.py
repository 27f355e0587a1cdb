"""HYB221: branches under a tensor that do not leave the same behind."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import reduce

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body
from flake8_hybridize.hazards.fits import misfit
from flake8_hybridize.results import Confidence
from flake8_hybridize.tensors.observations import Branch, Call, Leave
from flake8_hybridize.tensors.refs import function_of
from flake8_hybridize.tensors.values import (
    EAGER_NUMBER,
    NO,
    NUMBER,
    TENSOR,
    TENSOR_VALUE,
    UNKNOWN,
    Value,
    both,
    tensorness,
)

RULE = DETECTORS.declare(
    Rule(
        code="HYB221",
        name="branch-mismatch",
        summary="the branches of a test on a tensor leave different names, types or results behind",
        category=Category.RAISES,
        names=("BRANCH_MISMATCH",),
    )
)


_LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def _signal(
    node: ast.AST, what: str, short: str, condition: int, advice: str = "give both branches the same"
) -> Signal:
    return Signal(RULE, "BRANCH_MISMATCH", node, what, advice, short, condition=condition, alone=True)


def _misfit(left: Value, right: Value, test: int) -> tuple[str, int]:
    """Why the values do not fit, and how sure it is: what depends on parameters is taken for a tensor."""
    different = misfit(left, right)
    if different:
        return different, test
    for some, other in ((left, right), (right, left)):
        if some.kinds == UNKNOWN and some.deps:
            different = misfit(TENSOR_VALUE, other)
            if different:
                return different, both(test, some.deps)
    return "", NO


def _may_be_a_float(some: Value, other: Value) -> bool:
    """Whether one is a tensor of unknown dtype, or may be one, and the other a Python integer, which becomes an int32."""
    if other.kinds != NUMBER or other.dtype != "int" or some.extra == EAGER_NUMBER:
        return False
    return (some.kinds == TENSOR and not some.dtype) or (some.kinds == UNKNOWN and some.deps > 0)


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
        if then is other or "." in name or name in outer or name not in body.liveness.behind.get(node, ()):
            continue
        if then is None or other is None:
            what = f"sets {name} in one branch of a test on a tensor only, and reads it afterwards"
            yield _signal(node.test, what, f"{name} set in one branch", branch.test, "set it before")
        else:
            different, degree = _misfit(then, other, branch.test)
            if different:
                what = f"leaves {name} with {different} in the branches of a test on a tensor"
                yield _signal(node.test, what, f"{name}: {different}", degree)
            elif _may_be_a_float(then, other) or _may_be_a_float(other, then):
                what = f"leaves {name} with a tensor and an integer in the branches of a test on a tensor"
                found = _signal(node.test, what, f"{name}: a tensor and an integer", branch.test)
                yield found._replace(confidence=Confidence.GUESS)


@DETECTORS.on(Branch)
def ternary(branch: Branch, body: Body) -> Iterator[Signal]:
    """`a if t else b` with values of different types."""
    node = branch.node
    if isinstance(node, ast.IfExp) and branch.then is not None and branch.other is not None:
        different, degree = _misfit(branch.then[""], branch.other[""], branch.test)
        if different:
            yield _signal(node, f"chooses by a tensor between {different}", different, degree)


@DETECTORS.on_target("tensorflow.cond")
def conditional(call: Call, body: Body) -> Iterator[Signal]:
    """`tf.cond(t, f, g)` whose functions return values of different types."""
    given = [*call.args[1:3], *(call.kwargs[name] for name in ("true_fn", "false_fn") if name in call.kwargs)]
    functions = [function_of(value) for value in given]
    predicate = call.args[0] if call.args else call.kwargs.get("pred")
    if len(functions) != 2 or predicate is None or functions[0] is None or functions[1] is None:
        return
    first, second = (body.engine.facts(function).returns for function in functions if function is not None)
    different = misfit(first, second)
    if different:
        yield _signal(call.node, f"chooses by tf.cond between {different}", different, tensorness(predicate))


# ---------------------------------------------------------------------- returns
@DETECTORS.on(Branch)
def returns(branch: Branch, body: Body) -> Iterator[Signal]:
    """One branch returns and the way around it does not, or they return values of different types."""
    node = branch.node
    root = body.function.node if body.function is not None else None
    if isinstance(node, ast.IfExp) or branch.where.loops or root is None or isinstance(root, ast.Lambda):
        return
    if not (_left(body) and (_returned(node.body, body) or _returned(node.orelse, body))):
        return
    behind = _behind(body, node)
    ways = [_way(node.body, behind), _way(node.orelse, behind)]
    then, other = (_returned(way, body) for way in ways)
    if not (then and other):
        if not any(isinstance(way[-1], _LEAVING) for way in ways if way and not _returned(way, body)):
            what = "returns in one branch of a test on a tensor only"
            yield _signal(node.test, what, "return in one branch", branch.test, "return in both")
        return
    # A test on a Python value inside may choose the same in both branches.
    found = [_misfit(value, around, branch.test) for value in then for around in other]
    if all(different for different, _ in found):
        different, degree = found[0][0], reduce(both, (degree for _, degree in found))
        what = f"returns {different} in the branches of a test on a tensor"
        yield _signal(node.test, what, different, degree)


def _behind(body: Body, node: ast.stmt) -> list[ast.stmt]:
    """The statements that follow `node` in its block and in those around it.

    What is behind a test on a tensor around `node` does not count: AutoGraph wants the return within it.
    """
    staged, places = _staged(body), _places(body)
    found: list[ast.stmt] = []
    around: ast.stmt | None = node
    while around is not None and around in places:
        block, index, around = places[around]
        found += block[index + 1 :]
        if around in staged:
            break
    return found


def _way(block: list[ast.stmt], behind: list[ast.stmt]) -> list[ast.stmt]:
    """The statements on the way through `block`, up to the first that leaves."""
    way = [*block, *behind]
    end = next((index for index, statement in enumerate(way) if isinstance(statement, _LEAVING)), len(way))
    return way[: end + 1]


def _returned(block: list[ast.stmt], body: Body) -> list[Value]:
    """Values of the return statements in a block, as far as they are reached."""
    left = _left(body)
    return [left[statement] for statement in _statements(block) if statement in left]


def _left(body: Body) -> dict[ast.AST, Value]:
    """What each return statement of the body returns."""
    found = body.shared.get("left")
    if found is None:
        found = body.shared["left"] = {
            seen.node: seen.value for seen in body.facts.seen(Leave) if seen.how == "return"
        }
    assert isinstance(found, dict)
    return found


def _staged(body: Body) -> frozenset[ast.AST]:
    """The tests on tensors in the body."""
    found = body.shared.get("staged tests")
    if found is None:
        seen = (seen for seen in body.facts.seen(Branch))
        found = body.shared["staged tests"] = frozenset(branch.node for branch in seen if branch.test != NO)
    assert isinstance(found, frozenset)
    return found


Places = dict[ast.stmt, tuple[list[ast.stmt], int, "ast.stmt | None"]]


def _places(body: Body) -> Places:
    """The block of each statement, its position there, and the statement around the block."""
    known = body.shared.get("places of statements")
    if known is None:
        known = body.shared["places of statements"] = places = {}
        root = body.function.node.body if body.function is not None else body.module.tree.body
        waiting: list[tuple[list[ast.stmt], ast.stmt | None]] = (
            [(root, None)] if isinstance(root, list) else []
        )
        while waiting:
            block, around = waiting.pop()
            for index, statement in enumerate(block):
                places[statement] = block, index, around
                waiting += [(inner, statement) for inner in _blocks(statement)]
    assert isinstance(known, dict)
    return known


def _statements(block: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements of the block and of the blocks in it, in their order; with a stack, since `elif` nests deeply."""
    waiting = block[::-1]
    while waiting:
        statement = waiting.pop()
        yield statement
        waiting.extend(reversed([part for inner in _blocks(statement) for part in inner]))


def _blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The blocks in a statement that belong to the same function."""
    if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        for name in ("body", "orelse", "finalbody"):
            yield getattr(statement, name, [])
        for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
            yield part.body

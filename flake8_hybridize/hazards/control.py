"""Control flow on tensors, which only AutoGraph can bring into a graph."""

from __future__ import annotations

import ast

from flake8_hybridize.hazards.body import Body
from flake8_hybridize.tensors.iteration import is_nest
from flake8_hybridize.tensors.observations import Loop, Test
from flake8_hybridize.tensors.values import CONTAINER, NO, either, tensorness

_STAGED_TESTS = ("if", "while", "ternary", "not", "and", "or")


def own_control(body: Body) -> int:
    """Degree to which the body itself branches or loops on a tensor where AutoGraph converts it."""
    degree = NO
    for test in body.seen(Test):
        if (
            test.how in _STAGED_TESTS
            and test.where.converted
            and not is_nest(test.value)
            and not test.value.kinds & CONTAINER
        ):
            degree = either(degree, tensorness(test.value))
    for loop in body.seen(Loop):
        if isinstance(loop.node, (ast.For, ast.AsyncFor)):
            degree = either(degree, loop.staged)
    return degree


def first_control(body: Body) -> ast.AST | None:
    """The first place in the body where it branches or loops on what may be a tensor."""
    for seen in body.facts.observations:
        if isinstance(seen, Test) and seen.how in _STAGED_TESTS and tensorness(seen.value) != NO:
            return seen.node
        if isinstance(seen, Loop) and seen.staged != NO:
            return seen.node
    return None

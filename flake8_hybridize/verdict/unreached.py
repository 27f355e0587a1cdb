"""What a graph function never reaches, because it is only made where a flag has another value."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.summaries import Program
from flake8_hybridize.model.module import Function
from flake8_hybridize.verdict.boundary.variation import dotted


def never_reached(program: Program, function: Function) -> list[ast.AST]:
    """The blocks of the function that run only where a flag is set, if `tf.function` is put around it where it is not.

    `if not self.partitioned: step = tf.function(step)`, and `if self.partitioned: …` in the step.
    """
    makers = program.wrapped(function.module).get(function, ())
    if not makers or function.parent is None or program.decoration(function) is not None:
        return []
    parents = program.body(function.parent).parents
    unset = set.intersection(*(set(_unset_around(call.node, parents)) for call in makers))
    inside = program.body(function).parents if unset else {}
    tests = {node for node in inside if isinstance(node, ast.If) and dotted(node.test) in unset}
    return [statement for node in tests if isinstance(node, ast.If) for statement in node.body]


def _unset_around(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> Iterator[str]:
    """Dotted names of the flags that are not set where the node is."""
    below, above = node, parents.get(node)
    while above is not None:
        if isinstance(above, ast.If) and below in above.body:
            tests = above.test.values if isinstance(above.test, ast.BoolOp) else [above.test]
            if not (isinstance(above.test, ast.BoolOp) and isinstance(above.test.op, ast.Or)):
                yield from (
                    dotted(test.operand)
                    for test in tests
                    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
                )
        below, above = above, parents.get(above)

"""Functions that are no place for a decorator because of what they serve.

A nested function may serve one call of the function around it: a decorator would trace it in every such call. A helper
that only calls what it is handed would be traced for each of these.
"""

from __future__ import annotations

import ast

from flake8_hybridize.hazards.summaries import Program
from flake8_hybridize.hazards.work import own_work
from flake8_hybridize.model.module import Function
from flake8_hybridize.tensors.observations import Call

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def made_for_few_calls(program: Program, function: Function) -> str:
    """Why a decorator would trace the nested function each time that it is made; empty if it would not.

    What is returned, stored, passed on or called by another nested function lives on; what is called in a loop that
    is not around the `def` as well is called often enough. The rounds of a comprehension make one list: they are few.
    Each round of a loop around the `def` makes another function, wherever that one goes.
    """
    if function.parent is None or function.is_lambda:
        return ""
    root = function.parent.node
    parents = program.body(function.parent).parents
    made_in = _around(function.node, root, parents)
    reads = [
        node
        for node in parents
        if isinstance(node, ast.Name) and node.id == function.name and isinstance(node.ctx, ast.Load)
    ]
    for read in reads:
        call = parents[read]
        around = _around(read, root, parents)
        if not isinstance(call, ast.Call) or call.func is not read or any(map(_is_scope, around)):
            if made_in:
                continue
            return ""
        if any(isinstance(loop, _LOOPS) and loop not in made_in for loop in around):
            return ""
    return f"made anew for each call of {function.parent.name}" if reads else ""


def only_hands_on(program: Program, function: Function) -> str:
    """Why what the function is handed is better decorated itself; empty if the function computes something of its own."""
    body = program.body(function)
    calls = [call for call in body.seen(Call) if call.functions]
    handed = [call for call in calls if call.callee.param >= 0]
    if not handed or own_work(body).ops:
        return ""
    others = (callee for call in calls if call.callee.param < 0 for callee in call.functions)
    return "" if any(program.summary(other).work.ops for other in others) else "only calls what it is handed"


def _is_scope(node: ast.AST) -> bool:
    return isinstance(node, _SCOPES)


def _around(node: ast.AST, root: ast.AST, parents: dict[ast.AST, ast.AST]) -> list[ast.AST]:
    """The loops, comprehensions and functions between the node and the root."""
    found: list[ast.AST] = []
    node = parents.get(node, root)
    while node is not root:
        if isinstance(node, (*_LOOPS, *_SCOPES, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            found.append(node)
        node = parents[node]
    return found

"""Statements that a traced function reads in another way: assertions, writes, assignment expressions."""

from __future__ import annotations

import ast

from flake8_hybridize.fixes.edits import make_fix
from flake8_hybridize.fixes.imports import tensorflow_reference
from flake8_hybridize.fixes.scopes import bindings, function_of, parents, statement_of
from flake8_hybridize.fixes.syntax import Span, concrete, indentation, line_break, segment, span, trusted_span
from flake8_hybridize.fixes.templates import quoted
from flake8_hybridize.results import Applicability, Edit, Fix
from flake8_hybridize.source.text import Source


def assert_to_tf(source: Source, statement: ast.Assert) -> Fix | None:
    """`assert t, "m"` to `tf.debugging.Assert(t, ["m"])`, for a bool tensor (HYB223).

    The numbers of a plain comparison are shown as well. None for a message that is not text.
    """
    reference = tensorflow_reference(source, statement)
    test, message = trusted_span(source, statement.test), _message(source, statement)
    if reference is None or test is None or message is None:
        return None
    shown = [message, *_operands(source, statement.test)]
    condition = source.text[slice(*test)]
    if isinstance(statement.test, ast.NamedExpr | ast.Tuple | ast.GeneratorExp):
        return None
    target = f"{reference.text}.debugging.Assert"
    text = f"{target}({condition}, [{', '.join(shown)}])"
    reason = (
        "a failure raises InvalidArgumentError when the graph runs, and `python -O` no longer skips the check"
    )
    edits = [*reference.edits, Edit(*span(source, statement), text)]
    return make_fix(source, edits, Applicability.UNSAFE, f"Replace `assert` by `{target}`", reason)


def _message(source: Source, statement: ast.Assert) -> str | None:
    if statement.msg is None:
        return quoted(" ".join(segment(source, statement.test).split()))
    text = isinstance(statement.msg, ast.Constant) and isinstance(statement.msg.value, str)
    if not text and not isinstance(statement.msg, ast.JoinedStr):
        return None
    return segment(source, statement.msg)


def _operands(source: Source, test: ast.expr) -> list[str]:
    """The names that a comparison compares."""
    if not isinstance(test, ast.Compare):
        return []
    compared = (test.left, *test.comparators)
    return list(dict.fromkeys(segment(source, node) for node in compared if isinstance(node, ast.Name)))


def keep_written(source: Source, statement: ast.Expr) -> Fix | None:
    """`ta.write(i, v)` to `ta = ta.write(i, v)` (HYB231).

    None unless `ta` is a local name: assigning to another one would make it local.
    """
    call = statement.value
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return None
    receiver = call.func.value
    function = function_of(source.tree(), statement)
    if not isinstance(receiver, ast.Name) or function is None or receiver.id not in bindings(function):
        return None
    if any(
        isinstance(node, ast.Global | ast.Nonlocal) and receiver.id in node.names
        for node in ast.walk(function)
    ):
        return None
    start = span(source, statement)[0]
    reason = "results change: a traced TensorArray only returns the new state, so what was written was lost"
    edits = [Edit(start, start, f"{receiver.id} = ")]
    return make_fix(source, edits, Applicability.UNSAFE, "Keep the array that it returns", reason)


def hoist_walrus(source: Source, walrus: ast.NamedExpr) -> Fix | None:
    """`if (m := f(x)) > 0:` to `m = f(x)` and `if m > 0:` (HYB233).

    None unless the value is the first thing that its statement evaluates, and always once: not in
    `while`, `elif`, comprehensions, lambdas, nor on the right of `and`.
    """
    tree = source.tree()
    statement = statement_of(tree, walrus)
    if statement is None or not _evaluated_first(tree, walrus, statement):
        return None
    start = span(source, statement)[0]
    indent = indentation(source.text, start)
    place = trusted_span(source, walrus)
    if indent is None or place is None or source.text.startswith("elif", start):
        return None
    value = _value_text(source, walrus)
    line = f"{walrus.target.id} = {value}{line_break(source, start)}{indent}"
    taken = _with_brackets(source, place)
    edits = [Edit(start, start, line), Edit(*taken, walrus.target.id)]
    if taken[0] == start:
        edits = [Edit(*taken, line + walrus.target.id)]
    reason = "AutoGraph leaves a function with an assignment expression unconverted"
    return make_fix(
        source, edits, Applicability.SAFE, f"Assign `{walrus.target.id}` before the statement", reason
    )


def _evaluated_first(tree: ast.Module, node: ast.AST, statement: ast.stmt) -> bool:
    up = parents(tree)
    while (parent := up[node]) is not statement:
        if not isinstance(parent, ast.expr) or node is not _first(parent):
            return False
        node = parent
    return node is _first_of_statement(statement)


def _first(node: ast.expr) -> ast.expr | None:
    """The operand that an expression evaluates first, if it always evaluates it."""
    if isinstance(node, ast.Compare | ast.BinOp):
        return node.left
    if isinstance(node, ast.UnaryOp):
        return node.operand
    if isinstance(node, ast.BoolOp):
        return node.values[0]
    if isinstance(node, ast.Call) and node.args and _plain(node.func):
        return node.args[0]
    return None


def _plain(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def _first_of_statement(statement: ast.stmt) -> ast.expr | None:
    if isinstance(statement, ast.If):
        return statement.test
    if isinstance(statement, ast.Assign | ast.Return | ast.Expr):
        return statement.value
    return None


def _value_text(source: Source, walrus: ast.NamedExpr) -> str:
    """The value as it is written, in brackets if it spans lines and had its line breaks from outside."""
    text = segment(source, walrus.value)
    return f"({text})" if "\n" in text or "\r" in text else text


def _with_brackets(source: Source, place: Span) -> Span:
    """The brackets directly around the assignment expression go with it."""
    start, end = place
    outer = (start - 1, end + 1)
    return outer if concrete(source.text, "parenthesized_expression", outer) else place

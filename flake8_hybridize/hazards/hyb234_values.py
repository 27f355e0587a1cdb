"""HYB234: text made of a traced tensor, and Python numbers that a tensor chooses, used as plain Python values."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, text_of
from flake8_hybridize.source.tree import children, walk
from flake8_hybridize.tensors.iteration import is_nest
from flake8_hybridize.tensors.observations import Branch, Call, Format, Operation
from flake8_hybridize.tensors.values import (
    CONTAINER,
    EAGER_NUMBER,
    MAYBE,
    NO,
    NO_CONSTANT,
    NUMBER,
    STRING,
    Value,
    tensorness,
)

RULE = DETECTORS.declare(
    Rule(
        code="HYB234",
        name="pyvalue-in-tensor-if",
        summary="the text of a traced tensor, or a number that a tensor chooses, is used as a Python value",
        category=Category.DIFFERS,
        names=("PYVALUE_IN_TENSOR_IF", "STR_OF_TENSOR"),
    )
)
_TEXT_METHODS = frozenset(
    ("join", "format", "upper", "lower", "strip", "replace", "encode", "ljust", "rjust", "zfill")
)
# What gives names to parts of a graph, which no result depends on.
_NAMING = frozenset(("tensorflow.function", "tensorflow.name_scope", "tensorflow.device"))
_THROUGH = (
    ast.Attribute,
    ast.BinOp,
    ast.JoinedStr,
    ast.FormattedValue,
    ast.IfExp,
    ast.Tuple,
    ast.List,
    ast.Dict,
    ast.keyword,
    ast.Starred,
)


@DETECTORS.on(Format)
def formatted(seen: Format, body: Body) -> Iterator[Signal]:
    """f-strings and `"%s" % t`; a format that asks for a number raises (HYB219)."""
    if seen.how not in ("spec", "percent"):
        yield from _text(seen.node, seen.value, seen.where.context, body)


@DETECTORS.on_target("builtins.str", "builtins.repr")
def stringified(call: Call, body: Body) -> Iterator[Signal]:
    """`str(t)`."""
    if call.args:
        yield from _text(call.node, call.args[0], call.where.context, body)


@DETECTORS.on_method("format")
def filled(call: Call, body: Body) -> Iterator[Signal]:
    """`"{}".format(t)`."""
    if call.receiver is not None and call.receiver.kinds == STRING:
        for value in (*call.args, *call.kwargs.values()):
            yield from _text(call.node, value, call.where.context, body)


def _text(node: ast.AST, value: Value, context: tuple[str, ...], body: Body) -> Iterator[Signal]:
    condition = tensorness(value)
    if (
        condition in (NO, MAYBE)
        or is_nest(value)
        or value.kinds & CONTAINER
        or "message" in context
        or body.function is None
    ):
        return
    if is_data(body, body.function.node, node, 0):
        text = text_of(node.value if isinstance(node, ast.FormattedValue) else node)
        yield Signal(
            RULE, "STR_OF_TENSOR", node, f"makes text of the tensor in {text}, which is its symbolic name when traced",
            "use tf.strings", f"text of {text}", condition=condition, needs_evidence=True, alone=True,
        )  # fmt: skip


def is_data(body: Body, root: ast.AST, node: ast.AST, depth: int) -> bool:
    """Whether the text is returned, given to TensorFlow, compared, stored or used as a key."""
    path = _path(body, root, node)
    for child, parent in itertools.pairwise(path):
        if isinstance(parent, ast.Call):
            decided = _given_to(body, parent, child)
            if decided is not None:
                return decided
        elif isinstance(parent, ast.Assign):
            return _assigned(body, root, parent, depth)
        elif isinstance(parent, (ast.Return, ast.Compare)) or (
            isinstance(parent, ast.Subscript) and child is parent.slice
        ):
            return True
        elif not isinstance(parent, _THROUGH):
            return False
    return False


def _given_to(body: Body, call: ast.Call, child: ast.AST) -> bool | None:
    """Whether the call uses the text as data; None if it gives back text itself."""
    if isinstance(call.func, ast.Attribute) and call.func.attr in _TEXT_METHODS:
        return None
    if isinstance(call.func, ast.Name) and call.func.id in ("str", "repr"):
        return None
    if child is call.func:
        return None
    seen = next((s for s in body.facts.seen(Call) if s.node is call), None)
    if seen is None or seen.target.startswith(("tensorflow.debugging.", "tensorflow.Assert")):
        return False  # the message of a check is read by people
    return seen.target not in _NAMING and seen.target.startswith("tensorflow.")


def _assigned(body: Body, root: ast.AST, node: ast.Assign, depth: int) -> bool:
    names = {target.id for target in node.targets if isinstance(target, ast.Name)}
    if len(names) != len(node.targets):
        return True
    reads = (
        part
        for part in walk(root)
        if isinstance(part, ast.Name) and part.id in names and isinstance(part.ctx, ast.Load)
    )
    return depth < 2 and any(is_data(body, root, read, depth + 1) for read in reads)


def _path(body: Body, root: ast.AST, node: ast.AST) -> list[ast.AST]:
    """The node, its parent, and so on up to the root."""
    parents = body.shared.get("parents")
    if parents is None:
        parents = {child: parent for parent in walk(root) for child in children(parent)}
        body.shared["parents"] = parents
    assert isinstance(parents, dict)
    path = [node]
    while path[-1] in parents:
        path.append(parents[path[-1]])
    return path


@DETECTORS.on(Branch)
def chosen(branch: Branch, body: Body) -> Iterator[Signal]:
    """`n = 1`, `if t: n = 3`, then `[x] * n`: n has become a tensor, and the product is one of numbers."""
    if body.function is None or not isinstance(branch.node, ast.If):
        return
    names = {
        name for name, value in branch.before.items() if _number(value) and _changes(branch, name, value)
    }
    if not names:
        return
    end = branch.node.end_lineno or 0
    for node in walk(body.function.node):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and node.lineno > end:
            sides = (node.left, node.right)
            if any(isinstance(side, (ast.List, ast.ListComp)) for side in sides):
                count = next(
                    (side.id for side in sides if isinstance(side, ast.Name) and side.id in names), ""
                )
                if count:
                    yield Signal(
                        RULE, "PYVALUE_IN_TENSOR_IF", node, f"repeats a list {count} times, which a tensor has chosen",
                        "use tf.repeat", text_of(node), condition=branch.test, needs_evidence=True,
                    )  # fmt: skip


@DETECTORS.on(Operation)
def repeated(seen: Operation, body: Body) -> Iterator[Signal]:
    """`[x] * int(t)`: tracing makes a tensor of the number, and the product is one of numbers."""
    for values, count in ((seen.left, seen.right), (seen.right, seen.left)):
        if seen.operator == "*" and values.kinds == CONTAINER and count.extra == EAGER_NUMBER:
            yield Signal(
                RULE, "PYVALUE_IN_TENSOR_IF", seen.node, f"repeats a list as often as a tensor says ({text_of(seen.node)})",
                "use tf.repeat", text_of(seen.node), condition=tensorness(count),
            )  # fmt: skip


def _number(value: Value) -> bool:
    return value.kinds == NUMBER and value.const is not NO_CONSTANT


def _changes(branch: Branch, name: str, before: Value) -> bool:
    ends = [end.get(name) for end in (branch.then, branch.other) if end is not None]
    return any(end is not None and end.kinds == NUMBER and end.const != before.const for end in ends)

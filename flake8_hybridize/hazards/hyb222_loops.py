"""HYB222: Python loops and lists that do not survive being staged."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, text_of
from flake8_hybridize.model.module import Function
from flake8_hybridize.results import Applicability, Confidence
from flake8_hybridize.source.tree import children
from flake8_hybridize.tensors.observations import Call, Leave, Loop, Store
from flake8_hybridize.tensors.refs import function_of
from flake8_hybridize.tensors.values import (
    CONTAINER,
    DATASET,
    FRESH,
    ITERATOR,
    NO,
    NO_CONSTANT,
    NONE,
    NUMBER,
    TENSOR,
    UNKNOWN,
    YES,
    Value,
    holds_tensors,
    tensorness,
)

RULE = DETECTORS.declare(
    Rule(
        code="HYB222",
        name="python-loop-state",
        summary="lists, counters, returns and breaks that a graph loop cannot carry",
        category=Category.RAISES,
        names=("LIST_IN_TF_LOOP", "LOOP_VAR_MISMATCH", "RETURN_IN_TF_LOOP", "BREAK_IN_PY_LOOP"),
        fix=Applicability.SAFE,
    )
)
_DTYPES = {"int": "int32", "float": "float32"}
_STAGING = tuple(
    f"tensorflow.{name}"
    for name in "while_loop map_fn vectorized_map scan foldl foldr cond case switch_case".split()
)
_GROWING = frozenset(("append", "extend", "insert", "appendleft", "add", "update", "setdefault"))
_SIZING = ("pad", "repeat", "tile")
_JOINING = frozenset(("concat", "stack", "concatenate", "append", "vstack", "hstack", *_SIZING))


@DETECTORS.on(Loop)
def list_in_loop(loop: Loop, body: Body) -> Iterator[Signal]:
    """A list or dict made before a staged loop grows inside it."""
    if loop.staged == NO:
        return
    for node in _inside(loop.node):
        name = _grown_name(node)
        value = loop.before.get(name) if name else None
        if value is not None and value.kinds & CONTAINER and value.origin == FRESH:
            yield Signal(
                RULE, "LIST_IN_TF_LOOP", node, f"grows the Python container {name} in a loop over a tensor",
                "use tf.TensorArray", f"{name} grows in a loop over a tensor", condition=loop.staged, alone=True, staged=True,
            )  # fmt: skip


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    for child in children(node):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield child
            yield from _inside(child)


def _grown_name(node: ast.AST) -> str:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _GROWING:
        return node.func.value.id if isinstance(node.func.value, ast.Name) else ""
    if (
        isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
    ):
        return "" if isinstance(node.slice, ast.Constant) else node.value.id
    return ""


@DETECTORS.on(Call, Store)
def list_in_tensor_if(seen: Call | Store, body: Body) -> Iterator[Signal]:
    """A list grows under a test on a tensor: both branches run while tracing."""
    where = seen.where
    if where.tensor_if == NO:
        return
    if isinstance(seen, Call):
        if seen.method not in _GROWING or seen.receiver is None or seen.functions:
            return
        base: Value = seen.receiver
    elif seen.how == "item" and seen.key is not None and seen.key.const is NO_CONSTANT:
        base = seen.base
    else:
        return
    if base.kinds & CONTAINER and base.origin == FRESH:
        yield Signal(
            RULE, "LIST_IN_TF_LOOP", seen.node, "grows a Python container under a test on a tensor", "use tf.where or tf.TensorArray",
            text_of(seen.node), condition=where.tensor_if, alone=True,
        )  # fmt: skip


@DETECTORS.on(Loop)
def accumulator(loop: Loop, body: Body) -> Iterator[Signal]:
    """A Python number that starts a sum of tensors of another dtype."""
    if loop.staged == NO:
        return
    for name, before in loop.before.items():
        end = loop.end.get(name)
        if end is None or end is before or before.kinds != NUMBER or before.dtype not in _DTYPES:
            continue
        if (
            not end.kinds & (TENSOR | UNKNOWN)
            or end.kinds & ~(TENSOR | UNKNOWN | NUMBER)
            or end.dtype == _DTYPES[before.dtype]
        ):
            continue
        if before.dtype == "float" and not end.dtype:
            continue
        yield Signal(
            RULE, "LOOP_VAR_MISMATCH", _assignment(loop.node, name),
            f"starts {name} as Python {before.dtype} and makes it a {end.dtype or 'float'} tensor in a graph loop",
            f"start with tf.zeros([], tf.{end.dtype})" if end.dtype else "start with 0.0 or tf.zeros", f"{name} = {before.const}",
            condition=loop.staged, alone=True, staged=True,
            confidence=Confidence.LIKELY if end.kinds == TENSOR and end.dtype else Confidence.GUESS,
        )  # fmt: skip


@DETECTORS.on(Loop)
def unset(loop: Loop, body: Body) -> Iterator[Signal]:
    """A name that is None before a graph loop: a dataset refuses it, other loops begin with zero in its place."""
    if loop.staged == NO:
        return
    for name, before in loop.before.items():
        end = loop.end.get(name)
        if end is None or before.kinds != NONE or end.kinds & NONE or tensorness(end) == NO:
            continue
        if loop.value.kinds & (DATASET | ITERATOR):
            if name in body.liveness.needed.get(loop.node, ()):
                what = f"starts {name} as None, which a graph loop over a dataset refuses"
                yield _unset(_assignment(loop.node, name), what, name, loop, Category.RAISES)
        elif not _only_added_to(loop.node, name):
            for node in _inside(loop.node):
                if _compared_with_none(node) == name:
                    what = f"asks in a graph loop if {name} is None, which it is in no round there"
                    yield _unset(node, what, name, loop, Category.DIFFERS)


def _unset(node: ast.AST, what: str, name: str, loop: Loop, category: Category) -> Signal:
    return Signal(
        RULE, "LOOP_VAR_MISMATCH", node, what, "start with a tensor", f"{name} is None before a graph loop",
        condition=loop.staged, alone=True, staged=True, category=category,
    )  # fmt: skip


def _only_added_to(loop: ast.AST, name: str) -> bool:
    """Whether zero does for None: the loop only asks for None and adds to the name."""
    reads = [
        n for n in _inside(loop) if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)
    ]
    spared: list[ast.expr] = []
    for node in _inside(loop):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            spared += (node.left, node.right)
        elif isinstance(node, ast.Compare) and _compared_with_none(node):
            spared.append(node.left)
    return all(any(read is node for node in spared) for read in reads)


def _compared_with_none(node: ast.AST) -> str:
    """`name` of `name is None` and the like."""
    if not (
        isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Is, ast.IsNot, ast.Eq, ast.NotEq))
    ):
        return ""
    other = node.comparators[0]
    is_none = isinstance(other, ast.Constant) and other.value is None
    return node.left.id if is_none and isinstance(node.left, ast.Name) else ""


@DETECTORS.on(Loop)
def growing(loop: Loop, body: Body) -> Iterator[Signal]:
    """A tensor whose shape grows from round to round, unless the loop declares it."""
    if loop.staged == NO:
        return
    inside = list(_inside(loop.node))
    if any(isinstance(node, ast.Attribute) and node.attr == "set_loop_options" for node in inside):
        return
    needed = body.liveness.needed.get(loop.node)
    for node in inside:
        name = _joined_with_itself(node)
        if needed is not None and name not in needed:
            continue  # each round makes it anew
        if name and name in loop.before and loop.before[name].kinds & (TENSOR | UNKNOWN):
            yield Signal(
                RULE, "LOOP_VAR_MISMATCH", node, f"lets {name} grow in a graph loop, whose shapes are fixed",
                "use tf.TensorArray or shape_invariants", f"{name} grows", condition=loop.staged, alone=True, staged=True,
            )  # fmt: skip


def _assignment(loop: ast.AST, name: str) -> ast.AST:
    for node in _inside(loop):
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
            return node
        if isinstance(node, ast.Assign) and any(
            isinstance(t, ast.Name) and t.id == name for t in node.targets
        ):
            return node
    return loop


def _joined_with_itself(node: ast.AST) -> str:
    if not (
        isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
    ):
        return ""
    call, name = node.value, node.targets[0].id
    if not (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in _JOINING
        and call.args
    ):
        return ""
    first = call.args[0]
    parts = (
        first.elts
        if isinstance(first, (ast.List, ast.Tuple))
        else [first]
        if call.func.attr in _SIZING
        else []
    )
    return name if any(isinstance(part, ast.Name) and part.id == name for part in parts) else ""


@DETECTORS.on(Leave)
def left(leave: Leave, body: Body) -> Iterator[Signal]:
    """`return` in a staged loop; `break` or `return` under a tensor test in a Python loop."""
    where = leave.where
    if leave.how == "return" and where.tensor_loop != NO:
        yield Signal(
            RULE, "RETURN_IN_TF_LOOP", leave.node, "returns from inside a loop over a tensor", "set a result and break",
            "return in a graph loop", condition=where.tensor_loop, alone=True, staged=True,
        )  # fmt: skip
    elif (
        leave.how in ("return", "break")
        and where.loops
        and where.staged != YES
        and where.tensor_if_in_loop != NO
    ):
        yield Signal(
            RULE, "BREAK_IN_PY_LOOP", leave.node, f"leaves a Python loop by {leave.how} under a test on a tensor",
            "loop over tf.range", f"{leave.how} in a Python loop", condition=where.tensor_if_in_loop, unless=where.staged,
        )  # fmt: skip


@DETECTORS.on_target(*_STAGING)
def list_in_callback(call: Call, body: Body) -> Iterator[Signal]:
    """The body of tf.while_loop, tf.map_fn or tf.cond puts tensors into a list of the function around it."""
    if body.function is None:
        return
    for value in (*call.args, *call.kwargs.values()):
        function = function_of(value)
        if function is None or function.parent is not body.function:
            continue
        for seen in body.engine.facts(function).seen(Call):
            if seen.method in _GROWING and _is_local_list(seen, body.function):
                yield Signal(
                    RULE, "LIST_IN_TF_LOOP", seen.node, f"puts tensors of {text_of(call.node.func)} into a Python container",
                    "return them from the callback", text_of(seen.node),
                )  # fmt: skip


def _is_local_list(call: Call, function: Function) -> bool:
    receiver = call.receiver
    if receiver is None or not receiver.kinds & CONTAINER or receiver.place not in function.local_names:
        return False
    return any(holds_tensors(value) == YES for value in call.args)

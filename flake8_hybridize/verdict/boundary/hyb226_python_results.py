"""HYB226: results that a caller uses as Python values, but that come back from a graph as tensors."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import OWN, Category, Signal
from flake8_hybridize.hazards.hyb213_numpy import NDARRAY_METHODS
from flake8_hybridize.hazards.hyb226_returns import RULE
from flake8_hybridize.model.module import Function, last_part
from flake8_hybridize.results import Confidence
from flake8_hybridize.source.tree import parents
from flake8_hybridize.tensors.observations import Leave
from flake8_hybridize.tensors.values import (
    ARRAY,
    BOOL,
    NONE,
    NUMBER,
    SHAPE,
    STRING,
    TENSOR,
    UNKNOWN,
    VARIABLE,
    VARIABLE_VALUE,
    Value,
)
from flake8_hybridize.verdict.boundary.base import Border, border
from flake8_hybridize.verdict.callers import Site
from flake8_hybridize.verdict.messages import line_in

_WORDS = {
    NUMBER: "a Python number",
    BOOL: "a Python bool",
    STRING: "text",
    SHAPE: "a shape",
    ARRAY: "an array",
    VARIABLE: "a variable",
}
_TEXT_METHODS = frozenset(name for name in dir(str) if not name.startswith("_"))
_METHODS: dict[int, frozenset[str]] = {
    VARIABLE: frozenset(
        ("assign", "assign_add", "assign_sub", "scatter_update", "scatter_nd_update", "scatter_nd_add")
    ),
    STRING: _TEXT_METHODS,
    SHAPE: frozenset(("as_list", "rank", "ndims", "dims", "num_elements", "is_fully_defined", "with_rank")),
    ARRAY: NDARRAY_METHODS,
}
_PYTHON = NUMBER | BOOL | STRING | SHAPE | ARRAY | VARIABLE


@border
def python_results(known: Border, function: Function) -> Iterator[Signal]:
    """A returned number, text, shape or variable whose caller needs more than a tensor can do."""
    if function.is_generator or function.is_async or not known.callers.calls(function):
        return
    for leave in known.program.body(function).facts.seen(Leave):
        if leave.how != "return":
            continue
        for position, value in _results(leave.value):
            found = _used(known, function, position, value)
            if found is not None:
                yield _signal(leave, value, *found)
                break


@border
def returned_pairs(known: Border, function: Function) -> Iterator[Signal]:
    """Pairs of gradient and variable that a caller gives to an optimizer, which cannot do without the variables."""
    if function.is_generator or function.is_async:
        return
    sites = known.callers.calls(function)
    places = [line_in(site.module, call, function.module) for site in sites for call in _applied(known, site)]
    leaves = [leave for leave in known.program.body(function).facts.seen(Leave) if leave.how == "return"]
    if places and leaves:
        yield _signal(leaves[0], VARIABLE_VALUE, "apply_gradients", places[0], False)


def _applied(known: Border, site: Site) -> Iterator[ast.Call]:
    """Calls in which the caller passes the result, as it is, to `apply_gradients`."""
    if not _may_apply(site):
        return
    for node, parent in _later_uses(known, site):
        named = isinstance(parent, ast.keyword) and parent.arg == "grads_and_vars"
        call = _parents(known, _scope(site))[parent] if named else parent
        if not isinstance(call, ast.Call) or last_part(call.func) != "apply_gradients":
            continue
        if named or call.args[:1] == [node]:
            yield call


def _may_apply(site: Site) -> bool:
    """Whether the code around the call has the name at all."""
    name, caller = "apply_gradients", site.caller
    return caller is None or name in caller.loads or name in site.module.attribute_loads


def _results(value: Value) -> Iterator[tuple[int, Value]]:
    """The result by its position in a returned tuple; -1: the result itself."""
    parts = [(-1, value)] if value.items is None or value.keys is not None else list(enumerate(value.items))
    for position, part in parts:
        kinds = part.kinds & ~NONE
        if kinds and not kinds & ~(_PYTHON | UNKNOWN) and not kinds & TENSOR:
            yield position, part


def _used(known: Border, function: Function, position: int, value: Value) -> tuple[str, str, bool] | None:
    for site in known.callers.calls(function):
        for node, parent in _uses(known, site, position):
            how = _as_python(node, parent, value.kinds & ~NONE)
            if how:
                return how, line_in(site.module, node, function.module), how.startswith("is ")
    return None


def _signal(leave: Leave, value: Value, how: str, place: str, silent: bool) -> Signal:
    word = next((word for bit, word in _WORDS.items() if value.kinds & bit), "a Python value")
    name = "RETURNS_VARIABLE" if value.kinds & VARIABLE else "PY_RETURN"
    return Signal(
        RULE, name, leave.node, f"returns {word}, which a graph gives back as a tensor, but {place} uses `{how}`",
        "convert it in the caller", f"returns {word}", param=OWN, confidence=Confidence.LIKELY,
        category=Category.DIFFERS if silent else None,
    )  # fmt: skip


def _as_python(node: ast.AST, parent: ast.AST, kinds: int) -> str:
    """The use that a tensor does not stand, in words; empty if it does."""
    if isinstance(parent, ast.Compare) and isinstance(parent.ops[0], (ast.Is, ast.IsNot)):
        other = parent.comparators[0]
        if isinstance(other, ast.Constant) and isinstance(other.value, bool):
            return f"is {other.value}"
        return ""
    if isinstance(parent, ast.Subscript) and parent.slice is node and kinds == STRING:
        return f"{ast.unparse(parent.value)}[…]"
    if isinstance(parent, ast.Attribute):
        methods = next((names for bit, names in _METHODS.items() if kinds == bit), frozenset())
        return f".{parent.attr}" if parent.attr in methods else ""
    if isinstance(parent, ast.Call) and node in parent.args and not kinds & UNKNOWN:
        name = ast.unparse(parent.func)
        return (
            f"{name}(…)" if name in ("json.dumps", "json.dump") and kinds & (NUMBER | STRING | BOOL) else ""
        )
    return ""


# ---------------------------------------------------------------------- uses of one call's result
def _uses(known: Border, site: Site, position: int) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Expressions of the caller that are the result, each with the expression around it."""
    parents = _parents(known, _scope(site))
    parent = parents.get(site.call.node)
    if parent is None:
        return
    if not isinstance(parent, ast.Assign):
        if position < 0:
            yield site.call.node, parent
        return
    name = _target(parent, position)
    stores = [node for node in parents if isinstance(node, ast.Name) and node.id == name]
    if name and sum(isinstance(node.ctx, ast.Store) for node in stores) == 1:
        yield from ((node, parents[node]) for node in stores if isinstance(node.ctx, ast.Load))


def _later_uses(known: Border, site: Site) -> Iterator[tuple[ast.AST, ast.AST]]:
    """The same for the result as a whole, also where its name was bound before the call: `pairs = clip(pairs)`."""
    parents = _parents(known, _scope(site))
    parent = parents.get(site.call.node)
    name = _target(parent, -1) if isinstance(parent, ast.Assign) else ""
    if parent is not None and not name:
        yield site.call.node, parent
        return
    named = [node for node in parents if isinstance(node, ast.Name) and node.id == name]
    after = sorted((node for node in named if node.lineno > site.call.node.lineno), key=lambda n: n.lineno)
    for node in after:
        if not isinstance(node.ctx, ast.Load):
            return
        yield node, parents[node]


def _scope(site: Site) -> ast.AST:
    return site.caller.node if site.caller is not None else site.module.tree


def _target(assignment: ast.Assign, position: int) -> str:
    target = assignment.targets[0]
    if position >= 0 and isinstance(target, ast.Tuple) and position < len(target.elts):
        target = target.elts[position]
    elif position >= 0:
        return ""
    return target.id if isinstance(target, ast.Name) else ""


def _parents(known: Border, scope: ast.AST) -> dict[ast.AST, ast.AST]:
    key = ("parents", scope)
    found = known.shared.get(key)
    if found is None:
        found = known.shared[key] = parents(scope)
    assert isinstance(found, dict)
    return found

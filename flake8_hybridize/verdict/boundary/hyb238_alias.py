"""HYB238: 1, 1.0 and True are equal, so they share the trace of whichever came first."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, OWN, Category, Rule, Signal
from flake8_hybridize.model.module import Function
from flake8_hybridize.source.tree import walk
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.values import NO_CONSTANT
from flake8_hybridize.verdict.boundary.base import Border, border
from flake8_hybridize.verdict.boundary.makings import eager_calls, takes_signature
from flake8_hybridize.verdict.callers import Site

RULE = DETECTORS.declare(
    Rule(
        code="HYB238",
        name="literal-alias",
        summary="equal Python arguments of different types share one trace",
        category=Category.DIFFERS,
        names=("LITERAL_ALIAS",),
    )
)
# Functions whose result has the dtype of a Python argument.
_TYPED = frozenset(
    f"tensorflow.{name}"
    for name in ("fill", "constant", "range", "convert_to_tensor", "linspace", "identity", "stack")
)


@border
def aliased(known: Border, function: Function) -> Iterator[Signal]:
    """A parameter given equal constants of different types, where the body tells the types apart."""
    if takes_signature(known, function):
        return
    sites = list(eager_calls(known, function))
    for index in range(1 if function.is_method else 0, len(function.params)):
        name = function.params[index].name
        pair = _pair(sites, index)
        if pair is not None and _type_matters(known, function, index):
            first, second, site = pair
            node = site.call.node if site.module is function.module else function.node
            what = f"is given {second!r} for {name} after {first!r}, and uses the trace of {first!r}"
            yield _signal(node, what, f"{first!r} and {second!r}")
        elif not sites and _is_axis(known, function, index):
            place = _asks_identity(function, name)
            if place is not None:
                what = f"takes a bool or an axis for {name}: True and 1 are equal and share one trace"
                yield _signal(place, what, f"{name} is a bool or a number")


def _signal(node: ast.AST, what: str, short: str) -> Signal:
    return Signal(RULE, "LITERAL_ALIAS", node, what, "use one type", short, param=OWN)


def _pair(sites: list[Site], index: int) -> tuple[object, object, Site] | None:
    """The first two constants that are equal and of different types, and the call with the second."""
    seen: dict[object, object] = {}
    for site in sorted(sites, key=lambda site: site.call.node.lineno):
        value = site.bound.get(index)
        if value is None or value.const is NO_CONSTANT or not isinstance(value.const, (int, float)):
            continue
        first = seen.setdefault(value.const, value.const)
        if type(first) is not type(value.const):
            return first, value.const, site
    return None


def _type_matters(known: Border, function: Function, index: int) -> bool:
    """Whether the body asks for the type, or makes a tensor whose dtype follows from it."""
    name = function.params[index].name
    if _asks_identity(function, name) is not None:
        return True
    for node in walk(function.node):
        if (
            (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("isinstance", "type")
            )
            and node.args
            and isinstance(node.args[0], ast.Name)
            and node.args[0].id == name
        ):
            return True
    return any(
        isinstance(seen, Call)
        and seen.target in _TYPED
        and "dtype" not in seen.kwargs
        and any(value.param == index for value in (*seen.args, *seen.kwargs.values()))
        for seen in known.program.body(function).facts.observations
    )


def _is_axis(known: Border, function: Function, index: int) -> bool:
    """Whether an operation takes the parameter as its axis."""
    return any(
        isinstance(seen, Call) and "axis" in seen.kwargs and seen.kwargs["axis"].param == index
        for seen in known.program.body(function).facts.observations
    )


def _asks_identity(function: Function, name: str) -> ast.AST | None:
    """The comparison `name is True` (or False) in the body."""
    for node in walk(function.node):
        if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], (ast.Is, ast.IsNot)):
            continue
        right = node.comparators[0]
        flag = isinstance(right, ast.Constant) and isinstance(right.value, bool)
        if flag and isinstance(node.left, ast.Name) and node.left.id == name:
            return node
    return None

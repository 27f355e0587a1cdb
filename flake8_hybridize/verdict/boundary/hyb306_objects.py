"""HYB306: arguments that are another object, or another structure, in every call.

Measured on TensorFlow 2.21: a lambda, a partial, a bound method or an object made for the call is a trace of its
own; so is every length of a list and every Python number inside a structure.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, OWN, Category, Rule, Signal
from flake8_hybridize.model.build import MUTATORS
from flake8_hybridize.model.module import Class, Function, last_part
from flake8_hybridize.tensors.refs import Bound, Partial
from flake8_hybridize.tensors.values import CONTAINER, FRESH, INSTANCE, NO_CONSTANT, NUMBER, Value
from flake8_hybridize.verdict.boundary.base import Border, border
from flake8_hybridize.verdict.boundary.makings import at, eager_calls, place, repeated, takes_signature
from flake8_hybridize.verdict.boundary.variation import (
    Loops,
    argument,
    changing,
    dotted,
    loops_around,
    mentions,
    statements,
    targets,
)

RULE = DETECTORS.declare(
    Rule(
        code="HYB306",
        name="container-arg",
        summary="an argument is another object or structure in every call, so each call is traced anew",
        category=Category.SLOWER,
        names=("CONTAINER_ARG", "OBJECT_ARG"),
    )
)
ROUNDS = 3
_GROWING = MUTATORS & {"append", "extend", "insert", "appendleft"}


@border
def fresh_arguments(known: Border, function: Function) -> Iterator[Signal]:
    """The first parameter that gets something new each time, with the call that passes it."""
    if takes_signature(known, function):
        return
    for site in eager_calls(known, function):
        if not repeated(known, site, ROUNDS):
            continue
        loops = loops_around(known, site)
        for index in range(1 if function.is_method else 0, len(function.params)):
            node, value = argument(site, index), site.bound.get(index)
            if node is None or value is None:
                continue
            name, text = (
                _fresh(known, node, value, loops) or _structure(known, node, value, loops) or ("", "")
            )
            if text:
                param = function.params[index].name
                what = f"is traced anew for every call: {param} is {text} ({at(site, function)})"
                advice = "make it once" if name == "OBJECT_ARG" else "pass a tensor of fixed structure"
                yield Signal(RULE, name, place(known, function), what, advice, text, param=OWN)
                return


def _fresh(known: Border, node: ast.expr, value: Value, loops: Loops) -> tuple[str, str] | None:
    """A callable or object that is made for the call, or anew in each round."""
    made = _made_in(loops, node)
    if isinstance(made, ast.Lambda):
        return "OBJECT_ARG", "a new lambda"
    if (
        isinstance(made, ast.Attribute)
        and isinstance(value.ref, Bound)
        and _is_plain_method(known, value.ref)
    ):
        return "OBJECT_ARG", f"the bound method {dotted(made)}, a new object each time"
    if isinstance(made, ast.Call):
        if isinstance(value.ref, Partial):
            return "OBJECT_ARG", "a new partial"
        if value.kinds == INSTANCE and value.origin == FRESH and _compares_by_identity(known, value.ref):
            return "OBJECT_ARG", f"a new {value.ref.name}"
    return None


def _made_in(loops: Loops, node: ast.expr) -> ast.expr | None:
    """The expression that makes the argument in each round; None for what was made before."""
    if not isinstance(node, ast.Name):
        return node
    found = [
        part.value
        for loop in loops
        for part in statements(getattr(loop, "body", ()))
        if isinstance(part, ast.Assign)
        and any(isinstance(t, ast.Name) and t.id == node.id for t in part.targets)
    ]
    return found[0] if len(found) == 1 else None


def _is_plain_method(known: Border, bound: Bound) -> bool:
    method = bound.function
    return (
        method is not None
        and bool(bound.receiver.kinds & INSTANCE)
        and method.is_method
        and not method.has_decorator("classmethod", "property")
        and not known.program.is_hybrid(method)
    )


def _compares_by_identity(known: Border, cls: object) -> bool:
    if not isinstance(cls, Class):
        return False
    if cls.node.decorator_list or "__eq__" in cls.methods or "__tf_tracing_type__" in cls.methods:
        return False
    return all(isinstance(base, Class) or base == "builtins.object" for base in known.program.engine.mro(cls))


def _structure(known: Border, node: ast.expr, value: Value, loops: Loops) -> tuple[str, str] | None:
    """A list that grows, or a structure with a Python number that changes."""
    if not value.kinds & CONTAINER or not loops:
        return None
    name = dotted(node)
    if name and _grows(loops, name):
        return "CONTAINER_ARG", f"the list {name}, which grows"
    made = _made_in(loops, node)
    if made is not None and _has_changing_number(made, value, changing(known, loops)):
        return "CONTAINER_ARG", "a structure with a Python number that changes"
    return None


def _grows(loops: Loops, name: str) -> bool:
    """Whether `name` is appended to in a loop that does not bind it."""
    for loop in loops:
        body = list(statements(getattr(loop, "body", ())))
        bound = any(name in targets(t) for part in body if isinstance(part, ast.Assign) for t in part.targets)
        if bound:
            continue
        for part in body:
            call = part.value if isinstance(part, ast.Expr) else None
            if (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and last_part(call) in _GROWING
            ) and dotted(call.func.value) == name:
                return True
    return False


def _has_changing_number(node: ast.expr, value: Value, moving: frozenset[str]) -> bool:
    parts = (
        node.elts
        if isinstance(node, (ast.Tuple, ast.List))
        else node.values
        if isinstance(node, ast.Dict)
        else []
    )
    items = value.items or ()
    if len(parts) != len(items):
        return False
    for part, item in zip(parts, items):
        if item.kinds & CONTAINER:
            if _has_changing_number(part, item, moving):
                return True
        elif item.kinds == NUMBER and item.const is NO_CONSTANT and moving.intersection(mentions(part)):
            return True
    return False

"""HYB307: a decorated method of objects that are made, used and dropped in a loop."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, OWN, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body
from flake8_hybridize.model.index import in_tests
from flake8_hybridize.model.module import Class, Function
from flake8_hybridize.source.tree import walk
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.values import FRESH, INSTANCE
from flake8_hybridize.verdict.boundary.base import Border, border
from flake8_hybridize.verdict.boundary.makings import (
    at,
    eager_calls,
    is_traced,
    place,
    repeated,
    takes_tensors,
)
from flake8_hybridize.verdict.boundary.variation import loops_of
from flake8_hybridize.verdict.callers import Site

RULE = DETECTORS.declare(
    Rule(
        code="HYB307",
        name="per-instance",
        summary="a decorated method is traced anew for each object, and the objects are made in a loop",
        category=Category.SLOWER,
        names=("PER_INSTANCE",),
    )
)
ROUNDS = 3


@border
def per_instance(known: Border, function: Function) -> Iterator[Signal]:
    """A method called on an object that the same loop, or the same repeated function, has made."""
    if function.owner is None or not function.is_method:
        return
    for site in eager_calls(known, function):
        receiver = site.call.node.func.value if isinstance(site.call.node.func, ast.Attribute) else None
        made = _made(known, function.owner, site, receiver.id) if isinstance(receiver, ast.Name) else ""
        if made:
            what = f"is traced anew for each {function.owner.name}, and {made}"
            yield Signal(
                RULE, "PER_INSTANCE", place(known, function), f"{what} ({at(site, function)})",
                "move it out of the class, or keep the objects", "objects made again and again", param=OWN,
            )  # fmt: skip
            return


def _made(known: Border, cls: Class, site: Site, name: str) -> str:
    """How the objects are made for the call, in words; empty if they are not."""
    scope = site.caller if site.caller is not None else site.module
    body = (
        known.program.body(site.caller) if site.caller is not None else known.program.module_body(site.module)
    )
    for made in _creations(body, cls):
        if _bound_to(body, made, name) and not _kept(body, name) and not is_traced(known, site.caller):
            around = loops_of(known, scope, made.node)
            where = made.where
            if around and (where.trips == 0 or where.trips >= ROUNDS):
                inside = loops_of(known, scope, site.call.node)[: len(around)] == around
                return "a loop makes them" if inside else ""
            if site.caller is None:
                return ""
            if any(repeated(known, above, ROUNDS) for above in known.callers.calls(site.caller)):
                return "a loop makes them"
            once = _made_for_a_batch(known, site, site.caller)
            return f"each call of {site.caller.name} makes one" if once else ""
    return ""


def _made_for_a_batch(known: Border, site: Site, caller: Function) -> bool:
    """Whether a function that is handed tensors makes the object for a single call of a method without loops."""
    method = next(iter(site.call.functions), None)
    if method is None or site.call.where.loops or in_tests(site.module.location):
        return False
    work = known.program.summary(method).work
    return not (work.loop or work.optimizer) and takes_tensors(known, caller)


def _creations(body: Body, cls: Class) -> Iterator[Call]:
    for seen in body.facts.seen(Call):
        if seen.result.ref is not cls or seen.result.origin != FRESH:
            continue
        if seen.result.kinds & INSTANCE and not seen.where.guarded:
            yield seen


def _root(body: Body) -> ast.AST:
    return body.function.node if body.function is not None else body.module.tree


def _bound_to(body: Body, made: Call, name: str) -> bool:
    return any(
        isinstance(node, ast.Assign)
        and node.value is made.node
        and any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
        for node in walk(_root(body))
    )


def _kept(body: Body, name: str) -> bool:
    """Whether the object is used for more than its attributes: passed on, stored or returned."""
    root = _root(body)
    owned = {id(node.value) for node in walk(root) if isinstance(node, ast.Attribute)}
    return any(
        isinstance(node, ast.Name)
        and node.id == name
        and isinstance(node.ctx, ast.Load)
        and id(node) not in owned
        for node in walk(root)
    )

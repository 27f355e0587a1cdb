"""HYB303: a tf.function that is made, called and dropped again and again.

A maker that keeps the function (stores, returns or passes it on) is a factory; one whose function depends on what
the loop changes needs one function per round. Neither is reported.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from flake8_hybridize.hazards.base import DETECTORS, OWN, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body
from flake8_hybridize.hazards.summaries import makes_graph
from flake8_hybridize.model.index import in_tests
from flake8_hybridize.model.module import Function, Module
from flake8_hybridize.results import Applicability
from flake8_hybridize.source.tree import walk
from flake8_hybridize.tensors.observations import Call, Define
from flake8_hybridize.tensors.refs import function_of
from flake8_hybridize.tensors.values import NO
from flake8_hybridize.verdict.boundary.base import Border, border
from flake8_hybridize.verdict.boundary.makings import is_traced, repeated, takes_tensors
from flake8_hybridize.verdict.boundary.variation import Loops, assigned, loops_of
from flake8_hybridize.verdict.messages import line_in
from flake8_hybridize.verdict.shape import is_test_case

RULE = DETECTORS.declare(
    Rule(
        code="HYB303",
        name="function-in-loop",
        summary="a tf.function made in a loop is traced anew each time",
        category=Category.SLOWER,
        names=("FUNCTION_IN_LOOP",),
        fix=Applicability.UNSAFE,
    )
)
ROUNDS = 3
FEW = 10
_CACHES = ("lru_cache", "cache", "cached_property", "memoize", "cached")


@dataclass(frozen=True, slots=True)
class Made:
    """A `tf.function(...)` or decorated `def` that is run once and dropped; `how` says when."""

    node: ast.AST
    maker: Function | None
    function: Function | None
    how: str


@border
def made_again(known: Border, function: Function) -> Iterator[Signal]:
    """The function is wrapped or defined anew for each use; what is made of a lambda is told of its maker, too."""
    for made in made_in_loops(known):
        nameless = made.function is None or made.function.is_lambda
        if made.function is function or (made.maker is function and nameless):
            yield Signal(
                RULE, "FUNCTION_IN_LOOP", made.node, f"becomes a tf.function {made.how}, which traces it anew each time",
                "make it once", "made again and again", param=OWN, blocks=False,
            )  # fmt: skip


def made_in_loops(known: Border) -> list[Made]:
    """All places in the modules whose callers are known."""
    found = known.shared.get("made in loops")
    if found is None:
        makers = [
            body
            for body in known.bodies
            if body.module.makes_functions or (body.function and body.function.nested)
        ]
        found = known.shared["made in loops"] = [made for body in makers for made in _in_body(known, body)]
    assert isinstance(found, list)
    return found


def _in_body(known: Border, body: Body) -> Iterator[Made]:
    function = body.function
    if is_traced(known, function) or (function is not None and function.has_decorator(*_CACHES)):
        return
    for seen in body.facts.observations:
        if isinstance(seen, Call) and _wraps(seen) and not seen.where.guarded:
            target = function_of((*seen.args, *seen.kwargs.values())[0])
            yield from _judged(known, body, seen, seen.node, target)
        elif isinstance(seen, Define) and not seen.where.guarded and isinstance(seen.value.ref, Function):
            decoration = known.program.decoration(seen.value.ref)
            if decoration is not None:
                yield from _judged(known, body, seen, decoration.node, seen.value.ref)


def _wraps(call: Call) -> bool:
    """Whether the call makes a function; `tf.function(jit_compile=True)` alone only makes a decorator."""
    return makes_graph(call) and (bool(call.args) or "func" in call.kwargs)


def _judged(
    known: Border, body: Body, seen: Call | Define, node: ast.AST, made: Function | None
) -> Iterator[Made]:
    scope = body.function if body.function is not None else body.module
    uses = _uses(body, seen)
    if not uses:
        return
    around = loops_of(known, scope, seen.node)
    reads = _reads(seen)
    looped = seen.where.loops > 0 and (seen.where.trips == 0 or seen.where.trips >= ROUNDS)
    if looped and (not reads & assigned(around) or _once_a_round(known, scope, uses, around)):
        yield Made(node, body.function, made, "in a loop")
    elif body.function is not None and not around:
        few = _few(known, body, uses)
        amortised = (not few and all(loops_of(known, scope, use) for use in uses)) or _loops_itself(
            known, made
        )
        closes_over = bool(reads & body.function.local_names - {"self"})
        if amortised and closes_over:
            return
        where = _repeated_call(known, body.function)
        nested = made is not None and made.parent is body.function
        how = "on every call" if nested else f"on every call of {body.function.name}"
        if where:
            yield Made(node, body.function, made, f"{how} (in a loop, {where})")
        elif few and ((isinstance(seen, Call) and not closes_over) or takes_tensors(known, body.function)):
            yield Made(node, body.function, made, how)


def _few(known: Border, body: Body, uses: list[ast.Call]) -> bool:
    """Whether one call of the maker, which is no program and no test, makes only a few calls of what it wraps."""
    maker = body.function
    assert maker is not None
    if (
        in_tests(maker.module.location)
        or is_test_case(known.program, maker)
        or maker.name in ("main", "__init__", "build")
    ):
        return False
    calls = [seen for seen in body.facts.seen(Call) if seen.node in uses]
    return bool(calls) and sum(call.where.trips or FEW for call in calls) < FEW


def _loops_itself(known: Border, made: Function | None) -> bool:
    """Whether one call of the function runs a loop of the graph, which may pay for its trace."""
    if made is None:
        return False
    return known.program.summary(made).control != NO or any(
        isinstance(seen, Call) and seen.api is not None and "callback=" in seen.api.flags
        for seen in known.program.body(made).facts.observations
    )


def _once_a_round(known: Border, scope: Function | Module, uses: list[ast.Call], around: Loops) -> bool:
    """Whether each trace serves a single call, so that even a function that depends on the round gains nothing."""
    return not in_tests(known.callers.modules[0].location) and all(
        loops_of(known, scope, use) == around for use in uses
    )


def _repeated_call(known: Border, maker: Function) -> str:
    """Where the maker is called in a loop."""
    sites = known.callers.calls(maker)
    return next(
        (
            line_in(site.module, site.call.node, maker.module)
            for site in sites
            if repeated(known, site, ROUNDS)
        ),
        "",
    )


def _uses(body: Body, seen: Call | Define) -> list[ast.Call]:
    """The calls of what was made, if calls are all that is done with it."""
    if isinstance(seen, Call):
        at_once = [c.node for c in body.facts.seen(Call) if c.node.func is seen.node]
        if at_once:
            return at_once
    root = body.function.node if body.function is not None else body.module.tree
    name = _bound_name(root, seen)
    if not name:
        return []
    called = {_callee(node): node for node in walk(root) if isinstance(node, ast.Call)}
    reads = [
        n for n in walk(root) if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)
    ]
    uses = [called[read] for read in reads if read in called]
    return uses if len(uses) == len(reads) else []


def _callee(node: ast.Call) -> ast.expr:
    """What the call runs: also `f` of `strategy.run(f, …)`."""
    runs = isinstance(node.func, ast.Attribute) and node.func.attr == "run" and node.args
    return node.args[0] if runs else node.func


def _bound_name(root: ast.AST, seen: Call | Define) -> str:
    if isinstance(seen, Define):
        return seen.node.name  # type: ignore[attr-defined,no-any-return]
    for node in walk(root):
        if isinstance(node, ast.Assign) and node.value is seen.node and len(node.targets) == 1:
            target = node.targets[0]
            return target.id if isinstance(target, ast.Name) else ""
    return ""


def _reads(seen: Call | Define) -> set[str]:
    """Names that what is made reads from around it."""
    nodes: list[ast.AST] = [seen.node] if isinstance(seen, Define) else [*seen.node.args, *seen.node.keywords]
    names: set[str] = set()
    for root in nodes:
        for node in walk(root):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                names.add(node.id)
    return names - _own_names(seen)


def _own_names(seen: Call | Define) -> set[str]:
    roots: list[ast.AST] = [seen.node] if isinstance(seen, Define) else list(seen.node.args)
    own: set[str] = set()
    for root in roots:
        for node in walk(root):
            if isinstance(node, ast.arg):
                own.add(node.arg)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                own.add(node.id)
    return own

"""HYB302: a Python number or text that varies at the call sites makes a trace per value."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import partial

from flake8_hybridize.hazards.base import DETECTORS, OWN, Category, Rule, Signal
from flake8_hybridize.model.module import Function
from flake8_hybridize.results import Applicability, Confidence
from flake8_hybridize.tensors.observations import Store
from flake8_hybridize.tensors.substitution import indices
from flake8_hybridize.tensors.values import EAGER_NUMBER, NO_CONSTANT, NUMBER, STRING, TENSOR, UNKNOWN, Value
from flake8_hybridize.verdict.boundary.base import Border, border
from flake8_hybridize.verdict.boundary.makings import at, eager_calls, place, takes_signature
from flake8_hybridize.verdict.boundary.variation import (
    argument,
    changing,
    fills,
    grows,
    keys_of_dicts,
    loops_around,
    mentions,
    sizes,
)
from flake8_hybridize.verdict.callers import Site

RULE = DETECTORS.declare(
    Rule(
        code="HYB302",
        name="literal-argument",
        summary="every value of a Python number or string argument is traced anew",
        category=Category.SLOWER,
        names=("LITERAL_PARAM",),
        fix=Applicability.UNSAFE,
    )
)
MANY = 4
MAX_DEPTH = 3


@border
def varying_literals(known: Border, function: Function) -> Iterator[Signal]:
    """Parameters that calls give another Python number or text each time."""
    sites = list(eager_calls(known, function))
    if not sites or takes_signature(known, function):
        return
    found = {}
    for index in range(1 if function.is_method else 0, len(function.params)):
        site = _varies(known, sites, index, 0)
        if site is not None:
            found[function.params[index].name] = at(site, function)
    if found:
        names = ", ".join(f"{name} ({text})" for name, text in found.items())
        yield _signal(known, function, f"is traced anew for every value of {names}", Confidence.LIKELY)
        return
    for index in range(len(function.params)):
        if _constants(sites, index) >= MANY:
            what = f"is traced for each of the values of {function.params[index].name}"
            yield _signal(known, function, what, Confidence.GUESS)


def varying_arguments(known: Border, function: Function) -> Iterator[tuple[int, Site, ast.expr]]:
    """The parameter, the call and the expression of every argument that makes the function traced anew."""
    for site in eager_calls(known, function):
        for index in range(1 if function.is_method else 0, len(function.params)):
            node = argument(site, index)
            if node is not None and _varies(known, [site], index, 0) is not None:
                yield index, site, node


def _signal(known: Border, function: Function, what: str, confidence: Confidence) -> Signal:
    return Signal(
        RULE, "LITERAL_PARAM", place(known, function), what, "pass it as tf.constant",
        "a Python argument that varies", confidence=confidence, param=OWN,
    )  # fmt: skip


def _varies(known: Border, sites: list[Site], index: int, depth: int) -> Site | None:
    """A call that gives the parameter another number in every round of a loop."""
    for site in sites:
        value = site.bound.get(index)
        if value is None:
            continue
        node = argument(site, index)
        if node is None:
            continue
        if _is_python(value, node):
            if _changes(known, site, node):
                return site
        elif _is_passed_on(value) and depth < MAX_DEPTH and _varies_above(known, site, value, depth + 1):
            return site
    return None


def _is_passed_on(value: Value) -> bool:
    """Whether it is what the caller was given, or is made of it."""
    return value.kinds == UNKNOWN and bool(value.deps)


def _varies_above(known: Border, site: Site, value: Value, depth: int) -> bool:
    """The same for what the callers of the caller give it."""
    caller = site.caller

    def found(index: int) -> bool:
        above = [site for site in known.callers.calls(caller) if site.caller is not caller] if caller else []
        return _varies(known, above, index, depth) is not None

    return any(known.once(("varies", caller, i, depth), partial(found, i)) for i in indices(value.deps))


def _is_python(value: Value, node: ast.expr) -> bool:
    """A number in eager code, or text made by formatting; of an attribute the class has only the first value."""
    if value.const is not NO_CONSTANT and not isinstance(node, ast.Attribute):
        return False
    if value.kinds == STRING:
        return bool(value.extra == "formatted")
    return value.kinds == NUMBER or (value.kinds == TENSOR and value.extra == EAGER_NUMBER)


def _changes(known: Border, site: Site, node: ast.expr) -> bool:
    loops = loops_around(known, site)
    keys = keys_of_dicts(loops)
    mentioned = {name for way in _ways(node) if not _is_looked_up(way, keys) for name in mentions(way)}
    if mentioned & changing(known, loops) or any(
        grows(loops, n) or fills(loops, n) for n in sizes(node) if n
    ):
        return True
    return any(text.count(".") == 1 and _is_counter(known, site, text) for text in mentioned)


def _is_looked_up(node: ast.expr, keys: frozenset[str]) -> bool:
    """Whether a key of a dict chooses the value from a table: not more values than keys."""
    return isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Name) and node.slice.id in keys


def _ways(node: ast.expr) -> list[ast.expr]:
    """What the expression may be; what decides between two values makes no more of them."""
    return [*_ways(node.body), *_ways(node.orelse)] if isinstance(node, ast.IfExp) else [node]


def _is_counter(known: Border, site: Site, text: str) -> bool:
    """Whether `self.name` is a number that some method of the class counts up."""
    receiver, _, name = text.partition(".")
    function = site.caller
    if (
        function is None
        or not function.is_method
        or not function.params
        or function.params[0].name != receiver
    ):
        return False
    cls = function.owner
    return cls is not None and any(
        isinstance(seen, Store) and seen.augmented and seen.name == name and seen.value.kinds == NUMBER
        for method in cls.stores.get(name, ())
        if method.name != "__init__"
        for seen in known.program.body(method).facts.observations
    )


def _constants(sites: list[Site], index: int) -> int:
    """How many different numbers and texts the calls name."""
    found = set()
    for site in sites:
        value = site.bound.get(index)
        if value is not None and value.kinds in (NUMBER, STRING) and value.const is not NO_CONSTANT:
            found.add(value.const)
    return len(found)

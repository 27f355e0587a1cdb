"""What the call sites give a parameter, also where a caller passes on what it was given itself."""

from __future__ import annotations

import ast
from typing import NamedTuple

from flake8_hybridize.hazards.summaries import Program
from flake8_hybridize.model.module import Function
from flake8_hybridize.results import Confidence
from flake8_hybridize.tensors.iteration import element_of_iteration, is_dict, is_nest
from flake8_hybridize.tensors.observations import Store
from flake8_hybridize.tensors.substitution import indices
from flake8_hybridize.tensors.values import (
    ARRAY,
    ARRAY_VALUE,
    CLASS,
    CONTAINER,
    EAGER_NUMBER,
    INSTANCE,
    NO_CONSTANT,
    NONE,
    NUMBER,
    NUMBER_VALUE,
    OUTER,
    PARAM,
    PARTS,
    STATIC,
    TENSOR,
    TENSOR_VALUE,
    TENSORLIKE,
    UNKNOWN,
    UNKNOWN_VALUE,
    Value,
    element,
    join,
    outside,
)
from flake8_hybridize.verdict.callers import Callers, Site
from flake8_hybridize.verdict.places import places

MOST_STEPS = 8
MOST_ASKED = 300
"""Through how many callers an argument is followed, and how many of them are asked for one answer."""

_NUMERIC = TENSORLIKE | ARRAY | NUMBER


class Given(NamedTuple):
    """What is known of an argument, how surely, and the first call that gives it."""

    value: Value
    confidence: Confidence
    site: Site


class Search:
    """What was found out of arguments, for one set of call sites.

    An answer that rests on a question still open, or on callers too far away, is kept for the first question only,
    so that no answer depends on the order of the questions.
    """

    def __init__(self, program: Program, callers: Callers) -> None:
        self.program = program
        self.callers = callers
        self.known: dict[tuple[Function, int], Given | None] = {}
        self.open: list[tuple[Function, int]] = []
        self.low = 0
        self.asked = 0

    def given(self, function: Function, index: int) -> Given | None:
        """What the known call sites give the parameter, joined; None where none of them tells."""
        key = (function, index)
        if key in self.known:
            return self.known[key]
        depth = len(self.open)
        self.asked = self.asked + 1 if depth else 0
        if key in self.open or depth > MOST_STEPS or self.asked > MOST_ASKED:
            self.low = min(self.low, self.open.index(key) if key in self.open else -1)
            return None
        before, self.low = self.low, depth
        self.open.append(key)
        found = _joined(self, function, index)
        self.open.pop()
        if self.low >= depth or not depth:
            self.known[key] = found
        self.low = min(before, self.low)
        return found


def given(program: Program, callers: Callers, function: Function, index: int) -> Given | None:
    """What the known call sites give the parameter, joined; None where none of them tells."""
    if callers.search is None:
        callers.search = Search(program, callers)
    return callers.search.given(function, index)


def passed_on(program: Program, callers: Callers, site: Site, value: Value) -> Value | None:
    """An argument that is not known at the call, in terms of what the caller is given."""
    if callers.search is None:
        callers.search = Search(program, callers)
    found = _passed_on(callers.search, site, value)
    return None if found is None else found[0]


def _joined(search: Search, function: Function, index: int) -> Given | None:
    program = search.program
    found: Given | None = None
    for site in places(program, search.callers, function):
        value = site.bound.get(index)
        if value is None or not value.kinds:
            continue
        confidence = Confidence.PROVED
        if value.place and value.origin == OUTER and not value.kinds & ~STATIC:
            value = _rebound(program, site, value)
        elif value.kinds == NONE and _changed_inside(site):
            continue
        if value.kinds & UNKNOWN:
            passed = _forwarded(search, site, function, index) or _passed_on(search, site, value)
            if passed is None:
                continue
            value, confidence = passed
        if value.extra == EAGER_NUMBER and (site.caller is None or not program.is_hybrid(site.caller)):
            value = NUMBER_VALUE
        if found is None:
            found = Given(value, confidence, site)
        elif found.value.kinds == NONE:
            found = Given(join(found.value, value), confidence, site)
        else:
            found = Given(join(found.value, value), min(found.confidence, confidence), found.site)
    return found


def _passed_on(search: Search, site: Site, value: Value) -> tuple[Value, Confidence] | None:
    """The argument in terms of what the caller was given: the same, a part of it, or what is computed from it."""
    if site.caller is None:
        return None
    if value.param >= 0 and value.origin == PARAM and value.const is NO_CONSTANT:
        whole = received(search, site.caller, value.param)
        if whole is None or site.caller.params[value.param].kind != "args":
            return whole
        part = _inside(value, whole[0])
        return None if part is None else (part, whole[1])
    found = [received(search, site.caller, index % PARTS) for index in indices(value.deps)]
    known = [
        (part, source[1])
        for index, source in zip(indices(value.deps), found)
        if source is not None
        and (part := _inside(value, source[0]) if index >= PARTS else source[0]) is not None
    ]
    if len(known) < len(found) or not known:
        tensors = [(part, sure) for part, sure in known if part.kinds == TENSOR and not is_nest(part)]
        return (TENSOR_VALUE, Confidence.LIKELY) if tensors and _is_sure(tensors) else None
    kind = _computed([part for part, _ in known])
    return None if kind is None else (kind, min(Confidence.LIKELY, *(sure for _, sure in known)))


def _rebound(program: Program, site: Site, value: Value) -> Value:
    """A plain value of a global, a closure or an attribute, with what other functions put there meanwhile."""
    if value.kinds == NONE and "." in value.place:
        return UNKNOWN_VALUE  # it is set later, who knows where
    for writer in site.module.global_writes.get(value.place, ()):
        for seen in program.body(writer).facts.observations:
            if isinstance(seen, Store) and seen.how in ("global", "nonlocal") and seen.name == value.place:
                value = join(value, outside(seen.value, value.place))
    return value


def _changed_inside(site: Site) -> bool:
    """Whether a function inside the caller may have changed what the caller passes."""
    inner = (function for function in site.module.functions if function.parent is site.caller)
    return site.caller is not None and any(function.nonlocal_names for function in inner)


def _forwarded(search: Search, site: Site, function: Function, index: int) -> tuple[Value, Confidence] | None:
    """The argument where the caller hands on its `*args` and `**kwargs`."""
    if site.caller is None:
        return None
    args, kwargs = site.call.node.args, site.call.node.keywords
    first = next((i for i, arg in enumerate(args) if isinstance(arg, ast.Starred)), None)
    position = (
        index - first - (len(site.bound) > 0 and _is_bound(site, function)) if first is not None else -1
    )
    if first is not None and position >= 0:
        found = _collected(search, site.caller, args[first].value, "args")  # type: ignore[attr-defined]
        if found is not None and found[0].items is not None and position < len(found[0].items):
            return found[0].items[position], found[1]
    for keyword in kwargs:
        if keyword.arg is None:
            found = _collected(search, site.caller, keyword.value, "kwargs")
            name = function.params[index].name
            if found is not None and found[0].items is not None and name in (found[0].keys or ()):
                return found[0].items[(found[0].keys or ()).index(name)], found[1]
    return None


def _is_bound(site: Site, function: Function) -> bool:
    """Whether the first parameter is the object that the method is called on."""
    first = site.bound.get(0)
    return function.is_method and first is not None and bool(first.kinds & (INSTANCE | CLASS))


def _collected(
    search: Search, caller: Function, node: ast.expr, kind: str
) -> tuple[Value, Confidence] | None:
    """What the caller has in its own `*args` or `**kwargs`, if that is what it hands on."""
    index = caller.param_index(node.id) if isinstance(node, ast.Name) else None
    if index is None or caller.params[index].kind != kind:
        return None
    return received(search, caller, index)


def _is_sure(found: list[tuple[Value, Confidence]]) -> bool:
    return any(sure >= Confidence.LIKELY for _, sure in found)


def _computed(parts: list[Value]) -> Value | None:
    """What comes of these values: a tensor as soon as one of them is; None where it depends on the operation."""
    if len(parts) == 1 and not parts[0].kinds & ~(parts[0].kinds & -parts[0].kinds):
        return parts[0]
    if any(part.kinds & ~_NUMERIC for part in parts):
        return None
    if any(part.kinds & TENSORLIKE for part in parts):
        return (
            TENSOR_VALUE
            if all(not part.kinds & TENSORLIKE or not part.kinds & ~TENSORLIKE for part in parts)
            else None
        )
    return ARRAY_VALUE if any(part.kinds & ARRAY for part in parts) else NUMBER_VALUE


def _inside(value: Value, source: Value) -> Value | None:
    """One element of what the caller was given; None where the elements differ in kind."""
    if source.kinds & UNKNOWN:
        return None
    if source.kinds & CONTAINER:
        if is_dict(source) and value.extra == "loop-item":
            return None
        found = element(source)
    else:
        found = element_of_iteration(source)
    one_kind = found.kinds and not found.kinds & (found.kinds - 1)
    deeper = found.kinds & (UNKNOWN | CONTAINER) or is_nest(found)  # how deep the part lies is not known
    return found if one_kind and not deeper else None


def received(search: Search, function: Function, index: int) -> tuple[Value, Confidence] | None:
    """What the function has in the parameter: annotated, or given by its callers."""
    if function.params[index].annotation is not None:
        own = search.program.engine.own_value(function, index)
        if own is not None and not own.kinds & UNKNOWN:
            return own, Confidence.PROVED
    found = search.given(function, index)
    return None if found is None else (found.value, found.confidence)

"""Feeds what call sites pass back into the interpretation of the callees."""

from __future__ import annotations

from functools import reduce
from operator import or_

from flake8_hybridize.hazards.summaries import Program
from flake8_hybridize.model.module import Function, Module
from flake8_hybridize.tensors.arguments import RICH
from flake8_hybridize.tensors.values import (
    CONTAINER,
    DATASET,
    INSTANCE,
    ITERATOR,
    NO_CONSTANT,
    NONE,
    PYITERATOR,
    SYMBOLIC,
    TAPE,
    TENSORARRAY,
    UNKNOWN,
    Value,
    join,
    outside,
    replace,
)
from flake8_hybridize.verdict.callers import Callers, Site, is_applied
from flake8_hybridize.verdict.given import passed_on

# What a body treats in another way than a tensor, even if it only loops over it or passes it on.
STAGED = DATASET | ITERATOR | PYITERATOR | TENSORARRAY | TAPE


def seeds_from_callers(
    program: Program, callers: Callers, module: Module
) -> dict[Function, dict[int, Value]]:
    """What callers in the module pass to parameters of which the callee's body alone cannot make sense."""
    found = {function: _seeds(program, callers, function) for function in module.functions}
    return {function: seeds for function, seeds in found.items() if seeds}


def _seeds(program: Program, callers: Callers, function: Function) -> dict[int, Value]:
    facts = program.engine.facts(function)
    stored = function.self_stores or function.has_inner
    found: dict[int, Value] = {}
    for index in range(1 if function.is_method else 0, len(function.params)):
        if function.params[index].annotation is not None:
            continue
        given = [_given(program, callers, function, site, index) for site in callers.calls(function)]
        given += _applied(callers, function, index)
        wanted = STAGED | INSTANCE | (RICH | CONTAINER if facts.opaque >> index & 1 or stored else 0)
        wanted |= ~NONE if function.self_stores else 0
        known = [value for value in given if value is not None and not value.kinds & UNKNOWN]
        kinds = reduce(or_, (value.kinds for value in known), 0)
        if len(known) == len(given) and (kinds & wanted or _in_builder(function, kinds)):
            found[index] = reduce(join, map(_plain, known))
    return found


def _applied(callers: Callers, function: Function, index: int) -> list[Value | None]:
    """The datasets that are given to the function by their method `apply`."""
    if index != function.is_method:
        return []
    return [handed.call.receiver for handed in callers.hand_overs(function) if is_applied(handed.call)]


def _in_builder(function: Function, kinds: int) -> bool:
    """Whether it helps to put a Keras model together; Keras itself gives tensors to the `call` of a layer."""
    return kinds == SYMBOLIC and function.name != "call"


def _plain(value: Value) -> Value:
    return replace(outside(value, value.place), const=NO_CONSTANT)


def _given(program: Program, callers: Callers, function: Function, site: Site, index: int) -> Value | None:
    """The argument; what is stored in an object also where the caller passes on what it was given."""
    value = site.bound.get(index)
    if value is not None and value.kinds & UNKNOWN and function.self_stores:
        return passed_on(program, callers, site, value)
    return value

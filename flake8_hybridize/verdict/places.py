"""Where a function gets its arguments: its calls, and what calls it on behalf of somebody."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.summaries import Program
from flake8_hybridize.model.module import Function
from flake8_hybridize.tensors.decorators import decorator_functions
from flake8_hybridize.tensors.iterables import ELEMENTWISE
from flake8_hybridize.tensors.iteration import element_of_iteration
from flake8_hybridize.tensors.refs import Bound, function_of
from flake8_hybridize.tensors.substitution import bind_arguments
from flake8_hybridize.tensors.values import alternatives
from flake8_hybridize.verdict.callers import Callers, Site


def places(program: Program, callers: Callers, function: Function) -> Iterator[Site]:
    """Calls of the function with what its parameters are bound to."""
    yield from callers.calls(function)
    for handed in callers.hand_overs(function):
        call = handed.call
        if call.target in ELEMENTWISE and call.args:
            for callback in alternatives(call.args[0]):
                if function_of(callback) is function:
                    first = callback.ref.receiver if isinstance(callback.ref, Bound) else None
                    elements = tuple(element_of_iteration(arg) for arg in call.args[1:])
                    bound = bind_arguments(function, elements, {}, first)
                    yield Site(call, handed.caller, handed.module, bound)
    for wrapped in _wrapped(program, callers, function):
        for site in callers.calls(wrapped):
            first = site.bound.get(0) if wrapped.is_method else None
            bound = bind_arguments(function, site.call.args, site.call.kwargs, first)
            yield Site(site.call, site.caller, site.module, bound)


def decorates(program: Program, callers: Callers, function: Function) -> Function | None:
    """A function of the same modules that this one is a decorator of."""
    return next(iter(_decorations(program, callers).get(function, ())), None)


def _wrapped(program: Program, callers: Callers, function: Function) -> list[Function]:
    """Functions whose calls run this one, because their decorator returns it in their place."""
    maker = function.parent
    if maker is None or program.engine.facts(maker).returns.ref is not function:
        return []
    return _decorations(program, callers).get(maker, [])


def _decorations(program: Program, callers: Callers) -> dict[Function, list[Function]]:
    """Functions used as decorators, also what a call of one returns, with what they decorate."""
    if callers.decorations is None:
        callers.decorations = {}
        modules = [*callers.modules, *(m for other in callers.others for m in other.modules)]
        for function in (f for module in modules for f in module.functions if f.decorators):
            for maker in decorator_functions(program.engine, function):
                callers.decorations.setdefault(maker, []).append(function)
    return callers.decorations

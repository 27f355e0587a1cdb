"""Builtins and `itertools` that give the elements of what they are given, each as it is or together."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_hybridize.knowledge import lookup
from flake8_hybridize.tensors.callbacks import called_with
from flake8_hybridize.tensors.iteration import element_of_iteration
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.values import (
    ARRAY,
    BOOL,
    CALLABLE,
    CONTAINER,
    DATASET,
    FRESH,
    ITERATOR,
    NO_CONSTANT,
    NUMBER,
    NUMBER_VALUE,
    PYITERATOR,
    STATIC,
    TENSOR_VALUE,
    UNDEFINED,
    UNKNOWN,
    UNKNOWN_VALUE,
    YES,
    Value,
    container,
    join,
    of_kind,
    replace,
    tensorness,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from flake8_hybridize.tensors.calls import Site
    from flake8_hybridize.tensors.interpret import Frame

STAGED = DATASET | ITERATOR
ELEMENTWISE = frozenset(("builtins.map", "builtins.filter"))
"""What calls its first argument with an element of each of the others."""


def combined(args: tuple[Value, ...]) -> str | None:
    """AutoGraph stages what combines datasets only; one Python iterable among them, and Python combines."""
    if not any(arg.kinds & STAGED for arg in args):
        return None
    if all(arg.kinds & STAGED for arg in args):
        return "staged"
    return "perhaps-staged" if all(arg.kinds & (STAGED | UNKNOWN) for arg in args) else None


def _elements(args: tuple[Value, ...]) -> tuple[Value, ...]:
    return tuple(replace(element_of_iteration(arg), const=NO_CONSTANT) for arg in args)


def _all(values: tuple[Value, ...]) -> Value:
    joined = UNDEFINED
    for value in values:
        joined = join(joined, value)
    return joined if joined.kinds else UNKNOWN_VALUE


def _iterator(elem: Value, args: tuple[Value, ...] = ()) -> Value:
    return Value(PYITERATOR, elem=elem, origin=FRESH, extra=combined(args) if args else None)


def mapped(frame: Frame, site: Site) -> Value:
    """`map(function, …)`: what the function gives for one element of each."""
    if not site.args:
        return UNKNOWN_VALUE
    elements = _elements(site.args[1:])
    function = site.args[0]
    result = called_with(frame, function, elements)
    _see_api(frame, site, elements)
    if result is None and isinstance(function.ref, str):
        api = lookup.api(function.ref)
        static = not any(value.kinds & ~STATIC for value in elements)
        kind = of_kind(api.returns) if api is not None else UNKNOWN_VALUE
        result = kind if kind.kinds & ~STATIC or static else None
    return _iterator(UNKNOWN_VALUE if result is None else replace(result, param=-1), site.args[1:])


def filtered(frame: Frame, site: Site) -> Value:
    """`filter(function, iterable)`: its elements."""
    elements = _elements(site.args[1:])
    _see_api(frame, site, elements)
    return _iterator(_all(elements), site.args[1:])


def _see_api(frame: Frame, site: Site, elements: tuple[Value, ...]) -> None:
    """Records that a function of a package is called with elements: `map(print, names)`."""
    callee = site.args[0] if site.args else UNKNOWN_VALUE
    api = lookup.api(callee.ref) if isinstance(callee.ref, str) else None
    if api is not None and callee.kinds & CALLABLE and site.node.args:
        made = ast.copy_location(ast.Call(site.node.args[0], [], []), site.node)
        frame.see(
            Call(
                made, frame.where, callee.ref, api, "", None, callee, (), (), elements, {}, of_kind(api.returns)
            )
        )  # fmt: skip


def total(frame: Frame, site: Site) -> Value:
    """`sum(iterable)`: a tensor or an array if the elements are."""
    if not site.args:
        return UNKNOWN_VALUE
    elem = _all(_elements(site.args[:1]))
    if tensorness(elem) == YES:
        return TENSOR_VALUE if elem.kinds & ~(NUMBER | BOOL) else NUMBER_VALUE
    if elem.kinds & UNKNOWN:
        return Value(UNKNOWN, deps=elem.deps)
    if elem.kinds & ARRAY:
        return replace(elem, param=-1)
    return NUMBER_VALUE if not elem.kinds & ~(NUMBER | BOOL) else UNKNOWN_VALUE


def _chained(frame: Frame, site: Site) -> Value:
    return _iterator(_all(_elements(site.args)))


def _chained_inside(frame: Frame, site: Site) -> Value:
    return _iterator(_all(_elements(_elements(site.args[:1]))))


def _same_elements(frame: Frame, site: Site) -> Value:
    return _iterator(_all(_elements(site.args[:1])))


def _repeated(frame: Frame, site: Site) -> Value:
    return _iterator(site.args[0] if site.args else UNKNOWN_VALUE)


def _tuples(frame: Frame, site: Site) -> Value:
    return _iterator(container(_elements(site.args)))


def _counted(frame: Frame, site: Site) -> Value:
    return _iterator(NUMBER_VALUE)


def _queue(frame: Frame, site: Site) -> Value:
    if not site.args:
        return Value(CONTAINER, items=(), origin=FRESH)
    return Value(CONTAINER, elem=element_of_iteration(site.args[0]), origin=FRESH)


def _by_factory(frame: Frame, site: Site) -> Value:
    """`defaultdict(list)`: what the factory makes stands under each key."""
    factory = site.args[0].ref if site.args else None
    elem = _MADE_BY.get(factory, UNKNOWN_VALUE) if isinstance(factory, str) else UNKNOWN_VALUE
    return Value(CONTAINER, elem=elem, origin=FRESH, extra="dict")


_FILLED = Value(CONTAINER, elem=UNKNOWN_VALUE, origin=FRESH)
_MADE_BY = {
    **dict.fromkeys(("builtins.list", "builtins.set", "builtins.dict", "collections.deque"), _FILLED),
    **dict.fromkeys(("builtins.int", "builtins.float"), NUMBER_VALUE),
}


def _chosen(frame: Frame, site: Site) -> Value:
    return replace(_all(_elements(site.args[:1])), param=-1)


ITERABLES: dict[str, Callable[[Frame, Site], Value]] = {
    "builtins.map": mapped,
    "builtins.filter": filtered,
    "builtins.sum": total,
    "collections.defaultdict": _by_factory,
    "collections.deque": _queue,
    "itertools.chain": _chained,
    "itertools.chain.from_iterable": _chained_inside,
    "itertools.count": _counted,
    "itertools.cycle": _same_elements,
    "itertools.islice": _same_elements,
    "itertools.product": _tuples,
    "itertools.repeat": _repeated,
    "itertools.zip_longest": _tuples,
    "random.choice": _chosen,
}

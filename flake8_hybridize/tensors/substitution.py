"""From a callee's view of its parameters to the caller's values."""

from __future__ import annotations

from flake8_hybridize.model.module import Function
from flake8_hybridize.tensors.iteration import is_dict
from flake8_hybridize.tensors.values import (
    ARRAY,
    CONTAINER,
    DATASET,
    FRESH,
    ITERATOR,
    MAYBE,
    NO,
    NO_CONSTANT,
    NUMBER,
    OUTER,
    PARAM,
    PARTS,
    PYITERATOR,
    TENSOR,
    UNKNOWN,
    YES,
    Value,
    either,
    element,
    holds_tensors,
    parts,
    replace,
    tensorness,
)

Bindings = dict[int, Value]


def bind_arguments(
    function: Function, args: tuple[Value, ...], kwargs: dict[str, Value], first: Value | None
) -> Bindings:
    """Values of the function's parameters by position in its signature; missing ones are left out."""
    values = (first, *args) if first is not None else args
    bound: Bindings = {}
    position = 0
    for index, param in enumerate(function.params):
        if param.kind == "positional":
            if position < len(values):
                bound[index] = values[position]
                position += 1
            elif param.name in kwargs:
                bound[index] = kwargs[param.name]
        elif param.kind == "args":
            rest = values[position:]
            position = len(values)
            bound[index] = Value(CONTAINER, items=rest, origin=FRESH)
        elif param.kind == "keyword" and param.name in kwargs:
            bound[index] = kwargs[param.name]
        elif param.kind == "kwargs":
            named = {other.name for other in function.params}
            more = {name: value for name, value in kwargs.items() if name not in named}
            bound[index] = Value(CONTAINER, items=tuple(more.values()), keys=tuple(more), origin=FRESH)
    return bound


def substitute(value: Value, bound: Bindings, depth: int = 0) -> Value:
    """A value of the callee (what it returns) in terms of the caller."""
    if value.param >= 0 and value.origin == PARAM and value.const is NO_CONSTANT:
        given = bound.get(value.param)
        if given is not None:
            return given
    if not value.deps and value.elem is None and value.items is None and value.origin != PARAM:
        return value
    kinds, deps = value.kinds, 0
    if value.deps and kinds & (UNKNOWN | ARRAY):
        kinds, deps = _resolve(value, bound)
    if depth > 3:
        return replace(value, kinds=kinds, deps=deps, elem=None, items=None)
    return replace(
        value,
        kinds=kinds,
        deps=deps,
        elem=None if value.elem is None else substitute(value.elem, bound, depth + 1),
        items=None if value.items is None else tuple(substitute(i, bound, depth + 1) for i in value.items),
        keys=value.keys,
        origin=_origin(value, bound),
        param=-1,
    )


def _origin(value: Value, bound: Bindings) -> str:
    if value.origin != PARAM:
        return value.origin
    given = bound.get(value.param)
    return given.origin if given is not None else OUTER


def _resolve(value: Value, bound: Bindings) -> tuple[int, int]:
    kinds = value.kinds & ~UNKNOWN
    deps = 0
    unknown = False
    for index in indices(value.deps):
        inside = index >= PARTS
        given = bound.get(index - PARTS if inside else index)
        if given is None:
            continue
        degree = holds_tensors(given) if inside else tensorness(given)
        if degree == YES:
            return (kinds & ~ARRAY) | TENSOR, 0
        if degree == MAYBE or given.kinds & UNKNOWN:
            unknown = True
            deps |= parts(given.deps) if inside else given.deps
        elif given.kinds & ARRAY:
            kinds |= ARRAY
            deps |= given.deps
        elif given.kinds & (CONTAINER | PYITERATOR):
            unknown = True
        else:
            kinds |= NUMBER
    if unknown:
        return kinds | UNKNOWN, deps
    return (kinds or UNKNOWN), deps


def condition(
    mask: int, bound: Bindings, alone: bool = False, staged: bool = False, keyed: bool = False
) -> int:
    """A callee's degree of tensorness as the caller's.

    `alone`: tensors in a container do not count; `staged`: only what makes a graph loop counts, so datasets do;
    `keyed`: the parts are what a loop gives, of a dictionary its keys.
    """
    if mask <= 0:
        return mask
    result = NO
    for index in indices(mask):
        inside = index >= PARTS
        given = bound.get(index - PARTS if inside else index)
        if given is None:
            continue
        if staged and given.kinds & (DATASET | ITERATOR) and not inside:
            found = YES
        elif inside and keyed and given.kinds & CONTAINER and is_dict(given):
            found = NO
        elif inside:
            found = _part(given) if alone else _inside(given)
        else:
            found = _itself(given) if alone else _given(given)
        result = either(result, found)
    return result


def is_dataset(mask: int, bound: Bindings) -> int:
    """The same for a callee's question whether one of its parameters is a dataset."""
    result = NO
    for index in indices(mask):
        given = bound.get(index)
        if given is not None and given.kinds & (DATASET | ITERATOR):
            return YES
        if given is not None and given.kinds & UNKNOWN:
            result = either(result, given.deps if given.param >= 0 else MAYBE)
    return result


def _inside(value: Value) -> int:
    degree = holds_tensors(value)
    return parts(degree) if degree > 0 and value.kinds & UNKNOWN else degree


def _part(value: Value) -> int:
    """Degree to which every part is surely a single tensor."""
    if value.kinds & UNKNOWN:
        return parts(value.deps)
    if value.kinds & CONTAINER and not value.kinds & TENSOR:
        return _itself(element(value))
    return _itself(value)


def _itself(value: Value) -> int:
    return NO if value.extra == "nest" else tensorness(value)


def _given(value: Value) -> int:
    degree = holds_tensors(value)
    if degree == NO and value.kinds & ARRAY and value.origin == PARAM:
        return tensorness(value)
    return degree


def indices(mask: int) -> list[int]:
    """Positions of the set bits; YES and MAYBE are no masks and have none."""
    found = []
    while mask > 0:
        lowest = mask & -mask
        found.append(lowest.bit_length() - 1)
        mask ^= lowest
    return found

"""HYB228: arrays whose dtype eager code adapts to the tensors they meet, and a graph does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from flake8_hybridize.hazards.base import DETECTORS, OWN, Category, Rule, Signal
from flake8_hybridize.hazards.mixes import GIVEN, IS_NUMBER, IS_TENSOR, Mix, Side, given, lifted_mixes
from flake8_hybridize.model.module import Function
from flake8_hybridize.results import Confidence
from flake8_hybridize.tensors.assumptions import granted
from flake8_hybridize.tensors.numpy_dtypes import FLOATS
from flake8_hybridize.tensors.substitution import Bindings
from flake8_hybridize.verdict.boundary.base import Border, border
from flake8_hybridize.verdict.boundary.makings import eager_calls, takes_signature
from flake8_hybridize.verdict.callers import Site
from flake8_hybridize.verdict.messages import line_in

RULE = DETECTORS.declare(
    Rule(
        code="HYB228",
        name="dtype-coercion",
        summary="an array of another dtype than the tensor it meets raises as an argument of a graph",
        category=Category.RAISES,
        names=("DTYPE_COERCION",),
    )
)
MAX_DEPTH = 3
_Mixes: TypeAlias = "tuple[tuple[Mix, Mix], ...]"
"""Mixes of a function, each with what it is to a caller."""
_ADVICE = "cast it, or give an input_signature"


@border
def coerced(known: Border, function: Function) -> Iterator[Signal]:
    """Mixes of the function for which a call from eager code passes an array of another dtype."""
    mixes = known.program.summary(function).mixes
    if not mixes or takes_signature(known, function):
        return
    for mix, seen, site in _met(known, function, tuple((mix, mix) for mix in mixes)):
        found = conflict(seen, site.bound)
        if found is not None:
            array, other, confidence = found
            place = line_in(site.module, site.call.node, function.module)
            yield _signal(mix, array, other, confidence, place)


def _met(known: Border, function: Function, mixes: _Mixes) -> Iterator[tuple[Mix, Mix, Site]]:
    """Each mix, as itself and as the caller of a site sees it, for the sites up the eager call graph.

    A caller is asked once for what is the same to it, however many ways lead there.
    """
    waiting, asked = [(function, mixes)], {(function, _told_apart(mixes))}
    for step in range(MAX_DEPTH + 1):
        beyond: list[tuple[Function, _Mixes]] = []
        for callee, mixes in waiting:
            for site in eager_calls(known, callee):
                yield from ((mix, seen, site) for mix, seen in mixes)
                above = _above(site, callee, mixes) if step < MAX_DEPTH else ()
                if (
                    site.caller is not None
                    and above
                    and (key := (site.caller, _told_apart(above))) not in asked
                ):
                    asked.add(key)
                    beyond.append((site.caller, above))
        waiting = beyond


def _above(site: Site, callee: Function, mixes: _Mixes) -> _Mixes:
    """The mixes in terms of what the caller is given."""
    if site.caller is None or site.caller is callee:
        return ()
    return tuple(
        (mix, higher)
        for mix, seen in mixes
        for higher in lifted_mixes(site.call, site.caller, callee, site.bound, (seen,))
    )


def _told_apart(mixes: _Mixes) -> frozenset[object]:
    """What of the mixes decides whether a call brings a conflict."""
    return frozenset((mix, seen._replace(node=mix.node, about=None, path=(), at=0)) for mix, seen in mixes)


def conflict(mix: Mix, bound: Bindings) -> tuple[str, str, Confidence] | None:
    """The array, what it meets, and how sure it is that their dtypes differ."""
    if granted(mix.assumed, bound) is None:
        return None
    left, right = given(mix.left, bound), given(mix.right, bound)
    if left is None or right is None:
        return ("", right.dtype, Confidence.GUESS) if mix.explicit and right is not None else None
    if left.kind != GIVEN:
        left, right = right, left
    if left.kind != GIVEN or left.dtype == right.dtype != "":
        return None
    if right.kind == IS_NUMBER:
        return _with_number(left, right, mix.operator)
    if left.dtype == "bool" and mix.operator == "*":
        return None
    if not left.dtype and not right.dtype and right.kind == GIVEN:
        return None
    sure = Confidence.LIKELY if left.dtype and right.dtype else Confidence.GUESS
    return left.dtype, f"{right.dtype or 'its'} {'tensors' if right.kind == IS_TENSOR else 'arrays'}", sure


def _with_number(array: Side, number: Side, operator: str) -> tuple[str, str, Confidence] | None:
    """Integers take no Python float, and booleans no number but in a product."""
    if (
        not array.dtype
        or array.dtype in FLOATS
        or not operator
        or (array.dtype == "bool" and operator == "*")
    ):
        return None
    if number.dtype == "float" or array.dtype == "bool":
        return array.dtype, f"a Python {number.dtype}", Confidence.LIKELY
    return None


def _signal(mix: Mix, array: str, other: str, confidence: Confidence, place: str) -> Signal:
    name = f"{array} array" if array else "array"
    text = f"combines the {name} of a call ({place}) with {other}, which raises when traced"
    return Signal(
        RULE, "DTYPE_COERCION", mix.node, text, _ADVICE, f"{name} meets {other}", confidence=confidence,
        param=OWN, path=mix.path, at=mix.at, about=mix.about,
    )  # fmt: skip

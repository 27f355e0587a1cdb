"""HYB404: a signature that all calls agree on, and that the decorator does not have."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, OWN, Category, Rule, Signal
from flake8_hybridize.model.module import Function, Param
from flake8_hybridize.results import Applicability, Severity
from flake8_hybridize.tensors.values import TENSOR
from flake8_hybridize.verdict.boundary.base import Border, border
from flake8_hybridize.verdict.boundary.makings import makings
from flake8_hybridize.verdict.boundary.signing import joined, written
from flake8_hybridize.verdict.boundary.specs import Reader, Spec
from flake8_hybridize.verdict.boundary.variation import argument
from flake8_hybridize.verdict.callers import Site

RULE = DETECTORS.declare(
    Rule(
        code="HYB404",
        name="missing-signature",
        summary="all calls agree on a signature that the decorator does not state",
        category=Category.SLOWER,
        fix=Applicability.UNSAFE,
        severity=Severity.INFO,
        names=("MISSING_SIGNATURE",),
        opt_in=True,
    )
)


@border
def missing_signature(known: Border, function: Function) -> Iterator[Signal]:
    """A decorated function whose arguments are all tensors of known dtype and rank."""
    made = makings(known, function)
    if not made or any(making.argument("input_signature") is not None or making.wrapper for making in made):
        return
    text = inferred_signature(known, function)
    if text is not None:
        what = f"could state input_signature={text}"
        yield Signal(RULE, "MISSING_SIGNATURE", made[0].node, what, "", what, param=OWN, blocks=False)


def inferred_signature(known: Border, function: Function) -> str | None:
    """The signature as text; None where some argument is no tensor, or its dtype or rank is not known."""
    sites = known.callers.calls(function)
    first = 1 if function.is_method else 0
    if not sites or function.is_lambda or len(function.params) == first:
        return None
    specs = []
    for index, param in enumerate(function.params[first:], first):
        spec = _common(known, sites, index, param)
        if spec is None or spec.shape is None or not spec.dtype:
            return None
        specs.append(written(spec))
    return f"[{', '.join(specs)}]"


def _common(known: Border, sites: list[Site], index: int, param: Param) -> Spec | None:
    """What all calls pass for one parameter."""
    found: Spec | None = None
    for site in sites:
        node, value = argument(site, index), site.bound.get(index)
        if node is None or value is None or value.kinds != TENSOR or param.kind != "positional":
            return None
        spec = Reader(known.program.engine, site.module, site.caller).tensor(node)
        if spec is None or spec.shape is None:
            return None
        found = joined(found or spec, spec)
        if found is None:
            return None
    return found

"""HYB235 for summaries: the default step and the default writer are those of the first call."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import OWN, Signal
from flake8_hybridize.hazards.body import text_of
from flake8_hybridize.hazards.hyb235_tape import RULE
from flake8_hybridize.hazards.writers import step_of, under_writer
from flake8_hybridize.model.module import Function
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.values import NUMBER
from flake8_hybridize.verdict.boundary.base import Border, border
from flake8_hybridize.verdict.boundary.makings import eager_calls
from flake8_hybridize.verdict.callers import Site

_SET_STEP = "tensorflow.summary.experimental.set_step"


@border
def summaries(known: Border, function: Function) -> Iterator[Signal]:
    """Summaries without a step under a step set in Python, and without a writer when traced."""
    calls = [seen for seen in known.program.body(function).facts.observations if _is_summary(seen)]
    if not calls or not known.program.is_hybrid(function):
        return
    bare = next((call for call in calls if step_of(call) is None), None)
    if bare is not None and _step_is_set(known):
        yield _signal(bare, "keeps the default step of the first call")
    outside = next((call for call in calls if not under_writer(function.node, call.node)), None)
    if outside is not None and _traced_without_writer(known, function):
        yield _signal(outside, "was first traced without a writer, so it never writes")


def _is_summary(seen: object) -> bool:
    return (
        isinstance(seen, Call)
        and seen.api is not None
        and seen.api.effect == "summary"
        and "step" in seen.api.parameters
    )


def _signal(call: Call, what: str) -> Signal:
    text = text_of(call.node.func)
    return Signal(
        RULE,
        "SUMMARY_STEP",
        call.node,
        f"calls {text}, which {what}",
        "pass step= as a tf.Variable",
        what,
        param=OWN,
    )


def _step_is_set(known: Border) -> bool:
    return any(
        isinstance(seen, Call)
        and seen.target == _SET_STEP
        and bool(seen.args)
        and seen.args[0].kinds == NUMBER
        for body in known.bodies
        for seen in body.facts.observations
    )


def _traced_without_writer(known: Border, function: Function) -> bool:
    """Whether the first of the calls in one scope is outside of a writer, and a later one inside."""
    scopes: dict[ast.AST, list[Site]] = {}
    for site in eager_calls(known, function):
        root: ast.AST = site.caller.node if site.caller is not None else site.module.tree
        scopes.setdefault(root, []).append(site)
    for root, sites in scopes.items():
        sites.sort(key=lambda site: site.call.node.lineno)
        inside = [under_writer(root, site.call.node) for site in sites]
        if not inside[0] and any(inside):
            return True
    return False
